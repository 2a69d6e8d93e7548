"""Bounds on an error rate that was seen on n cases. All take arrays too, element by element.

Deciding: one-sided exact (Clopper-Pearson) bounds, and their Chernoff-Hoeffding kin for a mean of errors
between 0 and 1. Drawing: two-sided 95 % Wilson intervals.
"""

# SciPy itself imports `special` where it is first named, so that a process that computes no bound does without.
import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

Z_95 = 1.959963984540054  # the 0.975 quantile of the standard normal distribution
HALVINGS = 60  # leaves an interval of 2**-60


def exact_lower(n_failed: ArrayLike, n: ArrayLike, confidence: float) -> NDArray[np.float64]:
    """The one-sided Clopper-Pearson lower bound: a Beta(f, n - f + 1) quantile; 0 if none failed."""
    failed, cases = np.asarray(n_failed, dtype=float), np.asarray(n, dtype=float)
    none = failed == 0
    bound = scipy.special.betaincinv(
        np.where(none, 1.0, failed), np.where(none, 1.0, cases - failed + 1), 1 - confidence
    )
    return np.where(none, 0.0, bound)


def exact_upper(n_failed: ArrayLike, n: ArrayLike, confidence: float) -> NDArray[np.float64]:
    """The one-sided Clopper-Pearson upper bound: a Beta(f + 1, n - f) quantile; 1 if all failed."""
    failed, cases = np.asarray(n_failed, dtype=float), np.asarray(n, dtype=float)
    every = failed == cases
    bound = scipy.special.betaincinv(
        np.where(every, 1.0, failed + 1), np.where(every, 1.0, cases - failed), confidence
    )
    return np.where(every, 1.0, bound)


def mean_lower(mean: ArrayLike, n: ArrayLike, confidence: float) -> NDArray[np.float64]:
    """The Chernoff-Hoeffding lower bound on the mean of n values in [0, 1].

    The smallest q up to the mean with n kl(mean, q) <= ln(1 / (1 - confidence)); Hoeffding 1963, theorem 1.
    """
    means = np.asarray(mean, dtype=float)
    outside, inside = np.zeros_like(means), means
    for _ in range(HALVINGS):
        middle = (outside + inside) / 2
        holds = _within(means, middle, n, confidence)
        inside, outside = np.where(holds, middle, inside), np.where(holds, outside, middle)
    return outside


def mean_upper(mean: ArrayLike, n: ArrayLike, confidence: float) -> NDArray[np.float64]:
    """The same from above. Where every value is 0 it agrees with the exact bound."""
    return 1 - mean_lower(1 - np.asarray(mean, dtype=float), n, confidence)


def _within(
    mean: NDArray[np.float64], q: NDArray[np.float64], n: ArrayLike, confidence: float
) -> NDArray[np.bool_]:
    divergence = scipy.special.rel_entr(mean, q) + scipy.special.rel_entr(1 - mean, 1 - q)
    holds: NDArray[np.bool_] = np.asarray(n) * divergence <= -np.log1p(-confidence)
    return holds


def wilson_interval(mean: float, n: int) -> tuple[float, float]:
    """The two-sided 95 % Wilson score interval around a mean error over n > 0 cases."""
    shrink = Z_95**2 / n
    centre = (mean + shrink / 2) / (1 + shrink)
    half = Z_95 / (1 + shrink) * float(np.sqrt(mean * (1 - mean) / n + shrink / (4 * n)))
    # At the ends the formula gives 0 and 1 but for rounding.
    low = 0.0 if mean == 0 else max(0.0, centre - half)
    high = 1.0 if mean == 1 else min(1.0, centre + half)
    return low, high
