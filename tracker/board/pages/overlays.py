"""Other problems laid over the regression chart of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from tracker.board.pages.evidence import current_counts
from tracker.board.pages.overlay_looks import LOOKS, Look
from tracker.problems.models import Problem
from tracker.runs.models import Result
from tracker.triage.history import ModelAtRevision

MOST = len(LOOKS)


@dataclass(frozen=True, slots=True)
class OverlayCell:
    """Another problem under one model, for the table."""

    problem: Problem
    result: Result | None


@dataclass(frozen=True, slots=True)
class Overlay:
    """Another problem, on its own newest revision. `others`: the numbers that stay when it is taken away."""

    problem: Problem
    look: Look
    results: Mapping[int, Result]
    """By model id."""
    others: list[int]

    def cell(self, model_id: int) -> OverlayCell:
        return OverlayCell(self.problem, self.results.get(model_id))


@dataclass(frozen=True, slots=True)
class Overlays:
    lines: list[Overlay]
    chart: list[dict[str, Any]]
    """The numbers for the chart, along its models."""
    unknown: list[int]
    """Numbers that are no other problem of the project."""

    @property
    def may_add(self) -> bool:
        return len(self.lines) < MOST

    @property
    def numbers(self) -> list[int]:
        return [line.problem.number for line in self.lines]


def overlaid_numbers(query: QueryDict) -> list[int]:
    """Return the numbers that an address lays over (`?with=12&with=15`), each once, at most five."""
    found = [
        int(text) for text in query.getlist("with") if text.isascii() and text.isdigit() and len(text) < 10
    ]
    return list(dict.fromkeys(found))[:MOST]


def overlays(
    problem: Problem,
    rows: Sequence[ModelAtRevision],
    numbers: Sequence[int],
    known: Mapping[int, Problem],
) -> Overlays:
    """Return what is laid over, of the problems `known` by their numbers; no query without numbers, else one."""
    if not numbers:
        return Overlays([], [], [])
    shown = [number for number in numbers if number in known and number != problem.number]
    results = _results(problem, [known[number].pk for number in shown])
    lines = [
        Overlay(
            problem=known[number],
            look=look,
            results=results.get(known[number].pk, {}),
            others=[other for other in shown if other != number],
        )
        for number, look in zip(shown, LOOKS, strict=False)
    ]
    chart = [_numbers(line, rows) for line in lines]
    return Overlays(lines, chart, [number for number in numbers if number not in shown])


def _results(problem: Problem, problem_ids: Sequence[int]) -> dict[int, dict[int, Result]]:
    """Return the newest results by problem id and model id."""
    found: dict[int, dict[int, Result]] = {}
    for result in current_counts(problem.project).filter(problem__in=problem_ids):
        found.setdefault(result.problem_id, {})[result.model_id] = result
    return found


def _numbers(line: Overlay, rows: Sequence[ModelAtRevision]) -> dict[str, Any]:
    results = [line.results.get(row.model.pk) for row in rows]
    return {
        "name": str(line.problem),
        "look": line.look.to_json(),
        "errors": [result.judged_error if result else None for result in results],
        "failed": [result.n_judged_failed if result else None for result in results],
        "judged": [result.n_judged if result else None for result in results],
    }
