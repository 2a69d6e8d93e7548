"""Outputs into errors: per test pattern, then per case."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.expectations import Expectation
from evaluation.types import Output


def score_patterns(
    expectations: Sequence[Expectation], outputs: Sequence[Output | None], bases: Sequence[Output | None]
) -> NDArray[np.float64]:
    """The error of each pattern: 0 passes, above 0 fails, NaN is unscored.

    The three sequences run in parallel. An output is None where the model gave an error or was not asked; a
    base is None also where the pattern has none. Where the input equals its base, pass its output twice.
    """
    errors = [
        expectation.check(output, base)
        for expectation, output, base in zip(expectations, outputs, bases, strict=True)
    ]
    return np.array(errors, dtype=np.float64)  # None becomes NaN


@dataclass(frozen=True, slots=True, eq=False)
class CaseScores:
    """The cases of one problem under one model. `errors`: one per case; NaN is unscored."""

    errors: NDArray[np.float64]

    @property
    def passed(self) -> NDArray[np.bool_]:
        return np.equal(self.errors, 0)

    @property
    def failed(self) -> NDArray[np.bool_]:
        return np.greater(self.errors, 0)

    @property
    def unscored(self) -> NDArray[np.bool_]:
        return np.isnan(self.errors)

    @property
    def n_cases(self) -> int:
        return self.errors.size

    @property
    def n_scored(self) -> int:
        return self.n_cases - int(np.count_nonzero(self.unscored))

    @property
    def n_failed(self) -> int:
        return int(np.count_nonzero(self.failed))

    @property
    def error(self) -> float | None:
        """The mean over the scored cases; None if there are none."""
        return mean_error(self.errors)


def score_cases(
    pattern_errors: NDArray[np.float64], case_index: NDArray[np.intp], n_cases: int
) -> CaseScores:
    """The cases that the patterns make up; `case_index[i]` (0 to n_cases - 1) is the case of pattern i.

    A case fails if a scored pattern fails, with the largest error of its patterns; else it is unscored if any
    pattern is unscored, or if it has none; else it passes.
    """
    if pattern_errors.shape != case_index.shape:
        raise ValueError("each pattern needs exactly one case")
    unscored = np.isnan(pattern_errors)
    worst = np.zeros(n_cases)
    np.fmax.at(worst, case_index, pattern_errors)  # fmax passes over NaN
    open_cases = np.ones(n_cases, dtype=np.bool_)
    open_cases[case_index] = False
    open_cases[case_index[unscored]] = True
    return CaseScores(np.where((worst == 0) & open_cases, np.nan, worst))


def mean_error(errors: NDArray[np.float64]) -> float | None:
    """The mean over the scored entries; None if there are none."""
    scored = errors[~np.isnan(errors)]
    return float(scored.mean()) if scored.size else None
