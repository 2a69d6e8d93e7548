"""The cases of one problem under two models, side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.comparison import Flips, flips_of
from tracker.problems.models import Problem
from tracker.runs.models import Result
from tracker.triage.result_cases import case_errors, named_cases


@dataclass(frozen=True, slots=True, eq=False)
class CasePairs:
    """The cases of one problem that some result names, by ascending id: errors (NaN: unscored) under the two models.

    The `n_unnamed` others passed under both.
    """

    problem: Problem
    results: tuple[Result, Result]
    ids: NDArray[np.int64]
    base: NDArray[np.float64]
    head: NDArray[np.float64]
    counted: NDArray[np.bool_]
    """The cases that are tested: unselected, and neither model was trained on them."""
    n_unnamed: int
    n_unnamed_counted: int

    @property
    def scored(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.base) & ~np.isnan(self.head)

    @property
    def n_compared(self) -> int:
        return int(np.count_nonzero(self.scored)) + self.n_unnamed

    @property
    def tested(self) -> Flips:
        return flips_of(self.base, self.head, self.counted) + Flips(self.n_unnamed_counted, 0, 0)

    @property
    def if_unscored_failed(self) -> Flips:
        head = np.where(np.isnan(self.head), 1.0, self.head)
        return flips_of(self.base, head, self.counted) + Flips(self.n_unnamed_counted, 0, 0)

    def error_sum(self, errors: NDArray[np.float64]) -> float:
        return float(errors[self.scored].sum())

    def ids_where(self, mask: NDArray[np.bool_]) -> tuple[int, ...]:
        return tuple(self.ids[mask].tolist())


def case_pairs(problem: Problem, base: Result, head: Result, selected: set[int]) -> CasePairs:
    """Pair the cases of two results on one revision; `selected` are those that have no unselected source."""
    ids = np.array(named_cases([base, head]), dtype=np.int64)
    errors, judged = case_errors([base, head])
    is_selected = np.isin(ids, np.fromiter(selected, np.int64, len(selected)))
    n_unnamed = base.n_cases - ids.size
    return CasePairs(
        problem=problem,
        results=(base, head),
        ids=ids,
        base=errors[0, : ids.size],
        head=errors[1, : ids.size],
        # An unselected case that a model is not judged on is one that it says it was trained on.
        counted=~is_selected & judged[:, : ids.size].all(axis=0),
        n_unnamed=n_unnamed,
        n_unnamed_counted=n_unnamed - (len(selected) - int(np.count_nonzero(is_selected))),
    )
