"""Are two models different? Paired tests on the same cases, per problem and over all, in one family. DESIGN section 6.

A pair is a case that both models were scored on. It *flipped* where one model passes it (error 0) and the other fails
it (any error above 0); two failures of different size are no flip. Only flips tell two models apart: where they are
equally good, each flip is the toss of a fair coin, however hard the cases are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

ALPHA = 0.05
"""Of all comparisons of equal models at most this share calls anything different."""


class Change(StrEnum):
    """What is shown of one model beside another; unproven does not say that they are equal."""

    IMPROVED = "improved"
    WORSE = "worse"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Flips:
    """The pairs that one test looks at: how many there are, and how many flipped each way."""

    n_pairs: int
    newly_failing: int
    newly_passing: int

    @property
    def n_flips(self) -> int:
        return self.newly_failing + self.newly_passing

    def __add__(self, other: "Flips") -> "Flips":
        return Flips(
            self.n_pairs + other.n_pairs,
            self.newly_failing + other.newly_failing,
            self.newly_passing + other.newly_passing,
        )


NO_FLIPS = Flips(0, 0, 0)


@dataclass(frozen=True, slots=True)
class PairedTest:
    """What the flips of one problem, or of all, show.

    `p_value` is McNemar's, of this test alone; None without a pair. `adjusted_p_value` is Holm's, within the
    family; None where the test is no part of it: with so few flips nothing could be shown, whichever way they went.
    `change` follows from the adjusted one.
    """

    flips: Flips
    p_value: float | None
    adjusted_p_value: float | None
    change: Change


@dataclass(frozen=True, slots=True)
class Family:
    """All tests of one comparison, and what could be shown by them."""

    problems: tuple[PairedTest, ...]
    overall: PairedTest
    n_tests: int
    """How many tests the p-values are adjusted for."""
    smallest_provable: int
    """So many flips, all one way, show a difference on a problem, whatever the other tests say."""


def mcnemar(newly_failing: ArrayLike, newly_passing: ArrayLike) -> NDArray[np.float64]:
    """Return exact two-sided McNemar p-values; arguments may be arrays. 1 where nothing flipped.

    Twice the lower tail of Binomial(flips, 1/2), at most 1, by the incomplete beta function: no sum over many terms.
    """
    worse, better = np.asarray(newly_failing, dtype=np.float64), np.asarray(newly_passing, dtype=np.float64)
    fewer, flips = np.minimum(worse, better), worse + better
    tied = worse == better  # also where there is no flip at all; the tail holds more than half then
    tail = scipy.special.betainc(np.where(tied, 1.0, flips - fewer), np.where(tied, 1.0, fewer + 1), 0.5)
    return np.where(tied, 1.0, np.minimum(1.0, 2 * tail))


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return Holm's step-down adjusted p-values in the order given; what is NaN is no test, and stays NaN."""
    given = np.asarray(p_values, dtype=np.float64)
    tested = np.flatnonzero(~np.isnan(given))
    order = tested[np.argsort(given[tested], kind="stable")]
    stepped = given[order] * np.arange(order.size, 0, -1)
    adjusted = np.full(given.shape, np.nan)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(stepped))
    return adjusted


def smallest_provable(n_tests: int, *, alpha: float = ALPHA) -> int:
    """Return how many flips, all one way, are significant among so many tests even if no other one is.

    2 / 2**flips x tests < alpha: 6 flips for one test, 9 among seven to twelve, 10 among thirteen to 25.
    """
    flips = 1
    while 2.0 ** (1 - flips) * n_tests >= alpha:
        flips += 1
    return flips


def flips_of(
    base_errors: NDArray[np.float64],
    head_errors: NDArray[np.float64],
    tested: NDArray[np.bool_] | None = None,
) -> Flips:
    """Count the flips among cases, one error each (NaN: unscored), or among those that are `tested`."""
    pairs = ~np.isnan(base_errors) & ~np.isnan(head_errors)
    if tested is not None:
        pairs &= tested
    base_fails, head_fails = base_errors[pairs] > 0, head_errors[pairs] > 0
    return Flips(
        n_pairs=int(base_fails.size),
        newly_failing=int(np.count_nonzero(head_fails & ~base_fails)),
        newly_passing=int(np.count_nonzero(base_fails & ~head_fails)),
    )


def compare_flips(problems: Sequence[Flips], *, alpha: float = ALPHA) -> Family:
    """Test each problem, and all of them together, in one family; the flips are those of unselected cases.

    The family are the tests that could show something: those with enough flips to be significant if they stood
    alone and all went one way. That depends on the number of flips only, never on their direction, which is what is
    tested, so that the others may be left out for nothing (Tarone 1990). Where all flips lie in one problem, it and
    the whole are one and the same test, counted once.
    """
    overall = sum(problems, start=NO_FLIPS)
    enough = smallest_provable(1, alpha=alpha)
    together = [*problems, overall]
    p_values = mcnemar([each.newly_failing for each in together], [each.newly_passing for each in together])
    testable = np.array([each.n_flips >= enough for each in together])
    only = next((number for number, each in enumerate(problems) if each.n_flips == overall.n_flips > 0), None)
    counted = testable.copy()
    if only is not None:
        counted[-1] = False
    adjusted = holm(np.where(counted, p_values, np.nan))
    if only is not None:
        adjusted[-1] = adjusted[only]
    tests = [
        _test(flips, float(p_value), None if np.isnan(after) else float(after), alpha)
        for flips, p_value, after in zip(together, p_values, adjusted, strict=True)
    ]
    n_tests = int(np.count_nonzero(counted))
    return Family(
        problems=tuple(tests[:-1]),
        overall=tests[-1],
        n_tests=n_tests,
        smallest_provable=smallest_provable(max(n_tests, 1), alpha=alpha),
    )


def _test(flips: Flips, p_value: float, adjusted: float | None, alpha: float) -> PairedTest:
    change = Change.UNPROVEN
    if adjusted is not None and adjusted < alpha:
        change = Change.WORSE if flips.newly_failing > flips.newly_passing else Change.IMPROVED
    return PairedTest(flips, p_value if flips.n_pairs else None, adjusted, change)
