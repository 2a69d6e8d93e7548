"""The cases that flipped between two models, with what both say: what people look at first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evaluation.expectations import parse_expectation
from evaluation.scoring import score_patterns
from tracker.candidates.models import CandidateModel, Output
from tracker.problems.models import Case, Pattern, Problem
from tracker.triage.comparison import Comparison

Direction = Literal["newly_failing", "newly_passing"]


@dataclass(frozen=True, slots=True)
class Said:
    """What one model says of a pattern's input and of its base, and the error (None: unscored; 0 passes)."""

    output: Output | None
    base_output: Output | None
    error: float | None


@dataclass(frozen=True, slots=True)
class FlippedPattern:
    pattern: Pattern
    base: Said
    head: Said


@dataclass(frozen=True, slots=True)
class Flip:
    """A case that one model passes and the other fails.

    `unselected`: the tests count it. `patterns`: those that make it flip first.
    """

    problem: Problem
    case: Case
    unselected: bool
    patterns: Sequence[FlippedPattern]


def flips_in(comparison: Comparison, direction: Direction, *, start: int = 0, limit: int = 50) -> list[Flip]:
    """Return some of the cases that flipped one way, problems in the order of the comparison. Two queries."""
    return _flips(comparison, _ids(comparison, direction)[start : start + limit])


def first_flips(comparison: Comparison, *, limit: int = 50) -> dict[Direction, list[Flip]]:
    """Return the first ones of both directions, newly failing first. Two queries for both."""
    ids: dict[Direction, list[int]] = {
        "newly_failing": _ids(comparison, "newly_failing")[:limit],
        "newly_passing": _ids(comparison, "newly_passing")[:limit],
    }
    n = len(ids["newly_failing"])
    flips = _flips(comparison, [*ids["newly_failing"], *ids["newly_passing"]])
    return {"newly_failing": flips[:n], "newly_passing": flips[n:]}


def _ids(comparison: Comparison, direction: Direction) -> list[int]:
    return [case for row in comparison.problems for case in getattr(row, direction)]


def _flips(comparison: Comparison, cases: Sequence[int]) -> list[Flip]:
    if not cases:
        return []
    counted = {case for row in comparison.problems for case in row.unselected_flips}
    alive = Pattern.objects.alive().filter(case__in=cases).select_related("case", "example", "base")
    by_case: dict[int, list[Pattern]] = {case: [] for case in cases}
    for pattern in alive.order_by("pk"):
        by_case[pattern.case_id].append(pattern)
    patterns = [pattern for found in by_case.values() for pattern in found]
    models = (comparison.base, comparison.head)
    said = _outputs(models, patterns)
    base, head = (_said(model, patterns, said) for model in models)
    problems = {row.problem.pk: row.problem for row in comparison.problems}
    flips = []
    for case, found in by_case.items():
        if not found:  # somebody changed the set since the models were compared
            continue
        flipped = [FlippedPattern(each, base[each.pk], head[each.pk]) for each in found]
        flipped.sort(key=lambda each: (each.base.error or 0) == (each.head.error or 0))
        flips.append(Flip(problems[found[0].problem_id], found[0].case, case in counted, flipped))
    return flips


def _outputs(
    models: Collection[CandidateModel], patterns: Sequence[Pattern]
) -> Mapping[tuple[int, int], Output]:
    examples = {example for each in patterns for example in (each.example_id, each.base_id) if example}
    rows = Output.objects.current().filter(model__in=[model.pk for model in models], example__in=examples)
    return {(output.model_id, output.example_id): output for output in rows}


def _said(
    model: CandidateModel, patterns: Sequence[Pattern], said: Mapping[tuple[int, int], Output]
) -> dict[int, Said]:
    outputs = [said.get((model.pk, each.example_id)) for each in patterns]
    bases = [said.get((model.pk, each.base_id)) if each.base_id else None for each in patterns]
    errors = score_patterns(
        [
            parse_expectation(each.expectation_fields, labels=(), has_base=each.base_id is not None)
            for each in patterns
        ],
        [output.answer if output else None for output in outputs],
        [output.answer if output else None for output in bases],
    )
    return {
        pattern.pk: Said(output, base, None if np.isnan(error) else error)
        for pattern, output, base, error in zip(patterns, outputs, bases, errors.tolist(), strict=True)
    }
