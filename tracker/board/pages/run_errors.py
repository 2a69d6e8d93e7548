"""The errors that a run left, those of one kind together, each kind with an input that met it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Count, Min

from evaluation.types import JSON
from tracker.candidates.models import Output
from tracker.runs.models import Run

KINDS_SHOWN = 20
MOST_TEXTS = 5_000
"""So many different texts are read, the commonest first: a server may put a new id into each."""

VARIES = re.compile(
    r"0x[0-9a-f]+|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?=[a-z]*\d)[0-9a-f]{12,}\b"
    r"|(?<!status )(?<!\w)\d+(?:[.,:]\d+)*",
    re.IGNORECASE,
)
"""What differs between errors of one kind: numbers, addresses, ids. A status such as 503 is a kind of its own."""


@dataclass(frozen=True, slots=True)
class ErrorGroup:
    """One kind of error: a text as it came, how many inputs met it, and one of them."""

    text: str
    n: int
    n_texts: int
    input: JSON


@dataclass(frozen=True, slots=True)
class RunErrors:
    groups: list[ErrorGroup]
    n: int
    n_more: int
    """Kinds that are not shown."""


@dataclass(slots=True)
class _Kind:
    text: str
    output: int
    n: int = 0
    n_texts: int = 0


def error_kind(text: str) -> str:
    """Return a text without what differs between errors of one kind."""
    return VARIES.sub("#", text)


def run_errors(run: Run) -> RunErrors:
    """Return what a run could not get and nothing has replaced since; two queries."""
    errors = Output.objects.errors_of_run(run.model_id, run.pk).order_by()
    texts = errors.values_list("error").annotate(n=Count("pk"), first=Min("pk")).order_by("-n", "first")
    kinds: dict[str, _Kind] = {}
    for text, n, first in texts[:MOST_TEXTS]:
        kind = kinds.setdefault(error_kind(text or ""), _Kind(text or "", first))
        kind.n += n
        kind.n_texts += 1
    ordered = sorted(kinds.values(), key=lambda kind: (-kind.n, kind.output))
    shown = ordered[:KINDS_SHOWN]
    examples = Output.objects.select_related("example").in_bulk([kind.output for kind in shown])
    groups = [
        ErrorGroup(kind.text, kind.n, kind.n_texts, examples[kind.output].example.input) for kind in shown
    ]
    return RunErrors(groups, sum(kind.n for kind in ordered), len(ordered) - len(shown))
