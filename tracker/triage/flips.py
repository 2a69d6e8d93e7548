"""The cases that flipped between two models, with what both say: what people look at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from tracker.problems.models import Case, Pattern, Problem
from tracker.projects.id_lists import Among
from tracker.triage.comparison import Comparison
from tracker.triage.pattern_answers import Said, answers_to

Direction = Literal["newly_failing", "newly_passing"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
"""Newly failing first."""
SHOWN = 20
"""So many patterns of one case are looked at."""


@dataclass(frozen=True, slots=True)
class FlippedPattern:
    pattern: Pattern
    base: Said
    head: Said


@dataclass(frozen=True, slots=True)
class Flip:
    """A case that one model passes and the other fails.

    `unselected`: the tests count it. `patterns`: the first of its `n_patterns`, those that make it flip before others.
    """

    problem: Problem
    case: Case
    unselected: bool
    patterns: Sequence[FlippedPattern]
    n_patterns: int


def flips_between(comparison: Comparison, *, start: int = 0, limit: int = 50) -> dict[Direction, list[Flip]]:
    """Return some of the cases that flipped each way, problems in the order of the comparison. Two queries for both."""
    ids = {direction: _ids(comparison, direction)[start : start + limit] for direction in DIRECTIONS}
    flips = _flips(comparison, [case for found in ids.values() for case in found])
    return {direction: [flips[case] for case in found if case in flips] for direction, found in ids.items()}


def flips_in(comparison: Comparison, direction: Direction, *, start: int = 0, limit: int = 50) -> list[Flip]:
    """Return the same of one way. Two queries."""
    ids = _ids(comparison, direction)[start : start + limit]
    flips = _flips(comparison, ids)
    return [flips[case] for case in ids if case in flips]


def _ids(comparison: Comparison, direction: Direction) -> list[int]:
    return [case for row in comparison.problems for case in getattr(row, direction)]


def _flips(comparison: Comparison, cases: Sequence[int]) -> dict[int, Flip]:
    if not cases:
        return {}
    counted = {case for row in comparison.problems for case in row.unselected_flips}
    alive = Pattern.objects.alive().filter(Among("case_id", cases)).select_related("case", "example", "base")
    by_case: dict[int, list[Pattern]] = {case: [] for case in cases}
    for pattern in alive.order_by("pk"):
        by_case[pattern.case_id].append(pattern)
    patterns = [pattern for found in by_case.values() for pattern in found]
    base, head = answers_to(patterns, [comparison.base, comparison.head])
    problems = {row.problem.pk: row.problem for row in comparison.problems}
    flips = {}
    for case, found in by_case.items():
        if not found:  # somebody changed the set since the models were compared
            continue
        flipped = [FlippedPattern(each, base[each.pk], head[each.pk]) for each in found]
        flipped.sort(key=lambda each: (each.base.error or 0) == (each.head.error or 0))
        flips[case] = Flip(
            problems[found[0].problem_id], found[0].case, case in counted, flipped[:SHOWN], len(flipped)
        )
    return flips
