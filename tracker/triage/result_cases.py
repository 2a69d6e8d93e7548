"""From results, which name the cases that matter, to the arrays that the engine reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.runs.models import Result

CASE_FIELDS = ("n_cases", "failed_cases", "unscored_cases", "partial_errors", "not_judged_cases")
"""What `case_errors` reads of a result."""


def case_errors(results: Sequence[Result]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return errors (NaN: unscored) and judged marks of one problem: a row per result, a column per case.

    All results have to be on one revision. Columns keep one order for all rows; cases that no result names
    passed and were judged under every model, and which of them is which does not matter.
    """
    n_cases = results[0].n_cases
    column = {case: number for number, case in enumerate(named_cases(results))}
    errors = np.zeros((len(results), n_cases))
    judged = np.ones((len(results), n_cases), dtype=np.bool_)
    for row, result in enumerate(results):
        errors[row, [column[case] for case in result.failed_cases]] = 1.0
        for case, error in result.partial_errors.items():
            errors[row, column[int(case)]] = error
        errors[row, [column[case] for case in result.unscored_cases]] = np.nan
        judged[row, [column[case] for case in result.not_judged_cases]] = False
    return errors, judged


def named_cases(results: Sequence[Result]) -> list[int]:
    """Return the ids of the cases that some result names: those of the first columns of `case_errors`."""
    return sorted({case for result in results for case in _named(result)})


def _named(result: Result) -> set[int]:
    return {*result.failed_cases, *result.unscored_cases, *result.not_judged_cases}
