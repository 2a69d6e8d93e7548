"""Writing what was derived, only where it differs from what stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tracker.problems.models import Problem
from tracker.projects.bulk_rows import stored_value, update_rows

Derived = Mapping[str, Any]


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
    columns = [field for field in Problem._meta.concrete_fields if field.attname in fields]
    rows = [(pk, *(stored_value(column, problem) for column in columns)) for pk, problem in changed.items()]
    update_rows(Problem, [column.attname for column in columns], rows)
