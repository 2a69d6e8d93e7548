"""The test patterns of a problem as the page lists them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Page
from django.utils.translation import gettext as _

from evaluation.types import JSON
from tracker.board.counted_pages import counted_page
from tracker.board.expectation_words import expectation_words
from tracker.problems.models import CaseSource, Pattern, PatternQuerySet, Problem, SourceKind
from tracker.triage.history import ModelAtRevision

PAGE_SIZE = 10


@dataclass(frozen=True, slots=True)
class PatternRow:
    """`outcome` is pass, fail, unscored or empty: what the active model's case came to."""

    pattern: Pattern
    input: JSON
    base: JSON
    expectation: str
    case: str
    sources: list[str]
    outcome: str
    judged: bool


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Which cases of a problem failed, could not be scored, and are not judged under one model."""

    version: str
    failed: frozenset[int]
    unscored: frozenset[int]
    not_judged: frozenset[int]

    def of_case(self, case_id: int) -> str:
        if case_id in self.failed:
            return "fail"
        return "unscored" if case_id in self.unscored else "pass"


def living_patterns(problem: Problem, revision: int | None = None) -> PatternQuerySet:
    """Patterns alive on a revision (None: the newest), newest first, with all that a row shows."""
    wanted = problem.revision if revision is None else revision
    patterns = Pattern.objects.alive_at(wanted).filter(problem=problem).order_by("-pk")
    return patterns.select_related("case", "example", "base").prefetch_related("case__sources")


def pattern_page(
    problem: Problem, number: str | None, active: ModelAtRevision | None, revision: int | None = None
) -> Page[Pattern]:
    """Return a page of the list, with `rows` in place of its patterns, `active` with its lists; two queries."""
    page = counted_page(living_patterns(problem, revision), PAGE_SIZE, number)
    outcomes = outcomes_of(active) if active else None
    page.object_list = [pattern_row(pattern, outcomes) for pattern in page.object_list]
    return page


def outcomes_of(row: ModelAtRevision) -> Outcomes | None:
    """Return what a model's result says of the cases; None without one."""
    result = row.result
    if result is None:
        return None
    return Outcomes(
        row.model.version,
        frozenset(result.failed_cases),
        frozenset(result.unscored_cases),
        frozenset(result.not_judged_cases),
    )


def pattern_row(pattern: Pattern, outcomes: Outcomes | None = None) -> PatternRow:
    return PatternRow(
        pattern=pattern,
        input=pattern.example.input,
        base=pattern.base.input if pattern.base else None,
        expectation=expectation_words(pattern.expectation_fields),
        case="" if pattern.case.key.startswith("sha256:") else pattern.case.key,
        sources=source_words(pattern.case.sources.all()),
        outcome=outcomes.of_case(pattern.case_id) if outcomes else "",
        judged=outcomes is None or pattern.case_id not in outcomes.not_judged,
    )


def source_words(sources: Iterable[CaseSource]) -> list[str]:
    """Return where a case is from; that it was written is not worth a word."""
    selected = [source.version for source in sources if source.kind == SourceKind.SELECTED_ON]
    words = [
        str(SourceKind(source.kind).label)
        for source in sources
        if source.kind in {SourceKind.SAMPLED, SourceKind.GENERATED}
    ]
    if selected:
        shown = ", ".join(selected[:3]) + ("…" if len(selected) > 3 else "")
        words.append(_("selected on %(versions)s") % {"versions": shown})
    return words
