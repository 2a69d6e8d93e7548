import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from evaluation.bounds import exact_lower, exact_upper, mean_lower, mean_upper, wilson_interval

COUNTS = [(0, 1), (1, 1), (0, 21), (0, 22), (1, 22), (3, 60), (17, 24), (24, 24), (500, 1000), (7, 100_000)]
CONFIDENCES = [0.5, 0.8, 0.9, 0.99]


def test_figures_of_the_design() -> None:
    assert float(exact_upper(0, 22, 0.9)) == pytest.approx(0.0994, abs=5e-5)
    assert float(exact_upper(0, 21, 0.9)) == pytest.approx(0.1038, abs=5e-5)


@pytest.mark.parametrize("confidence", CONFIDENCES)
@pytest.mark.parametrize(("failed", "n"), COUNTS)
def test_exact_bounds_against_scipy(failed: Any, n: Any, confidence: Any) -> None:
    # A two-sided interval at 2c - 1 has the one-sided bounds at c as its ends.
    upper = binomtest(failed, n, alternative="less").proportion_ci(confidence, method="exact").high
    lower = binomtest(failed, n, alternative="greater").proportion_ci(confidence, method="exact").low
    assert float(exact_upper(failed, n, confidence)) == pytest.approx(upper, rel=1e-9)
    assert float(exact_lower(failed, n, confidence)) == pytest.approx(lower, rel=1e-9)


@pytest.mark.parametrize(("failed", "n"), [(failed, n) for failed, n in COUNTS if 0 < failed < n])
def test_exact_bounds_by_their_definition(failed: Any, n: Any) -> None:
    # At the upper bound so few failures have probability 0.1, at the lower bound so many.
    assert binom.cdf(failed, n, exact_upper(failed, n, 0.9)) == pytest.approx(0.1, rel=1e-9)
    assert binom.sf(failed - 1, n, exact_lower(failed, n, 0.9)) == pytest.approx(0.1, rel=1e-9)


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.1, 0.5])
def test_exact_bounds_cover_the_truth_as_often_as_they_promise(rate: Any) -> None:
    n = 60
    failures = np.arange(n + 1)
    weights = binom.pmf(failures, n, rate)
    assert weights[exact_upper(failures, n, 0.9) >= rate].sum() >= 0.9
    assert weights[exact_lower(failures, n, 0.9) <= rate].sum() >= 0.9


def test_bounds_take_arrays() -> None:
    failed, n = np.array([0, 3, 22]), np.array([22, 60, 22])
    assert exact_upper(failed, n, 0.9).tolist() == [
        float(exact_upper(*pair, 0.9)) for pair in ((0, 22), (3, 60), (22, 22))
    ]
    assert mean_upper(failed / n, n, 0.9).shape == (3,)


def test_no_cases_bound_nothing() -> None:
    assert float(exact_lower(0, 0, 0.9)) == 0.0
    assert float(exact_upper(0, 0, 0.9)) == 1.0


@pytest.mark.parametrize("n", [1, 5, 22, 1000])
def test_bounds_on_a_mean_agree_with_the_exact_ones_at_the_ends(n: Any) -> None:
    assert float(mean_upper(0.0, n, 0.9)) == pytest.approx(float(exact_upper(0, n, 0.9)), abs=1e-12)
    assert float(mean_lower(1.0, n, 0.9)) == pytest.approx(float(exact_lower(n, n, 0.9)), abs=1e-12)
    assert float(mean_lower(0.0, n, 0.9)) == 0.0
    assert float(mean_upper(1.0, n, 0.9)) == 1.0


@pytest.mark.parametrize(("mean", "n"), [(0.03, 10), (0.25, 40), (0.5, 7), (0.9, 200)])
def test_bounds_on_a_mean_solve_their_equation(mean: Any, n: Any) -> None:
    def divergence(q: Any) -> Any:
        return mean * math.log(mean / q) + (1 - mean) * math.log((1 - mean) / (1 - q))

    low, high = float(mean_lower(mean, n, 0.9)), float(mean_upper(mean, n, 0.9))
    assert low < mean < high
    assert n * divergence(low) == pytest.approx(math.log(10), rel=1e-9)
    assert n * divergence(high) == pytest.approx(math.log(10), rel=1e-9)


def test_bounds_on_a_mean_are_wider_than_exact_ones() -> None:
    # Exact bounds know that errors are 0 or 1; these hold for any errors with that mean.
    assert float(mean_upper(6 / 60, 60, 0.9)) > float(exact_upper(6, 60, 0.9))
    assert float(mean_lower(6 / 60, 60, 0.9)) < float(exact_lower(6, 60, 0.9))


@pytest.mark.parametrize(("failed", "n"), COUNTS)
def test_wilson_against_scipy(failed: Any, n: Any) -> None:
    interval = binomtest(failed, n).proportion_ci(0.95, method="wilson")
    assert wilson_interval(failed / n, n) == pytest.approx((interval.low, interval.high), abs=1e-12)


def test_wilson_ends_exactly_at_zero_and_one() -> None:
    assert wilson_interval(0.0, 13)[0] == 0.0
    assert wilson_interval(1.0, 13)[1] == 1.0
