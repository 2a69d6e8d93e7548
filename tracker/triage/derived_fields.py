"""Writing what was derived, only where it differs from what stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tracker.problems.models import Problem
from tracker.projects.bulk_rows import stored_value, update_rows


class HeldProblems(Mapping[int, Problem]):
    """Problems by id that are locked and fresh, and what was derived of them and has yet to be stored."""

    def __init__(self, problems: Mapping[int, Problem]) -> None:
        self._problems = problems
        self._changed: dict[int, Problem] = {}
        self._fields: set[str] = set()

    def __getitem__(self, pk: int) -> Problem:
        return self._problems[pk]

    def __iter__(self) -> Iterator[int]:
        return iter(self._problems)

    def __len__(self) -> int:
        return len(self._problems)

    def derive(self, problem: Problem, values: Mapping[str, Any]) -> None:
        """Set fields of one of the problems."""
        for field, value in values.items():
            if getattr(problem, field) != value:
                setattr(problem, field, value)
                self._changed[problem.pk] = problem
                self._fields.add(field)

    def has_changed(self, field: str) -> bool:
        """Whether a field was derived otherwise for any of the problems and has yet to be stored."""
        return field in self._fields

    def store(self) -> None:
        """Store the fields that changed since the last time."""
        columns = [field for field in Problem._meta.concrete_fields if field.attname in self._fields]
        rows = [
            (pk, *(stored_value(column, problem) for column in columns))
            for pk, problem in self._changed.items()
        ]
        update_rows(Problem, [column.attname for column in columns], rows)
        self._changed.clear()
        self._fields.clear()
