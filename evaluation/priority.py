"""How bad a bug is, and what impact would remain under a model. DESIGN sections 3 and 6."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

DEFAULT_HARM_SCALE: Mapping[str, float] = MappingProxyType(
    {"negligible": 1.0, "minor": 2.0, "moderate": 3.0, "major": 5.0, "severe": 8.0}
)


class UsersAffected(NamedTuple):
    """The share of users affected, 0 to 100 (None: unknown), where it is from, whether it is old."""

    percent: float | None
    source: Literal["reports", "manual", "unknown"]
    is_old: bool


class NormalizedError(NamedTuple):
    """A mean error, 0 to 1; provisional while it rests on too few judged cases."""

    value: float
    provisional: bool


def users_affected_percent(n_reporters: int, active_users: int) -> float:
    """100 x distinct reporters / active users (above 0), at most 100."""
    return min(100.0, 100.0 * n_reporters / active_users)


def users_affected(
    *,
    n_reporters: int,
    n_reporters_at_last_report: int,
    active_users: int | None,
    set_by_hand: float | None = None,
) -> UsersAffected:
    """The first factor of the priority, from the facts there are.

    `n_reporters` counts the distinct reporters in the window that ends now, `n_reporters_at_last_report`
    those in the window that ended with the latest report (0: there never was one); all reports without a
    reporter count as one. A value set by hand holds; no active users, or never a report: unknown; reports,
    but none in the window that ends now: the last known value, old.
    """
    if set_by_hand is not None:
        return UsersAffected(set_by_hand, "manual", False)
    if not active_users or not n_reporters_at_last_report:
        return UsersAffected(None, "unknown", False)
    if n_reporters:
        return UsersAffected(users_affected_percent(n_reporters, active_users), "reports", False)
    return UsersAffected(users_affected_percent(n_reporters_at_last_report, active_users), "reports", True)


def normalized_error(
    *, judged_error: float | None, n_judged: int, error: float | None, min_cases: int
) -> NormalizedError:
    """The mean error over the judged cases that are scored, of which there are `n_judged`.

    Fewer than `min_cases` of them: over all scored cases (`error`), provisional. None scored (None): 1, provisional,
    since a bug that nobody described must not sink.
    """
    provisional = n_judged < min_cases
    counts = error if provisional else judged_error
    return NormalizedError(1.0 if counts is None else counts, provisional)


def priority(
    users_affected_percent: float | None, normalized_error: float | None, harm: float | None
) -> float | None:
    """The product of the three factors; None if one of them is unknown."""
    if users_affected_percent is None or normalized_error is None or harm is None:
        return None
    return users_affected_percent * normalized_error * harm


@dataclass(frozen=True, slots=True, eq=False)
class OpenProblem:
    """One open problem under one model, or under several side by side.

    `case_errors` (NaN: unscored) and `judged` have one row per model and one column per case, on one
    revision; for a single model they may be one row without the outer dimension.
    """

    users_affected_percent: float | None
    harm: float | None
    case_errors: NDArray[np.float64]
    judged: NDArray[np.bool_]
    min_cases: int


@dataclass(frozen=True, slots=True)
class RemainingImpact:
    """The sum of the priorities that open problems would have if the model were active.

    `total` is None where problems are open but none of them could be summed: missing is not 0.
    """

    total: float | None
    n_problems: int
    """How many were summed."""
    n_left_out: int
    """How many were not: unknown reach or harm, or a model that cannot be scored on them."""


def remaining_impact(problems: Sequence[OpenProblem]) -> RemainingImpact:
    """The remaining impact of one model; every problem has one row."""
    return remaining_impacts(problems, n_models=1)[0]


def remaining_impacts(problems: Sequence[OpenProblem], *, n_models: int) -> tuple[RemainingImpact, ...]:
    """The remaining impacts of several models over the same cases of the same problems.

    A problem counts with the cases that are judged and scored under every model (fewer than `min_cases`: all
    that are scored under every model); without any it is left out of all sums.
    """
    impacts = [impact for impact in map(_impact_per_model, problems) if impact is not None]
    n_left_out = len(problems) - len(impacts)
    if n_left_out and not impacts:
        return (RemainingImpact(None, 0, n_left_out),) * n_models
    totals = np.sum(impacts, axis=0) if impacts else np.zeros(n_models)
    if totals.shape != (n_models,):
        raise ValueError(f"each problem needs one row for each of the {n_models} models")
    return tuple(RemainingImpact(float(total), len(impacts), n_left_out) for total in totals)


def _impact_per_model(problem: OpenProblem) -> NDArray[np.float64] | None:
    if problem.users_affected_percent is None or problem.harm is None:
        return None
    errors, judged = np.atleast_2d(problem.case_errors), np.atleast_2d(problem.judged)
    scored = np.logical_and.reduce(~np.isnan(errors), axis=0)
    judged_by_all = np.logical_and.reduce(judged, axis=0)
    cases = _cases_that_count(scored & judged_by_all, scored, problem.min_cases)
    if not cases.any():
        return None
    means: NDArray[np.float64] = errors[:, cases].mean(axis=1)
    return problem.users_affected_percent * means * problem.harm


def _cases_that_count(
    judged: NDArray[np.bool_], scored: NDArray[np.bool_], min_cases: int
) -> NDArray[np.bool_]:
    """The judged ones if there are enough of them, else all scored ones."""
    return scored if int(np.count_nonzero(judged)) < min_cases else judged
