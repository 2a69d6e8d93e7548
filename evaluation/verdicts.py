"""Which cases a model is judged on, and what they prove. DESIGN section 5."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from evaluation.bounds import exact_lower, exact_upper, mean_lower, mean_upper, wilson_interval
from evaluation.scoring import mean_error
from evaluation.types import Criterion, Verdict

SLACK = 1e-12


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judged cases say about one model on one problem."""

    verdict: Verdict
    n_judged: int
    n_scored: int
    n_failed: int
    error: float | None
    """The mean over the scored judged cases."""
    interval: tuple[float, float] | None
    """Two-sided 95 % Wilson around `error`: for drawing."""
    lower: float | None
    upper: float | None
    """The one-sided bounds that decide, unscored cases counted as passed (lower) and as failed (upper).
    None where no inference is claimed."""
    inference: bool
    """Whether passing cases prove anything about inputs that nobody tried; rule `every_case` claims nothing."""
    clean_cases_missing: int | None
    """How many further passing cases would make it fixed; None where no number of them would."""
    clean_cases_missing_if_answered: int | None
    """The same once every unscored case has passed."""
    failures_allowed: int | None
    """How many of so many judged cases may fail for `fixed`; None where not even none is few enough."""


def cases_needed(criterion: Criterion, n_failed: int = 0) -> int:
    """The fewest cases that can prove a problem fixed where so many of them fail; with `every_case` none may."""
    if criterion.rule == "every_case":
        return 1
    return n_failed + _clean_cases_missing(_Tally(n_failed, n_failed, n_failed, float(n_failed)), criterion)


def judged_mask(
    *,
    unselected: NDArray[np.bool_],
    selected_on_model: NDArray[np.bool_],
    trained_on: NDArray[np.bool_],
    criterion: Criterion,
) -> NDArray[np.bool_]:
    """The cases that a model is judged on; each argument has one entry per case of the problem.

    The unselected ones, the same for all models, once they are enough for `fixed` to be reachable; until
    then those that were not selected on this model. What the model was trained on is taken away afterwards,
    so that it never changes which of the two holds. Rule `every_case` claims no inference: every case.
    """
    if criterion.rule == "every_case":
        return ~trained_on
    if np.count_nonzero(unselected) >= cases_needed(criterion):
        return unselected & ~trained_on
    return (unselected | ~selected_on_model) & ~trained_on


def judge(errors: NDArray[np.float64], criterion: Criterion) -> Judgement:
    """Judges a model by the errors of its judged cases alone; NaN is unscored."""
    return judge_counts(
        n_judged=errors.size,
        n_scored=errors.size - int(np.count_nonzero(np.isnan(errors))),
        n_failed=int(np.count_nonzero(errors > 0)),
        error=mean_error(errors),
        criterion=criterion,
    )


def judge_counts(
    *, n_judged: int, n_scored: int, n_failed: int, error: float | None, criterion: Criterion
) -> Judgement:
    """The same from stored counts; `error` is the mean over the scored judged cases, None without any."""
    mean = error or 0.0
    # Exact: the mean of zeros and ones is this very quotient.
    graded = n_scored > 0 and mean != n_failed / n_scored
    tally = _Tally(n_judged, n_scored, n_failed, mean * n_scored if graded else float(n_failed), graded)
    return _judgement(tally, error, criterion)


# Tables judge many rows anew, of which most have the counts of another.
@lru_cache(maxsize=4096)
def _judgement(tally: "_Tally", error: float | None, criterion: Criterion) -> Judgement:
    every_case = criterion.rule == "every_case"
    missing = _every_case_missing(tally) if every_case else _clean_cases_missing(tally, criterion)
    return Judgement(
        verdict=_every_case_verdict(tally) if every_case else _bound_verdict(tally, criterion),
        n_judged=tally.n_judged,
        n_scored=tally.n_scored,
        n_failed=tally.n_failed,
        error=error,
        interval=None if error is None else wilson_interval(error, tally.n_scored),
        lower=None if every_case else tally.lower(criterion.confidence),
        upper=None if every_case else tally.upper(criterion.confidence),
        inference=not every_case,
        clean_cases_missing=missing,
        clean_cases_missing_if_answered=(
            missing if every_case else _clean_cases_missing(tally.answered(), criterion)
        ),
        failures_allowed=None if every_case else _failures_allowed(tally.n_judged, criterion),
    )


@dataclass(frozen=True, slots=True)
class _Tally:
    n_judged: int
    n_scored: int
    n_failed: int
    error_sum: float
    graded: bool = False
    """Whether an error lies strictly between 0 and 1."""

    def lower(self, confidence: float) -> float:
        """Unscored cases counted as passed."""
        if self.graded:
            return float(mean_lower(self.error_sum / self.n_judged, self.n_judged, confidence))
        return float(exact_lower(self.n_failed, self.n_judged, confidence))

    def upper(self, confidence: float, further: int = 0) -> float:
        """Unscored cases counted as failed; with so many further cases that pass."""
        n = self.n_judged + further
        n_unscored = self.n_judged - self.n_scored
        if self.graded:
            return float(mean_upper((self.error_sum + n_unscored) / n, n, confidence))
        return float(exact_upper(self.n_failed + n_unscored, n, confidence))

    def answered(self) -> "_Tally":
        """As if every unscored case had passed."""
        return _Tally(self.n_judged, self.n_judged, self.n_failed, self.error_sum, self.graded)


def _bound_verdict(tally: _Tally, criterion: Criterion) -> Verdict:
    if tally.n_scored == 0:
        return Verdict.UNSCORED
    if tally.n_judged < criterion.min_cases:
        return Verdict.INCONCLUSIVE
    if tally.upper(criterion.confidence) <= criterion.max_error + SLACK:
        return Verdict.FIXED
    if tally.lower(criterion.confidence) > criterion.max_error + SLACK:
        return Verdict.FAILING
    return Verdict.INCONCLUSIVE


def _every_case_verdict(tally: _Tally) -> Verdict:
    if tally.n_scored == 0:
        return Verdict.UNSCORED
    if tally.n_failed > 0:
        return Verdict.FAILING
    return Verdict.FIXED if tally.n_scored == tally.n_judged else Verdict.INCONCLUSIVE


@lru_cache(maxsize=4096)
def _clean_cases_missing(tally: _Tally, criterion: Criterion) -> int:
    """The smallest number of further passing cases with which the bound holds: by doubling, then halving."""

    def proves(further: int) -> bool:
        return tally.upper(criterion.confidence, further) <= criterion.max_error + SLACK

    low = max(criterion.min_cases - tally.n_judged, 0)
    if proves(low):
        return low
    high = 2 * low + 1
    while not proves(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if proves(middle) else (middle, high)
    return high


def _every_case_missing(tally: _Tally) -> int | None:
    if tally.n_failed > 0 or tally.n_scored < tally.n_judged:
        return None
    return 0 if tally.n_judged else 1


def _failures_allowed(n_judged: int, criterion: Criterion) -> int | None:
    """How many of so many judged cases may fail for `fixed`; None if even none is too many."""
    if n_judged < criterion.min_cases:
        return None
    failures = np.arange(int(n_judged * criterion.max_error) + 1)
    proves = exact_upper(failures, n_judged, criterion.confidence) <= criterion.max_error + SLACK
    return int(np.count_nonzero(proves)) - 1 if proves[0] else None
