"""What changed: golden values, an oracle by orders of change, and bounds beside every assignment there is."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.shapley import (
    ALL,
    CORNERS,
    EXPECTATIONS,
    FACTORS,
    MODEL,
    PATTERNS,
    Bounds,
    shapley_values,
    what_changed,
)

NOTHING: list[dict[int, int]] = []
scores = st.lists(st.floats(0, 1), min_size=8, max_size=8)
errors = st.sampled_from([0.0, 0.0, 0.25, 0.6, 1.0])


def by_orders(corners: list[Fraction], factor: int) -> Fraction:
    """The mean contribution over the six orders in which the factors may change."""
    total = Fraction(0)
    for order in permutations(FACTORS):
        before = sum(order[: order.index(factor)])
        total += corners[before | factor] - corners[before]
    return total / 6


@given(scores)
def test_the_mean_over_all_orders(corners: list[float]) -> None:
    exact = [Fraction(score) for score in corners]
    assert shapley_values(corners) == {factor: by_orders(exact, factor) for factor in FACTORS}


@given(scores)
def test_the_values_add_up_exactly(corners: list[float]) -> None:
    assert sum(shapley_values(corners).values()) == Fraction(corners[ALL]) - Fraction(corners[0])


@given(scores, st.floats(0, 1))
def test_a_factor_that_changes_nothing_has_no_part(corners: list[float], other: float) -> None:
    without = [corners[corner & ~EXPECTATIONS] for corner in CORNERS]
    assert shapley_values(without)[EXPECTATIONS] == 0
    constant = shapley_values([other] * 8)
    assert set(constant.values()) == {0}


def test_the_known_case() -> None:
    """0.80 then, 0.75 now, the old model 0.72 on today's set, the new one 0.83 on the old set: -0.08 and +0.03."""
    sets = {0: 0.80, MODEL: 0.83, PATTERNS: 0.72, MODEL | PATTERNS: 0.75}
    found = shapley_values([sets[corner & ~EXPECTATIONS] for corner in CORNERS])
    assert float(found[PATTERNS]) == pytest.approx(-0.08, abs=1e-12)
    assert float(found[MODEL]) == pytest.approx(0.03, abs=1e-12)
    assert found[EXPECTATIONS] == 0


def test_the_known_case_from_cases() -> None:
    # 100 cases then and 100 others now. Then the old model fails 20 and the new one 17, now 28 and 25.
    known = np.zeros((200, 8))
    for corner in CORNERS:
        first = 100 if corner & PATTERNS else 0
        n_failed = {0: 20, MODEL: 17, PATTERNS: 28, MODEL | PATTERNS: 25}[corner & ~EXPECTATIONS]
        known[first : first + n_failed, corner] = 1
    found = what_changed(known, NOTHING, n_then=100, n_now=100)
    assert [found.then.low, found.now.low] == pytest.approx([0.80, 0.75], abs=1e-12)
    assert [found.old_model_now.low, found.new_model_then.low] == pytest.approx([0.72, 0.83], abs=1e-12)
    assert found.patterns.low == pytest.approx(-0.08, abs=1e-12)
    assert found.model.low == pytest.approx(0.03, abs=1e-12)
    assert found.expectations == Bounds(0, 0)
    assert found.total.low == pytest.approx(-0.05, abs=1e-12)


@given(
    st.lists(st.lists(st.floats(0, 1), min_size=8, max_size=8), min_size=1, max_size=40),
    st.integers(0, 10**6),
)
def test_the_terms_add_up_to_the_total(rows: list[list[float]], more: int) -> None:
    found = what_changed(np.array(rows), NOTHING, n_then=len(rows), n_now=len(rows) + more)
    terms = (found.model, found.patterns, found.expectations)
    assert all(term.is_known for term in (*terms, found.total))
    assert sum(term.low for term in terms) == pytest.approx(found.total.low, abs=1e-12)
    assert found.now.low - found.then.low == pytest.approx(found.total.low, abs=1e-12)


def test_many_cases_of_odd_errors_add_up() -> None:
    rng = np.random.default_rng(4)
    known = rng.random((30_000, 8))
    found = what_changed(known, NOTHING, n_then=29_989, n_now=30_000)
    total = found.model.low + found.patterns.low + found.expectations.low
    assert abs(total - found.total.low) <= 1e-12


masks = st.frozensets(st.integers(1, 255), min_size=1, max_size=3)
case = st.tuples(st.lists(errors, min_size=8, max_size=8), masks)


def part_of(known: list[float], unknown: list[tuple[int, float]], n: tuple[int, int]) -> list[Fraction]:
    """The part of one case in the three terms and the total, its unknown errors being what they are; naively."""
    corners = []
    for corner in CORNERS:
        touching = [value for mask, value in unknown if mask >> corner & 1]
        size = n[1] if corner & PATTERNS else n[0]
        corners.append(-Fraction(max([known[corner], *touching])) / size)
    return [*(by_orders(corners, factor) for factor in FACTORS), corners[ALL] - corners[0]]


