"""Drawing by seed: the same for everybody, in any order of arrival, and each set equally likely."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evaluation.sampling import Draw


def drawn(things: list[str], n: int, *, seed: int, left_out: tuple[str, ...] = ()) -> list[str]:
    draw = Draw[str](n, seed=seed, left_out=[digest(thing) for thing in left_out])
    for thing in things:
        draw.offer(digest(thing), thing)
    return draw.drawn


def digest(thing: str) -> bytes:
    return hashlib.sha256(thing.encode()).digest()


THINGS = [f"input {number}" for number in range(20)]


def test_the_lowest_ranks_are_drawn_as_anybody_can_compute() -> None:
    ranks = {thing: hashlib.sha256(b"7 " + digest(thing)).hexdigest() for thing in THINGS}
    assert drawn(THINGS, 5, seed=7) == sorted(THINGS, key=lambda thing: ranks[thing])[:5]


@given(st.permutations(THINGS), st.integers(0, 2**31 - 1), st.integers(1, 25))
def test_order_and_repetition_are_of_no_account(things: list[str], seed: int, n: int) -> None:
    assert drawn(things, n, seed=seed) == drawn([*THINGS, *THINGS], n, seed=seed)


def test_a_larger_draw_begins_with_the_smaller_one() -> None:
    assert drawn(THINGS, 12, seed=3)[:5] == drawn(THINGS, 5, seed=3)


def test_another_seed_draws_another_set() -> None:
    assert drawn(THINGS, 5, seed=1) != drawn(THINGS, 5, seed=2)


def test_what_is_left_out_is_counted_and_never_drawn() -> None:
    draw = Draw[str](30, seed=1, left_out=[digest("input 3"), digest("nowhere")])
    for thing in [*THINGS, "input 3"]:
        draw.offer(digest(thing), thing)
    assert sorted(draw.drawn) == sorted(set(THINGS) - {"input 3"})
    assert (draw.pool, draw.known) == (19, 1)


def test_two_lists_with_the_same_have_the_same_digest() -> None:
    one, other, third = Draw[str](1, seed=1), Draw[str](2, seed=9), Draw[str](1, seed=1)
    for draw, things in [(one, THINGS), (other, THINGS[::-1]), (third, THINGS[1:])]:
        for thing in things:
            draw.offer(digest(thing), thing)
    assert one.pool_digest == other.pool_digest != third.pool_digest


def test_every_input_is_drawn_equally_often() -> None:
    """Over 2,000 seeds, 5 of 20: the counts deviate no more than chance does in 999 of 1,000 such experiments.

    Without replacement the counts have the variance p (1 - p) each and negative covariances, so that the sum of
    squared deviations over S p (1 - p) N / (N - 1) is chi-square with N - 1 degrees of freedom.
    """
    n_things, n, n_seeds = 20, 5, 2_000
    counts = Counter(thing for seed in range(n_seeds) for thing in drawn(THINGS, n, seed=seed))
    share = n / n_things
    deviation = sum((counts[thing] - n_seeds * share) ** 2 for thing in THINGS)
    statistic = deviation / (n_seeds * share * (1 - share) * n_things / (n_things - 1))
    assert statistic < stats.chi2.ppf(0.999, n_things - 1)


def test_every_pair_is_drawn_equally_often() -> None:
    """Over 3,000 seeds, 2 of 6: the 15 pairs, each expected 200 times, within the 99.9 % bound of chi-square."""
    few = THINGS[:6]
    counts = Counter(frozenset(drawn(few, 2, seed=seed)) for seed in range(3_000))
    observed = [counts[frozenset(pair)] for pair in combinations(few, 2)]
    assert stats.chisquare(observed).statistic < stats.chi2.ppf(0.999, len(observed) - 1)


@pytest.mark.parametrize("n", [20, 21, 1_000])
def test_a_list_that_is_too_short_is_drawn_whole(n: int) -> None:
    assert sorted(drawn(THINGS, n, seed=5)) == sorted(THINGS)
