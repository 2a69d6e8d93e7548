"""The cases of a matrix piece by piece: which ones, in which order, and where the next piece begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tracker.problems.models import Case, Problem
from tracker.triage.case_matrix import CaseMatrix


class Show(StrEnum):
    ALL = "all"
    FAILING = "failing"
    FLIPS = "flips"
    NOT_JUDGED = "not_judged"


class Order(StrEnum):
    HARDEST = "hardest"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class After:
    """The last case that was shown: what comes after it stays so while results change."""

    failures: int
    case_id: int

    @classmethod
    def read(cls, text: str) -> After | None:
        """Read what `__str__` wrote; None for anything else, which begins at the start."""
        failures, _dash, case_id = text.partition("-")
        if not (_is_number(failures) and _is_number(case_id)):
            return None
        return cls(int(failures), int(case_id))

    def __str__(self) -> str:
        return f"{self.failures}-{self.case_id}"


@dataclass(frozen=True, slots=True)
class Piece:
    case_ids: list[int]
    after: After | None
    """Where the next piece begins; None at the end."""


@dataclass(frozen=True, slots=True)
class CaseOrder:
    """The cases of a problem at a revision that are asked for, in their order.

    With `Show.ALL` one query per piece finds those that no result names; the other lists are in the results.
    """

    problem: Problem
    revision: int
    matrix: CaseMatrix
    show: Show = Show.ALL
    order: Order = Order.HARDEST

    @property
    def n_cases(self) -> int:
        return self.matrix.n_cases if self.show == Show.ALL else len(self._listed())

    def piece(self, after: After | None, size: int) -> Piece:
        """Return the cases that follow `after`, at most `size`."""
        cases = list(self._following(after, size + 1))
        last = cases[size - 1] if len(cases) > size else None
        return Piece([case.case_id for case in cases[:size]], last)

    def _following(self, after: After | None, limit: int) -> list[After]:
        ranked = [case for case in self._ranked() if after is None or self._rank(case) > self._rank(after)]
        if self.show != Show.ALL:
            return ranked[:limit]
        if self.order == Order.NEWEST:
            below = after.case_id if after else None
            return [After(0, case_id) for case_id in self._alive(below, limit)]
        if len(ranked) >= limit:
            return ranked[:limit]
        return ranked + self._never_failing(after, limit - len(ranked))

    def _rank(self, case: After) -> tuple[int, int]:
        """Return what sorts a case: the hardest first, or the newest."""
        newest = -case.case_id
        return (-case.failures, newest) if self.order == Order.HARDEST else (0, newest)

    def _ranked(self) -> list[After]:
        return sorted(self._listed(), key=self._rank)

    def _listed(self) -> list[After]:
        """Return the cases that can be told from results alone; for all cases those that some model fails."""
        failures = self.matrix.failures
        marks = {
            Show.ALL: lambda: failures > 0,
            Show.FAILING: self.matrix.failing_under_active,
            Show.FLIPS: self.matrix.flipping,
            Show.NOT_JUDGED: self.matrix.not_judged,
        }[self.show]()
        columns = np.flatnonzero(marks)
        pairs = zip(failures[columns].tolist(), self.matrix.named[columns].tolist(), strict=True)
        return [After(count, case_id) for count, case_id in pairs]

    def _never_failing(self, after: After | None, limit: int) -> list[After]:
        below = after.case_id if after is not None and after.failures == 0 else None
        failing = {case.case_id for case in self._listed()}
        # read as many more as could have to be passed over, so that one query is enough
        passed_over = sum(1 for case_id in failing if below is None or case_id < below)
        alive = self._alive(below, limit + passed_over)
        return [After(0, case_id) for case_id in alive if case_id not in failing][:limit]

    def _alive(self, below: int | None, limit: int) -> list[int]:
        cases = Case.objects.filter(problem=self.problem).alive_at(self.revision)
        if below is not None:
            cases = cases.filter(pk__lt=below)
        return list(cases.order_by("-pk").values_list("pk", flat=True)[:limit])


def all_pieces(cases: CaseOrder, size: int) -> Iterator[list[int]]:
    """Yield the cases from first to last, `size` at a time."""
    after: After | None = None
    while True:
        piece = cases.piece(after, size)
        if piece.case_ids:
            yield piece.case_ids
        after = piece.after
        if after is None:
            return


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
