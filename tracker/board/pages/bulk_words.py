"""What became of a bulk, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.board.figures import count
from tracker.problems.revisions import BulkOutcome
from tracker.projects.errors import Errors

KEPT = 200
"""Refused lines that come back into the form."""


@dataclass(slots=True)
class RefusedLine:
    line: int
    texts: list[str]


@dataclass(slots=True)
class Remembered:
    """The numbered values of a bulk on their way, so that the text of refused lines can be shown again."""

    items: Iterable[tuple[int, object]]
    pasted: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[int, object]]:
        return iter(self.items)

    def refused(self, outcome: BulkOutcome) -> str:
        """Return the pasted lines that were refused, to be mended and sent again."""
        numbers = [rejected["line"] for rejected in outcome.rejected[:KEPT]]
        return "\n".join(self.pasted[number - 1] for number in numbers if number <= len(self.pasted))


def refused_lines(outcome: BulkOutcome) -> list[RefusedLine]:
    return [RefusedLine(int(each["line"]), error_texts(each["errors"])) for each in outcome.rejected[:KEPT]]


def error_texts(errors: Errors | dict[str, Any]) -> list[str]:
    return [
        text if field in {"body", "value"} else f"{field}: {text}"
        for field, texts in errors.items()
        for text in texts
    ]


def outcome_words(outcome: BulkOutcome) -> str:
    """Return “12 added, 3 were there already, 1 refused.”"""
    parts = [_("%(n)s added") % {"n": count(outcome.accepted)}]
    if outcome.duplicates:
        parts.append(
            ngettext("%(n)s already there", "%(n)s already there", outcome.duplicates)
            % {"n": count(outcome.duplicates)}
        )
    if outcome.rejected:
        parts.append(_("%(n)s refused") % {"n": count(len(outcome.rejected))})
    return ", ".join(parts) + "."


def preview_words(outcome: BulkOutcome) -> str:
    """Return “12 would be added, 3 are there already, 1 would be refused. Nothing is stored yet.”"""
    parts = [_("%(n)s would be added") % {"n": outcome.accepted}]
    if outcome.duplicates:
        parts.append(
            ngettext("%(n)s is there already", "%(n)s are there already", outcome.duplicates)
            % {"n": outcome.duplicates}
        )
    if outcome.rejected:
        parts.append(_("%(n)s would be refused") % {"n": len(outcome.rejected)})
    return _("%(parts)s. Nothing is stored yet.") % {"parts": ", ".join(parts)}
