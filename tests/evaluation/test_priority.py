from statistics import fmean
from typing import Any

import numpy as np
import pytest

from evaluation.priority import (
    DEFAULT_HARM_SCALE,
    OpenProblem,
    RemainingImpact,
    UsersAffected,
    normalized_error,
    priority,
    remaining_impact,
    remaining_impacts,
    users_affected,
    users_affected_percent,
)

NAN = float("nan")


def test_figures_of_the_design() -> None:
    assert priority(5, 0.6, DEFAULT_HARM_SCALE["moderate"]) == 9.0
    assert dict(DEFAULT_HARM_SCALE) == {"negligible": 1, "minor": 2, "moderate": 3, "major": 5, "severe": 8}


@pytest.mark.parametrize("factors", [(None, 0.6, 3), (5, None, 3), (5, 0.6, None)])
def test_an_unknown_factor_makes_the_priority_unknown(factors: tuple[float | None, ...]) -> None:
    assert priority(*factors) is None


def test_a_factor_of_zero_is_known() -> None:
    assert priority(5, 0.0, 3) == 0.0


def test_users_affected_percent() -> None:
    assert users_affected_percent(12, 250) == pytest.approx(4.8)
    assert users_affected_percent(300, 250) == 100.0


@pytest.mark.parametrize(
    ("now", "at_last", "active", "by_hand", "expected"),
    [
        (12, 12, 250, None, UsersAffected(4.8, "reports", False)),
        (0, 5, 250, None, UsersAffected(2.0, "reports", True)),
        (0, 0, 250, None, UsersAffected(None, "unknown", False)),
        (12, 12, None, None, UsersAffected(None, "unknown", False)),
        (12, 12, 0, None, UsersAffected(None, "unknown", False)),
        (12, 12, 250, 30.0, UsersAffected(30.0, "manual", False)),
        (0, 0, None, 0.0, UsersAffected(0.0, "manual", False)),
    ],
)
def test_users_affected(
    now: int, at_last: int, active: int | None, by_hand: float | None, expected: UsersAffected
) -> None:
    found = users_affected(
        n_reporters=now, n_reporters_at_last_report=at_last, active_users=active, set_by_hand=by_hand
    )
    assert found == expected


@pytest.mark.parametrize(
    ("judged", "all_scored", "expected"),
    [
        ([1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 1], (0.2, False)),
        ([1, 0, 0, 0], [1, 0, 0, 0, 1, 1], (0.5, True)),  # four judged: all six count
        ([0.5, 0, 0, 0, 0], [0.5, 0, 0, 0, 0], (0.1, False)),
        ([0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1], (0.0, False)),
        ([], [1, 0], (0.5, True)),
        ([], [], (1.0, True)),
    ],
)
def test_normalized_error(judged: list[float], all_scored: list[float], expected: tuple[float, bool]) -> None:
    found = normalized_error(
        judged_error=fmean(judged) if judged else None,
        n_judged=len(judged),
        error=fmean(all_scored) if all_scored else None,
        min_cases=5,
    )
    assert found.value == pytest.approx(expected[0])
    assert found.provisional == expected[1]


def impact(total: float, n_problems: int, n_left_out: int) -> RemainingImpact:
    close: Any = pytest.approx(total)
    return RemainingImpact(close, n_problems, n_left_out)


def problem(
    percent: float | None,
    harm: float | None,
    errors: list[list[float]],
    judged: list[list[int]] | None = None,
) -> OpenProblem:
    mask = np.ones_like(np.array(errors), dtype=bool) if judged is None else np.array(judged, dtype=bool)
    return OpenProblem(percent, harm, np.array(errors, dtype=float), mask, min_cases=5)


def test_remaining_impact_of_one_model() -> None:
    problems = [
        problem(5, 3, [[1, 1, 1, 0, 0]]),  # 5 * 0.6 * 3 = 9
        problem(10, 2, [[0, 0, 0, 0, 0]]),  # 0, which is known
        problem(None, 3, [[1]]),
        problem(5, None, [[1]]),
        problem(5, 3, [[NAN, NAN]]),
    ]
    assert remaining_impact(problems) == impact(9.0, 2, 3)


def test_one_row_needs_no_outer_dimension() -> None:
    one = OpenProblem(5, 3, np.array([1.0, 1, 1, 0, 0]), np.ones(5, dtype=bool), 5)
    assert remaining_impact([one]) == impact(9.0, 1, 0)


def test_impacts_are_compared_over_the_same_cases() -> None:
    # Scored and judged by both: the last five. The first model errs on 2 of them, the second on 1.
    errors = [[1, NAN, 1, 1, 0, 0, 0], [NAN, 1, 1, 0, 0, 0, 0]]
    first, second = remaining_impacts([problem(10, 1, errors)], n_models=2)
    assert [first.total, second.total] == pytest.approx([4.0, 2.0])


def test_only_cases_judged_under_every_model_count() -> None:
    errors: list[list[float]] = [[1, 1, 1, 0, 0, 0, 0], [1, 1, 0, 1, 0, 0, 0]]
    judged = [[0, 1, 1, 1, 1, 1, 1], [1, 0, 1, 1, 1, 1, 1]]
    first, second = remaining_impacts([problem(10, 1, errors, judged)], n_models=2)
    assert [first.total, second.total] == pytest.approx([2.0, 2.0])  # 1 of the last 5 each


def test_too_few_common_judged_cases_make_all_common_ones_count() -> None:
    errors: list[list[float]] = [[1, 1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 1, 1]]
    judged = [[1, 1, 1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1, 1, 1]]
    first, second = remaining_impacts([problem(10, 1, errors, judged)], n_models=2)
    assert [first.total, second.total] == pytest.approx([2.5, 2.5])  # 2 of 8 each


def test_a_problem_that_one_model_cannot_be_scored_on_is_left_out_for_both() -> None:
    problems = [problem(10, 1, [[1] * 5, [NAN] * 5]), problem(10, 1, [[1] * 5, [0] * 5])]
    first, second = remaining_impacts(problems, n_models=2)
    assert first == impact(10.0, 1, 1)
    assert second == RemainingImpact(0.0, 1, 1)


def test_nothing_known_is_not_zero() -> None:
    assert remaining_impact([problem(None, 3, [[1]])]) == RemainingImpact(None, 0, 1)
    assert remaining_impact([]) == RemainingImpact(0.0, 0, 0)


def test_every_problem_needs_every_model() -> None:
    with pytest.raises(ValueError, match="2 models"):
        remaining_impacts([problem(10, 1, [[1] * 5])], n_models=2)
