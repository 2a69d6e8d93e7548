"""The retired test patterns of a problem: when, by whom, and what stands in their place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator

from tracker.board.expectation_words import expectation_words
from tracker.board.pages.pattern_rows import PatternRow, pattern_row
from tracker.problems.models import Pattern, Problem
from tracker.problems.restoring import standing_in_place
from tracker.projects.models import Event

PAGE_SIZE = 25
RETIRING = ("pattern_retired", "pattern_relabelled", "addition_undone")


@dataclass(frozen=True, slots=True)
class RetiredRow:
    """`standing` is the living pattern in its place, if any; `stands_again` that it is an equal one."""

    row: PatternRow
    revision: int
    at: datetime | None
    by: str
    standing: Pattern | None
    instead: str
    stands_again: bool


def retired_page(problem: Problem, number: str | None) -> Page[Pattern]:
    """Return a page of the list, last retired first, with `rows` in place of its patterns; five queries."""
    patterns = Pattern.objects.filter(problem=problem, retired_in__lte=problem.revision)
    patterns = patterns.select_related("case", "example", "base").prefetch_related("case__sources")
    page = Paginator(patterns.order_by("-retired_in", "-pk"), PAGE_SIZE).get_page(number)
    page.object_list = _rows(problem, list(page.object_list))  # type: ignore[assignment]
    return page


def _rows(problem: Problem, patterns: list[Pattern]) -> list[RetiredRow]:
    in_place = standing_in_place(patterns)
    living = Pattern.objects.in_bulk(in_place.values())
    equal = set(
        Pattern.objects.filter(
            problem=problem, retired_in=None, identity__in=[pattern.identity for pattern in patterns]
        ).values_list("identity", flat=True)
    )
    events = Event.objects.about("problem", problem.pk).filter(
        project=problem.project_id,
        kind__in=RETIRING,
        evidence__revision__in=[pattern.retired_in for pattern in patterns],
    )
    acts = {event.evidence["revision"]: event for event in events}
    rows = []
    for pattern in patterns:
        act = acts.get(pattern.retired_in)
        standing = living.get(in_place.get(pattern.pk, 0))
        rows.append(
            RetiredRow(
                row=pattern_row(pattern),
                revision=pattern.retired_in or 0,
                at=act.at if act else None,
                by=act.actor if act else "",
                standing=standing,
                instead=expectation_words(standing.expectation_fields) if standing else "",
                stands_again=pattern.identity in equal,
            )
        )
    return rows
