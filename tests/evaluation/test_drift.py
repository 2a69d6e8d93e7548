"""Golden numbers from SciPy's own binomial test, and simulations of models that are flaky, changed, or both."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.stats import binom, binomtest

from evaluation.drift import (
    SHARED_OUT,
    SIGNIFICANT,
    Nearer,
    Repeats,
    Stability,
    chance_of_keeping,
    count_changed,
    distance,
    nearer,
    same_answer,
    sample_size,
    times_for,
)
from evaluation.types import Output


def label(name: str) -> Output:
    return Output(label=name)


def scores(yes: float) -> Output:
    return Output(label="yes" if yes >= 0.5 else "no", scores={"no": 1 - yes, "yes": yes})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (label("a"), label("a"), True),
        (label("a"), label("b"), False),
        (scores(0.7), scores(0.70009), True),
        (scores(0.7), scores(0.7002), False),
        # Logits: within a tenth of a per mille of each other.
        (Output(label="a", scores={"a": 20.0}), Output(label="a", scores={"a": 20.001}), True),
        (scores(0.7), label("yes"), False),
        (Output(label="a", scores={"a": 1.0}), Output(label="a", scores={"b": 1.0}), False),
        (Output(value=1000.0), Output(value=1000.0005), True),
        (Output(value=1000.0), Output(value=1000.01), False),
        (Output(value=0.0), Output(value=1e-7), True),
        (Output(value=1.0), Output(text="1.0"), False),
        (Output(text="Yes."), Output(text="Yes."), True),
        (Output(text="Yes."), Output(text="yes."), False),
    ],
)
def test_what_the_same_answer_is(one: Output, other: Output, same: bool) -> None:
    assert same_answer(one, other) is same
    assert same_answer(other, one) is same
    assert (not any(distance(one, other))) is same


@pytest.mark.parametrize(
    ("repeat", "new", "former", "expected"),
    [
        (label("b"), label("b"), label("a"), Nearer.NEW),
        (label("a"), label("b"), label("a"), Nearer.FORMER),
        (label("c"), label("b"), label("a"), Nearer.NEITHER),
        (scores(0.62), scores(0.6), scores(0.9), Nearer.NEW),
        (scores(0.8), scores(0.6), scores(0.9), Nearer.FORMER),
        # The label comes first, whatever the scores.
        (scores(0.51), scores(0.49), scores(0.99), Nearer.FORMER),
        (Output(value=3.2), Output(value=3.0), Output(value=9.0), Nearer.NEW),
        (
            Output(text="it is a dog"),
            Output(text="this is a dog"),
            Output(text="no animal there"),
            Nearer.NEW,
        ),
        (label("a"), scores(0.9), scores(0.2), Nearer.NEITHER),
    ],
)
def test_which_answer_a_repeat_is_nearer_to(
    repeat: Output, new: Output, former: Output, expected: Nearer
) -> None:
    assert nearer(repeat, new=new, former=former) == expected


outputs = st.builds(
    Output,
    label=st.sampled_from(["a", "b"]),
    scores=st.none() | st.fixed_dictionaries({"a": st.floats(0, 1), "b": st.floats(0, 1)}),
    value=st.none() | st.floats(-5, 5),
    text=st.none() | st.sampled_from(["", "one two", "one three", "four"]),
)


@given(outputs, outputs, outputs)
def test_former_and_new_may_change_places(one: Output, other: Output, repeat: Output) -> None:
    """On this symmetry the test rests."""
    assert distance(one, other) == distance(other, one)
    turned = {Nearer.NEW: Nearer.FORMER, Nearer.FORMER: Nearer.NEW, Nearer.NEITHER: Nearer.NEITHER}
    assert nearer(repeat, new=one, former=other) == turned[nearer(repeat, new=other, former=one)]


@pytest.mark.parametrize(("new", "former"), [(8, 0), (12, 2), (30, 25), (5, 9), (1, 0)])
def test_the_sign_test_is_scipys(new: int, former: int) -> None:
    # Asked of so many that the other test says nothing.
    counted = Repeats(n_asked=10_000, n_changed=new + former, n_nearer_new=new, n_nearer_former=former)
    expected = binomtest(new, new + former, 0.5, alternative="greater").pvalue
    assert counted.p_value == pytest.approx(min(1, 2 * expected), rel=1e-9)


@pytest.mark.parametrize("n", [3, 4, 5])
def test_a_small_set_that_is_answered_otherwise_throughout(n: int) -> None:
    """All of n changed and kept: 2 / 4**n, where the sign test alone gives 1 / 2**n: 4 of 4 is beyond a doubt."""
    counted = Repeats(n_asked=n, n_changed=n, n_nearer_new=n, n_kept=n)
    assert counted.p_value == pytest.approx(2 / 4**n)
    assert counted.p_value == pytest.approx(2 * float(binom.sf(n - 1, n, 0.25)))
    assert counted.stability == (Stability.CHANGED if n >= 4 else Stability.UNSETTLED)


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        (Repeats(), Stability.STEADY),
        (Repeats(n_asked=100, n_sampled=30), Stability.STEADY),
        (Repeats(n_sampled=30, n_differing=1), Stability.FLAKY),
        # What did not come is no pass; but of 600 repeats some may be missing.
        (Repeats(n_asked=100, n_missing=30), Stability.UNKNOWN),
        (Repeats(n_asked=9, n_missing=1), Stability.UNKNOWN),
        (Repeats(n_asked=100, n_sampled=29, n_missing=1), Stability.UNKNOWN),
        (Repeats(n_asked=9_000, n_sampled=179, n_missing=1), Stability.STEADY),
        # Half of them is enough, where these are thirty or more; fewer than half say little of the sample.
        (Repeats(n_asked=30_000, n_sampled=300, n_missing=300), Stability.STEADY),
        (Repeats(n_asked=30_000, n_sampled=299, n_missing=301), Stability.UNKNOWN),
        (Repeats(n_asked=30_000, n_sampled=30, n_missing=570), Stability.UNKNOWN),
        (Repeats(n_sampled=20, n_differing=1, n_missing=10), Stability.FLAKY),
        # 8 of 8: 2 / 2**8 = 0.0078; 7 of 7: 0.0156.
        (Repeats(n_asked=900, n_changed=8, n_nearer_new=8, n_kept=8, n_sampled=30), Stability.CHANGED),
        (Repeats(n_asked=900, n_changed=7, n_nearer_new=7, n_kept=7, n_sampled=30), Stability.UNSETTLED),
        (Repeats(n_asked=900, n_changed=9, n_nearer_new=5, n_nearer_former=4, n_kept=5), Stability.FLAKY),
        # It is flaky, and has changed besides: 2 x 0.00020 for 40 of 55.
        (
            Repeats(
                n_asked=900, n_changed=60, n_nearer_new=40, n_nearer_former=15, n_sampled=30, n_differing=3
            ),
            Stability.CHANGED,
        ),
    ],
)
def test_the_verdict(counted: Repeats, expected: Stability) -> None:
    assert counted.stability == expected


def test_how_often_what_a_frozen_model_answers_otherwise_is_asked_again() -> None:
    assert [times_for(n) for n in (0, 1, 2, 3, 10)] == [1, 80, 40, 26, 8]
    assert all(n * times_for(n) <= SHARED_OUT for n in range(1, 11)), "so many at most, however many changed"
    # d (1 - d)**k over a fine grid of d: nothing is above the bound, and the bound is reached.
    d = np.linspace(0, 1, 100_001)
    for k in (1, 2, 7, 80):
        assert chance_of_keeping(k) == pytest.approx((d * (1 - d) ** k).max(), rel=1e-6)


def kept_by_frozen(n_changed: int, *, n_kept: int, n_asked: int = 10) -> Repeats:
    return Repeats(
        n_asked=n_asked,
        n_changed=n_changed,
        n_nearer_new=n_kept,
        n_kept=n_kept,
        n_differing=n_changed - n_kept,
        n_times=times_for(n_changed),
    )


def test_what_a_frozen_model_keeps_to_in_all_repeats_is_told_from_chance() -> None:
    two = kept_by_frozen(2, n_kept=2)
    # Two of ten at 1/41 (40/41)**40 each.
    assert two.p_value == pytest.approx(2 * float(binom.sf(1, 10, (40 / 41) ** 40 / 41)))
    assert two.stability == Stability.CHANGED
    # One of ten may be the one that for once was stored otherwise: 2 (1 - (1 - 0.0046)**10) = 0.09.
    assert kept_by_frozen(1, n_kept=1).stability == Stability.UNSETTLED
    # Where no more than one is known there is one chance only: 0.0091.
    assert kept_by_frozen(1, n_kept=1, n_asked=1).stability == Stability.CHANGED
    assert kept_by_frozen(1, n_kept=0).stability == Stability.FLAKY
    assert kept_by_frozen(3, n_kept=2).stability == Stability.FLAKY
    # Of one the repeats did not all come.
    unheard = Repeats(n_asked=10, n_changed=2, n_nearer_new=2, n_kept=1, n_missing=1, n_times=40)
    assert (unheard.stability, unheard.p_value) == (Stability.UNSETTLED, 0.5)


def test_whatever_number_changed_the_errors_together_stay_below_one_percent() -> None:
    """How often is asked again depends on how many changed; so the chances of all these cases are added up."""
    for n in range(1, 11):
        calling = [m for m in range(1, n + 1) if 2 * keeping(n, m) <= SIGNIFICANT]
        assert sum(keeping(n, m) for m in calling) <= SIGNIFICANT / 2, "the other half is the sign test's"


def keeping(n: int, m: int) -> float:
    """The most likely that m of n inputs of a flaky model all seem to have changed for good."""
    return float(binom.sf(m - 1, n, chance_of_keeping(times_for(m))))


@pytest.mark.parametrize("differing", [0.5, 0.2, 0.05, 1 / 41, 1 / 81, 1 / 200])
@pytest.mark.parametrize("n_flaky", [1, 2, 10])
def test_a_flaky_model_that_is_said_to_be_frozen_is_rarely_called_changed(
    differing: float, n_flaky: int
) -> None:
    """Of ten known inputs some are answered by the throw of a coin, which may be as uneven as it likes."""
    rng = np.random.default_rng([n_flaky, round(1000 * differing)])
    tries = 2_000
    called = sum(
        said_to_be_frozen(differing, n_flaky, rng).stability == Stability.CHANGED for _ in range(tries)
    )
    # Of 2,000 tries at the promised 1 %, more than 34 come in one of a thousand simulations.
    assert called <= binom.isf(0.001, tries, SIGNIFICANT)


def said_to_be_frozen(differing: float, n_flaky: int, rng: Generator) -> Repeats:
    stored, now = rng.random((2, n_flaky)) < differing
    changed = np.flatnonzero(stored != now)
    times = times_for(len(changed))
    repeats = rng.random((times, len(changed))) < differing
    same = repeats == now[changed]
    kept = int(same.all(axis=0).sum())
    return Repeats(
        n_asked=10,
        n_changed=len(changed),
        n_nearer_new=int(same[0].sum()),
        n_nearer_former=int((~same[0]).sum()),
        n_kept=kept,
        n_differing=len(changed) - kept,
        n_times=times,
    )


def test_flakiness_with_its_exact_interval() -> None:
    counted = Repeats(n_sampled=30, n_differing=2)
    interval = binomtest(2, 30).proportion_ci(0.95, method="exact")
    assert counted.flakiness == pytest.approx(2 / 30)
    assert counted.flakiness_interval == pytest.approx((interval.low, interval.high))
    assert Repeats().flakiness is None
    assert Repeats().flakiness_interval is None


@pytest.mark.parametrize(
    ("n", "repeated"), [(0, 0), (7, 7), (30, 30), (1_000, 30), (2_000, 40), (30_000, 600), (10**6, 600)]
)
def test_how_many_are_repeated(n: int, repeated: int) -> None:
    assert sample_size(n) == repeated


def said(chances: NDArray[np.float64], rng: Generator) -> NDArray[np.int64]:
    """One answer, 0, 1 or 2, for each input out of its own distribution."""
    return (rng.random((len(chances), 1)) > chances.cumsum(axis=1)[:, :-1]).sum(axis=1)


def run(before: NDArray[np.float64], now: NDArray[np.float64], rng: Generator) -> Repeats:
    """Ask before, ask now, and repeat what changed and a sample."""
    former, new, repeat = said(before, rng), said(now, rng), said(now, rng)
    changed = np.flatnonzero(former != new)
    sampled = rng.choice(len(new), sample_size(len(new)), replace=False)
    three = [(label(str(former[i])), label(str(new[i])), label(str(repeat[i]))) for i in changed]
    to_new, to_former, kept = count_changed(three)
    return Repeats(
        n_asked=len(new),
        n_changed=len(changed),
        n_nearer_new=to_new,
        n_nearer_former=to_former,
        n_kept=kept,
        n_sampled=len(sampled),
        n_differing=int((new[sampled] != repeat[sampled]).sum()),
    )


def chances(n: int, spread: float, rng: Generator) -> NDArray[np.float64]:
    """Answers of n inputs: the smaller the spread, the surer most of them are."""
    drawn: NDArray[np.float64] = rng.dirichlet([spread] * 3, size=n)
    return drawn


@pytest.mark.parametrize("n", [4, 12, 60, 300])
@pytest.mark.parametrize("spread", [0.02, 0.2, 1.0, 20.0])
def test_a_merely_flaky_model_is_rarely_called_changed(n: int, spread: float) -> None:
    rng = np.random.default_rng([n, int(spread * 100)])
    called = 0
    for _try in range(500):
        flaky = chances(n, spread, rng)
        called += run(flaky, flaky, rng).stability == Stability.CHANGED
    # Of 500 tries at the promised 1 %, more than 13 come in one of a thousand simulations.
    assert called <= binom.isf(0.001, 500, SIGNIFICANT)


@pytest.mark.parametrize(
    ("n", "spread", "share"), [(10, 0.001, 1.0), (300, 0.001, 0.05), (300, 0.05, 0.2), (1_000, 0.2, 0.2)]
)
def test_a_changed_model_is_found(n: int, spread: float, share: float) -> None:
    """A share of the inputs is answered out of another distribution now; the others are as flaky as ever."""
    rng = np.random.default_rng([n, int(spread * 1000)])
    found = 0
    for _try in range(100):
        before = chances(n, spread, rng)
        now = before.copy()
        moved = rng.random(n) < share
        now[moved] = np.roll(before[moved], 1, axis=1)
        found += run(before, now, rng).stability == Stability.CHANGED
    assert found >= 90
