"""What changed between two scores: the model, the patterns or the expectations. DESIGN section 6.

A score is taken at two moments. Each of three factors stands at one of two levels, as at the first moment or as at the
second, which makes eight *corners*; corner number = sum of the bits of the factors that stand at the second level.
A factor's Shapley value is its mean contribution over all orders in which the factors may have changed, so that the
three add up to the whole change and depend on no order. What is known is computed in fractions: nothing is rounded
before the end.

A score is 1 - mean case error, so the contribution of each case to each term is a weighted sum of the case's errors in
the eight corners. Where an output is not known, its error lies between 0 and 1; one unknown error is *one* unknown,
in whichever cases and corners it appears, and a case fails by its worst pattern. The truth always lies within the
bounds of a term. They need not be the narrowest there are, for two reasons:

- Unknown errors are taken to be independent of each other. Where two expectations read one unknown output, as those of
  two patterns with one input do, or of a pattern before and after it was relabelled, or where one example is an input
  here and a base there, there may be no output that makes both errors what a bound takes them to be.
- Where many cases hang together by what is unknown, each is looked at alone.

Otherwise they are reached by some values of the unknown errors.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from math import fsum

import numpy as np
from numpy.typing import NDArray

MODEL, PATTERNS, EXPECTATIONS = 1, 2, 4
FACTORS = (MODEL, PATTERNS, EXPECTATIONS)
CORNERS = range(8)
NONE, ALL = 0, 7
"""Every factor as at the first moment; as at the second."""

ROUNDING = 1e-14
"""Bounds that lie no further apart are one number."""
AT_ONCE = 2_000
"""So many different cases are looked at together."""
MOST_CASES, MOST_ERRORS = 7, 8
"""Cases that share unknown errors are looked at as one, up to so many: eight bits a case, and all sets of errors."""

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
    known: NDArray[np.float64], unknown: Sequence[Mapping[int, int]], *, n_then: int, n_now: int
) -> WhatChanged:
    """Take the change of score apart.

    `known` has a row per case and a column per corner: the case's largest known error, 0 also where the case is not in
    the set of that corner. `unknown`: for each unknown error the rows of the cases that it is one of, each with a mask:
    a bit for each corner in which it is. `n_then` and `n_now` are the sizes of the two sets of cases, both above 0: the
    first stands in the corners without PATTERNS, the second in those with it.
    """
    sizes = [n_now if corner & PATTERNS else n_then for corner in CORNERS]
    sure = np.ones(len(known), dtype=np.bool_)
    sure[[row for error in unknown for row in error]] = False
    sums = [Fraction(fsum(known[sure, corner].tolist())) for corner in CORNERS]
    groups = _groups(known, unknown)

    def bounds(weights: Sequence[Fraction]) -> Bounds:
        """Bound the weighted sum of the corners' scores."""
        errors = tuple(-weight / size for weight, size in zip(weights, sizes, strict=True))
        exact = sum(weights) + sum(map(_product, errors, sums), start=Fraction(0))
        least, most = _extremes_of(groups, errors, whole=6 * n_then * n_now)
        if most - least <= ROUNDING:
            return Bounds(float(exact + least), float(exact + least))
        return Bounds(float(exact + least), float(exact + most))

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


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Clusters of cases that hang together by the same pattern of unknown errors.

    `unknown`: a mask per unknown error, eight bits for each case of a cluster, one after the other. `known`: the
    distinct rows of known errors, laid out likewise, and how many clusters have each.
    """

    unknown: frozenset[int]
    known: NDArray[np.float64]
    times: NDArray[np.int64]


def _groups(known: NDArray[np.float64], unknown: Sequence[Mapping[int, int]]) -> list[_Group]:
    rows: dict[tuple[int, frozenset[int]], list[list[int]]] = defaultdict(list)
    for cluster, errors in _clusters(unknown):
        place = {row: len(CORNERS) * number for number, row in enumerate(cluster)}
        masks = frozenset(
            sum(mask << place[row] for row, mask in error.items() if row in place) for error in errors
        )
        rows[len(cluster), masks].append(cluster)
    found = []
    for (_size, masks), members in rows.items():
        laid_out = known[np.array(members)].reshape(len(members), -1)
        distinct, times = np.unique(laid_out, axis=0, return_counts=True)
        found.append(_Group(masks, distinct, times))
    return found


Cluster = tuple[list[int], list[Mapping[int, int]]]
"""Rows, with the unknown errors that they have."""


def _clusters(unknown: Sequence[Mapping[int, int]]) -> Iterator[Cluster]:
    """Yield the rows that share unknown errors, directly or through others; large clusters are taken apart."""
    of_row: dict[int, list[Mapping[int, int]]] = defaultdict(list)
    for error in unknown:
        for row in error:
            of_row[row].append(error)
    seen: set[int] = set()
    for first in of_row:
        if first in seen:
            continue
        seen.add(first)
        cluster, waiting = [first], [first]
        errors: dict[int, Mapping[int, int]] = {}
        while waiting:
            for error in of_row[waiting.pop()]:
                errors[id(error)] = error
                fresh = error.keys() - seen
                seen |= fresh
                cluster += fresh
                waiting += fresh
        if len(cluster) <= MOST_CASES and len(errors) <= MOST_ERRORS:
            yield sorted(cluster), list(errors.values())
        else:
            yield from (([row], of_row[row]) for row in cluster)


def _extremes_of(
    groups: Sequence[_Group], errors: Sequence[Fraction], *, whole: int
) -> tuple[Fraction, Fraction]:
    """Return the least and the largest sum over all cases with unknown errors.

    Times `whole` the weights of errors are whole numbers: so nothing is rounded where errors are 0 or 1.
    """
    of_case = np.array([float(error * whole) for error in errors])
    lows, highs = [0.0], [0.0]
    for group in groups:
        weights = np.tile(of_case, group.known.shape[1] // len(CORNERS))
        for start in range(0, len(group.known), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            low, high = _extremes(group.known[part], group.unknown, weights)
            lows += (low * group.times[part]).tolist()
            highs += (high * group.times[part]).tolist()
    return Fraction(fsum(lows)) / whole, Fraction(fsum(highs)) / whole


def _extremes(
    known: NDArray[np.float64], unknown: frozenset[int], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the largest weighted sum of each row's errors, over all values of its unknown ones.

    At any height between 0 and 1, the corners whose error reaches above it are those whose known error does and those
    touched by an unknown error that does. The sum is linear between known errors, and as the height rises an unknown
    error can only fall below it. So all that has to be looked at are sets of touched corners that never grow from one
    known error to the next larger one: of all unknown errors that touch no corner outside a set, each may reach up.
    """
    sets = _reachable(unknown)
    n_corners = known.shape[1]
    touched = (sets[:, np.newaxis] >> np.arange(n_corners) & 1).astype(np.bool_)
    holds = (sets[:, np.newaxis] & sets) == sets  # [other, this]: the other set holds all of this one
    low = high = np.zeros((len(known), len(sets)))
    heights = np.sort(known, axis=1)
    floor = np.zeros(len(known))
    for place in range(n_corners + 1):
        top = heights[:, place] if place < n_corners else np.ones(len(known))
        above = known >= top[:, np.newaxis]
        reached = above[:, np.newaxis, :] | touched
        gain = (top - floor)[:, np.newaxis] * (reached @ weights)
        low = gain + _over_sets(low, holds, np.minimum)
        high = gain + _over_sets(high, holds, np.maximum)
        floor = top
    return low.min(axis=1), high.max(axis=1)


def _over_sets(
    below: NDArray[np.float64], holds: NDArray[np.bool_], extreme: np.ufunc
) -> NDArray[np.float64]:
    """Return for each set the extreme of what was reached below it with sets that hold it."""
    columns = [extreme.reduce(below[:, holds[:, this]], axis=1) for this in range(below.shape[1])]
    return np.stack(columns, axis=1)


@lru_cache(maxsize=4096)
def _reachable(unknown: frozenset[int]) -> NDArray[np.int64]:
    """Return every set of corners (a bit each) that some of the unknown errors touch together: all unions of masks."""
    found = {0}
    for mask in unknown:
        found |= {mask | other for other in found}
    return np.array(sorted(found), dtype=np.int64)
