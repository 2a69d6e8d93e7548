"""The other problems that the page of one speaks of: its duplicates, those named in texts, those in its chart."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from tracker.problems.models import Problem


@dataclass(frozen=True, slots=True)
class OtherProblems:
    known: dict[int, Problem]
    """By number: those asked for, as far as they exist, and the duplicates."""
    duplicates: list[Problem]


def other_problems(problem: Problem, numbers: Collection[int], *, duplicates: bool = False) -> OtherProblems:
    """Return problems of the same project by their numbers and, where asked, the duplicates; at most one query."""
    if not numbers and not duplicates:
        return OtherProblems({}, [])
    wanted = Q(number__in=numbers)
    if duplicates:
        wanted |= Q(duplicate_of=problem.pk)
    found = Problem.objects.filter(wanted, project=problem.project_id).order_by("number")
    known = {
        other.number: other for other in found.only("number", "title", "revision", "project", "duplicate_of")
    }
    return OtherProblems(known, [other for other in known.values() if other.duplicate_of_id == problem.pk])
