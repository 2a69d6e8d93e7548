"""Writing what was derived, only where it differs from what stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Value

from tracker.problems.models import Problem

Derived = Mapping[str, Any]
JSON_FIELDS = frozenset({"introduced_in", "fixed_in", "legal_moves"})
"""The derived JSON fields that may be missing."""


def write_changed(derived: Iterable[tuple[Problem, Derived]]) -> None:
    """Set derived fields on the problems, which must be locked and fresh, and store those that changed."""
    changed: dict[int, Problem] = {}
    fields: set[str] = set()
    for problem, values in derived:
        for field, value in values.items():
            if getattr(problem, field) != value:
                setattr(problem, field, value)
                changed[problem.pk] = problem
                fields.add(field)
    if not changed:
        return
    Problem.objects.bulk_update(
        [_storable(problem, fields) for problem in changed.values()], sorted(fields), batch_size=None
    )


def _storable(problem: Problem, fields: set[str]) -> Problem:
    """Return a copy whose missing JSON is missing there too: bulk_update would store JSON's null."""
    copy = Problem(pk=problem.pk)
    for name in fields:
        value = getattr(problem, name)
        setattr(copy, name, Value(None) if value is None and name in JSON_FIELDS else value)
    return copy
