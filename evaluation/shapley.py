"""What changed between two scores: the model, the patterns or the expectations. DESIGN section 6.

A score is taken at two moments. Each of three factors stands at one of two levels, as at the first moment or as at the
second, which makes eight *corners*; corner number = sum of the bits of the factors that stand at the second level.
A factor's Shapley value is its mean contribution over all orders in which the factors may have changed, so that the
three add up to the whole change and depend on no order. All of it is computed in fractions: nothing is rounded before
the end.

A score is 1 - mean case error, so the contribution of each case to each term is a weighted sum of the case's errors in
the eight corners. Where an output is not known, its error lies between 0 and 1; one unknown output is *one* unknown,
in whichever corners it appears, and a case fails by its worst pattern. The bounds of a term are reached by some
assignment of the unknown errors of each case: they are as narrow as they can be, case by case.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from itertools import pairwise
from math import fsum

import numpy as np
from numpy.typing import NDArray

MODEL, PATTERNS, EXPECTATIONS = 1, 2, 4
FACTORS = (MODEL, PATTERNS, EXPECTATIONS)
CORNERS = range(8)
NONE, ALL = 0, 7
"""Every factor as at the first moment; as at the second."""

Coefficients = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A number between two others; one number where they are equal."""

    low: float
    high: float

    @property
    def is_known(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class CaseCorners:
    """One case with unknown errors; see `what_changed`."""

    known: tuple[float, ...]
    unknown: frozenset[int]


@dataclass(frozen=True, slots=True)
class WhatChanged:
    """A change of score taken apart. `corners` are the scores, `then` and `now` the first and the last of them."""

    corners: tuple[Bounds, ...]
    model: Bounds
    patterns: Bounds
    expectations: Bounds
    total: Bounds

    @property
    def then(self) -> Bounds:
        return self.corners[NONE]

    @property
    def now(self) -> Bounds:
        return self.corners[ALL]

    @property
    def old_model_now(self) -> Bounds:
        """The first model on the second set, by the expectations of the second moment."""
        return self.corners[PATTERNS | EXPECTATIONS]

    @property
    def new_model_then(self) -> Bounds:
        """The second model on the first set, by the expectations of the first moment."""
        return self.corners[MODEL]


def what_changed(
    known: NDArray[np.float64], unknown: Mapping[int, frozenset[int]], *, n_then: int, n_now: int
) -> WhatChanged:
    """Take the change of score apart.

    `known` has a row per case and a column per corner: the case's largest known error, 0 also where the case is not in
    the set of that corner. `unknown`: by row, one mask per unknown error, with a bit for each corner that the error
    appears in. `n_then` and `n_now` are the sizes of the two sets of cases, both above 0: the first stands in the
    corners without PATTERNS, the second in those with it.
    """
    sizes = [n_now if corner & PATTERNS else n_then for corner in CORNERS]
    sure = np.ones(len(known), dtype=np.bool_)
    sure[list(unknown)] = False
    unsure = Counter(CaseCorners(tuple(known[row].tolist()), masks) for row, masks in unknown.items())
    sums = [Fraction(fsum(known[sure, corner].tolist())) for corner in CORNERS]

    def bounds(weights: Sequence[Fraction]) -> Bounds:
        """Bound the weighted sum of the corners' scores."""
        errors = tuple(-weight / size for weight, size in zip(weights, sizes, strict=True))
        low = high = sum(weights) + sum(map(_product, errors, sums), start=Fraction(0))
        for case, times in unsure.items():
            least, most = _extremes(case, errors)
            low, high = low + times * least, high + times * most
        return Bounds(float(low), float(high))

    return WhatChanged(
        corners=tuple(bounds(_only(corner)) for corner in CORNERS),
        model=bounds(shapley_weights(MODEL)),
        patterns=bounds(shapley_weights(PATTERNS)),
        expectations=bounds(shapley_weights(EXPECTATIONS)),
        total=bounds(tuple(a - b for a, b in zip(_only(ALL), _only(NONE), strict=True))),
    )


def shapley_values(corners: Mapping[int, float] | Sequence[float]) -> dict[int, Fraction]:
    """Return each factor's Shapley value, exactly, from the eight corners' scores."""
    scores = [Fraction(corners[corner]) for corner in CORNERS]
    return {
        factor: sum(map(_product, shapley_weights(factor), scores), start=Fraction(0)) for factor in FACTORS
    }


@cache
def shapley_weights(factor: int) -> Coefficients:
    """Return the weight of each corner's score in a factor's Shapley value.

    Of the six orders of three factors, two change this one first, two last, and one each after either other one alone.
    """
    weights = [Fraction(0)] * len(CORNERS)
    for corner in CORNERS:
        if corner & factor:
            continue
        n_before = corner.bit_count()
        share = Fraction(1, 6) if n_before == 1 else Fraction(1, 3)
        weights[corner | factor] += share
        weights[corner] -= share
    return tuple(weights)


def _only(corner: int) -> Coefficients:
    return tuple(Fraction(int(each == corner)) for each in CORNERS)


def _product(weight: Fraction, value: Fraction) -> Fraction:
    return weight * value


def _extremes(case: CaseCorners, weights: Coefficients) -> tuple[Fraction, Fraction]:
    """Return the least and the largest weighted sum of the case's errors, over all values of its unknown ones.

    At any height between 0 and 1, the corners whose error reaches above it are those whose known error does and those
    touched by an unknown error that does. An unknown error reaches above fewer heights, never more, as they rise; the
    sum is linear between known errors. So only sets of unknown errors that shrink from one known height to the next
    have to be looked at, and of these only the largest that leave a given set of corners alone.
    """
    heights = sorted({0.0, 1.0, *case.known})
    choices = _reachable(case.unknown)
    best: dict[int, tuple[Fraction, Fraction]] | None = None
    for low, high in pairwise(heights):
        above = sum(1 << corner for corner in CORNERS if case.known[corner] >= high)
        gain = {
            chosen: (Fraction(high) - Fraction(low)) * _sum_of(weights, above | touched)
            for chosen, touched in choices.items()
        }
        if best is None:
            best = {chosen: (value, value) for chosen, value in gain.items()}
            continue
        best = {chosen: _with_more_below(chosen, value, best) for chosen, value in gain.items()}
    values = (best or {0: (Fraction(0), Fraction(0))}).values()
    return min(value[0] for value in values), max(value[1] for value in values)


def _with_more_below(
    chosen: int, value: Fraction, below: Mapping[int, tuple[Fraction, Fraction]]
) -> tuple[Fraction, Fraction]:
    supersets = [found for other, found in below.items() if other & chosen == chosen]
    return value + min(found[0] for found in supersets), value + max(found[1] for found in supersets)


@lru_cache(maxsize=4096)
def _reachable(unknown: frozenset[int]) -> dict[int, int]:
    """Return sets of unknown errors (a bit each, in sorted order) with the corners that they touch.

    For every set of corners to be left alone the largest set of errors that does so: a smaller one that touches the
    same corners gives the same errors, and leaves no more room.
    """
    masks = sorted(unknown)
    found: dict[int, int] = {}
    for alone in range(256):
        chosen = touched = 0
        for number, mask in enumerate(masks):
            if not mask & alone:
                chosen |= 1 << number
                touched |= mask
        found[chosen] = touched
    return found


@lru_cache(maxsize=8192)
def _sum_of(weights: Coefficients, corners: int) -> Fraction:
    return sum((weights[corner] for corner in CORNERS if corners >> corner & 1), start=Fraction(0))
