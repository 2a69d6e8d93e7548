"""Writing what was derived, only where it differs from what stands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from django.db.models import JSONField

from tracker.problems.models import Problem
from tracker.projects.bulk_rows import update_rows

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
    rows = [(pk, *(_stored(column, problem) for column in columns)) for pk, problem in changed.items()]
    update_rows(Problem, [column.attname for column in columns], rows)


def _stored(column: Any, problem: Problem) -> Any:
    value = getattr(problem, column.attname)
    if isinstance(value, Enum):
        return value.value
    return json.dumps(value) if value is not None and isinstance(column, JSONField) else value