@given(case, st.tuples(st.integers(1, 5), st.integers(1, 5)))
@settings(max_examples=150)
def test_bounds_are_those_of_all_assignments(
    case: tuple[list[float], frozenset[int]], n: tuple[int, int]
) -> None:
    known, unknown = case
    # The term is linear between the known errors, so that these, 0 and 1 are all that has to be tried.
    tried = sorted({0.0, 1.0, *known})
    terms = [
        part_of(known, list(zip(unknown, values, strict=True)), n)
        for values in product(tried, repeat=len(unknown))
    ]
    found = what_changed(np.array([known]), [{0: mask} for mask in unknown], n_then=n[0], n_now=n[1])
    for place, bounds in enumerate((found.model, found.patterns, found.expectations, found.total)):
        assert bounds.low == pytest.approx(float(min(term[place] for term in terms)), abs=1e-12)
        assert bounds.high == pytest.approx(float(max(term[place] for term in terms)), abs=1e-12)


@given(st.lists(case, min_size=1, max_size=4), st.data())
@settings(max_examples=60)
def test_no_values_of_the_unknown_errors_leave_the_bounds(
    cases: list[tuple[list[float], frozenset[int]]], data: st.DataObject
) -> None:
    n = (len(cases), len(cases) + 2)
    found = what_changed(
        np.array([known for known, _unknown in cases]),
        [{row: mask} for row, (_known, unknown) in enumerate(cases) for mask in unknown],
        n_then=n[0],
        n_now=n[1],
    )
    sums = [Fraction(0)] * 4
    for known, unknown in cases:
        values = tuple(data.draw(st.floats(0, 1)) for _mask in unknown)
        sums = [
            a + b
            for a, b in zip(sums, part_of(known, list(zip(unknown, values, strict=True)), n), strict=True)
        ]
    bounds = (found.model, found.patterns, found.expectations, found.total)
    for value, bound in zip(sums, bounds, strict=True):
        assert bound.low - 1e-12 <= value <= bound.high + 1e-12


def test_one_unknown_output_is_one_unknown() -> None:
    """Two cases stand then and now; of the second the old model's output is not known, the new one passes both."""
    old_model = sum(1 << corner for corner in CORNERS if not corner & MODEL)
    found = what_changed(np.zeros((2, 8)), [{1: old_model}], n_then=2, n_now=2)
    # Whatever it is, it is so on both sets: the patterns moved nothing.
    assert found.patterns == found.expectations == Bounds(0, 0)
    assert found.model == found.total == Bounds(0, 0.5)
    assert found.then == Bounds(0.5, 1)
    assert found.now == Bounds(1, 1)


def test_what_cannot_matter_leaves_a_number() -> None:
    """The case fails for another of its patterns, whatever the unknown output is."""
    found = what_changed(np.ones((1, 8)), [{0: 255}, {0: 3}], n_then=1, n_now=1)
    assert all(corner == Bounds(0, 0) for corner in found.corners)
    assert found.total == Bounds(0, 0)


shared = st.lists(
    st.dictionaries(st.integers(0, 2), st.integers(1, 255), min_size=1, max_size=3), min_size=1, max_size=3
)


@given(st.lists(st.lists(errors, min_size=8, max_size=8), min_size=3, max_size=3), shared)
@settings(max_examples=100)
def test_bounds_where_cases_share_what_is_unknown(
    rows: list[list[float]], unknown: list[dict[int, int]]
) -> None:
    """The same input may stand in several cases: whatever its error is, it is so in all of them."""
    n = (3, 4)
    tried = sorted({0.0, 1.0, *(error for row in rows for error in row)})
    sums = []
    for values in product(tried, repeat=len(unknown)):
        total = [Fraction(0)] * 4
        for row, known in enumerate(rows):
            mine = [(error[row], value) for error, value in zip(unknown, values, strict=True) if row in error]
            part = part_of(known, mine, n)
            total = [a + b for a, b in zip(total, part, strict=True)]
        sums.append(total)
    found = what_changed(np.array(rows), unknown, n_then=n[0], n_now=n[1])
    for place, bounds in enumerate((found.model, found.patterns, found.expectations, found.total)):
        assert bounds.low == pytest.approx(float(min(term[place] for term in sums)), abs=1e-12)
        assert bounds.high == pytest.approx(float(max(term[place] for term in sums)), abs=1e-12)


def test_an_input_that_moved_from_one_case_to_another_moved_nothing() -> None:
    """Its output is not known; it failed or passed there as it does here."""
    then = sum(1 << corner for corner in CORNERS if not corner & PATTERNS)
    now = sum(1 << corner for corner in CORNERS if corner & PATTERNS)
    found = what_changed(np.zeros((2, 8)), [{0: then, 1: now}], n_then=1, n_now=1)
    assert found.total == found.patterns == found.model == Bounds(0, 0)
    assert found.then == found.now == Bounds(0, 1)


def test_where_too_many_hang_together_bounds_hold_all_the_same() -> None:
    then = sum(1 << corner for corner in CORNERS if not corner & PATTERNS)
    now = sum(1 << corner for corner in CORNERS if corner & PATTERNS)
    chain = {row: then if row % 2 else now for row in range(20)}
    found = what_changed(np.zeros((20, 8)), [chain], n_then=10, n_now=10)
    assert found.total == Bounds(-1, 1)
