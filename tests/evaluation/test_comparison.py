"""Paired tests of two models: golden values, independent oracles, and what holds by chance alone."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.contingency_tables import mcnemar as mcnemar_oracle
from statsmodels.stats.multitest import multipletests

from evaluation.comparison import (
    ALPHA,
    Change,
    Flips,
    compare_flips,
    flips_of,
    holm,
    mcnemar,
    smallest_provable,
)
from tests.evaluation.histories import N_TRIES, Errors, by_chance, filed_on_v8

NAN = float("nan")


def one_way(flips: int) -> Flips:
    return Flips(n_pairs=100, newly_failing=flips, newly_passing=0)


class TestMcNemar:
    @pytest.mark.parametrize(
        ("worse", "better", "expected"),
        [
            (0, 5, 0.0625),
            (0, 6, 0.03125),
            (1, 9, 0.02148),
            (30, 50, 0.03299),
            (0, 0, 1),
            (3, 3, 1),
            (4, 5, 1),
        ],
    )
    def test_golden_values(self, worse: int, better: int, expected: float) -> None:
        assert mcnemar(worse, better) == pytest.approx(expected, abs=5e-6)
        assert mcnemar(better, worse) == mcnemar(worse, better)

    @given(st.integers(0, 300), st.integers(0, 300))
    def test_against_two_oracles(self, worse: int, better: int) -> None:
        p_value = float(mcnemar(worse, better))
        table = [[7, worse], [better, 11]]
        assert p_value == pytest.approx(mcnemar_oracle(table, exact=True).pvalue, rel=1e-9)
        if worse + better:
            expected = binomtest(worse, worse + better, 0.5).pvalue
            assert p_value == pytest.approx(expected, rel=1e-9)

    def test_many_flips_are_no_trouble(self) -> None:
        # The exact tail by whole numbers: sum of C(n, k) for k <= 4,900 of n = 10,000, twice, over 2**n.
        n, fewer = 10_000, 4_900
        tail = term = 1
        for k in range(fewer):
            term = term * (n - k) // (k + 1)
            tail += term
        assert float(mcnemar(fewer, n - fewer)) == pytest.approx(2 * tail / 2**n, rel=1e-9)
        assert 0 <= float(mcnemar(0, 10**6)) < 1e-300
        assert float(mcnemar(10**6, 10**6)) == 1

    def test_arrays(self) -> None:
        assert mcnemar([0, 1], [6, 9]) == pytest.approx([0.03125, 0.021484375])


class TestHolm:
    @given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
    @settings(max_examples=20)  # the oracle takes a tenth of a second
    def test_against_statsmodels(self, p_values: list[float]) -> None:
        np.testing.assert_allclose(holm(p_values), multipletests(p_values, method="holm")[1], rtol=1e-12)

    def test_by_hand(self) -> None:
        # Sorted 0.01, 0.02, 0.03 times 3, 2, 1 are 0.03, 0.04, 0.03; never below the one before.
        assert holm([0.02, 0.03, 0.01]) == pytest.approx([0.04, 0.04, 0.03])

    def test_what_is_no_test_costs_the_others_nothing(self) -> None:
        found = holm([0.02, NAN, 0.01, NAN])
        assert found[[0, 2]] == pytest.approx([0.02, 0.02])
        assert np.isnan(found[[1, 3]]).all()
        assert holm([]).size == 0


class TestWhatCanBeShown:
    @pytest.mark.parametrize(
        ("n_tests", "flips"), [(1, 6), (2, 7), (6, 8), (7, 9), (12, 9), (13, 10), (25, 10), (26, 11)]
    )
    def test_smallest_provable(self, n_tests: int, flips: int) -> None:
        assert smallest_provable(n_tests) == flips
        assert float(mcnemar(0, flips)) * n_tests < ALPHA <= float(mcnemar(0, flips - 1)) * n_tests

    def test_the_table_of_the_docs(self) -> None:
        """docs/compare.md says it for each number of tests up to 25."""
        page = (Path(__file__).parents[2] / "docs" / "compare.md").read_text()
        rows = re.findall(r"^\| (\d+)(?: (?:to|and) (\d+))? \| (\d+) \|$", page, re.MULTILINE)
        shown = {
            n_tests: int(flips)
            for first, last, flips in rows
            for n_tests in range(int(first), int(last or first) + 1)
        }
        # 2 / 2**flips x tests < 0.05
        needed = {n: next(k for k in range(1, 99) if n * 2 * 0.5**k < 0.05) for n in range(1, 26)}
        assert shown == needed

    def test_six_one_way_flips_show_it_for_one_problem(self) -> None:
        assert compare_flips([one_way(5)]).problems[0].change == Change.UNPROVEN
        family = compare_flips([one_way(6)])
        assert family.problems[0].change == family.overall.change == Change.WORSE
        assert (family.n_tests, family.smallest_provable) == (1, 6)

    def test_nine_among_twelve(self) -> None:
        # Eleven problems and all of them together; ten of the problems flip to and fro.
        others = [Flips(100, 10, 10)] * 10
        shown = [compare_flips([one_way(flips), *others]) for flips in (8, 9)]
        assert [family.n_tests for family in shown] == [12, 12]
        assert [family.problems[0].change for family in shown] == [Change.UNPROVEN, Change.WORSE]
        assert shown[0].smallest_provable == 9


class TestFlips:
    base = np.array([0.0, 0.0, 0.3, 1.0, 0.2, NAN, 0.0])
    head = np.array([0.0, 0.4, 0.0, 0.0, 0.9, 0.0, NAN])

    def test_a_flip_is_a_pass_and_a_failure_of_whatever_size(self) -> None:
        assert flips_of(self.base, self.head) == Flips(n_pairs=5, newly_failing=1, newly_passing=2)

    def test_of_the_tested_cases_alone(self) -> None:
        tested = np.array([True, True, False, True, True, True, True])
        assert flips_of(self.base, self.head, tested) == Flips(4, 1, 1)


class TestFamily:
    def test_problems_and_the_whole_are_adjusted_together(self) -> None:
        problems = [Flips(60, 0, 10), Flips(60, 12, 2), Flips(60, 4, 4)]
        family = compare_flips(problems)
        p_values = [
            float(mcnemar(each.newly_failing, each.newly_passing)) for each in [*problems, Flips(0, 16, 16)]
        ]
        expected = multipletests(p_values, method="holm")[1]
        found = [*family.problems, family.overall]
        assert [test.p_value for test in found] == pytest.approx(p_values)
        assert [test.adjusted_p_value for test in found] == pytest.approx(expected)
        assert [test.change for test in found] == ["improved", "worse", "unproven", "unproven"]
        assert family.n_tests == 4

    def test_where_too_few_flipped_nothing_is_tested(self) -> None:
        family = compare_flips([Flips(60, 0, 6), Flips(60, 5, 0), Flips(60, 0, 0), Flips(0, 0, 0)])
        assert [test.adjusted_p_value is None for test in family.problems] == [False, True, True, True]
        assert [test.p_value for test in family.problems] == [0.03125, 0.0625, 1.0, None]
        # The one problem and the whole, of which six of eleven flipped for the better.
        assert family.n_tests == 2
        assert family.problems[0].adjusted_p_value == 0.0625

    def test_one_problem_with_all_flips_is_the_whole(self) -> None:
        family = compare_flips([Flips(60, 0, 6), Flips(40, 0, 0)])
        assert family.n_tests == 1
        assert family.overall.adjusted_p_value == family.problems[0].adjusted_p_value == 0.03125
        assert family.overall.flips.n_pairs == 100

    def test_nothing_to_compare(self) -> None:
        for problems in ([], [Flips(0, 0, 0)]):
            family = compare_flips(problems)
            assert (family.n_tests, family.overall.p_value, family.overall.change) == (0, None, "unproven")
            assert family.smallest_provable == 6


def false_alarms(base: Errors, head: Errors) -> float:
    """The share of tries in which anything is called different; axes are tries, problems, cases."""
    worse, better = (~base & head).sum(axis=2), (base & ~head).sum(axis=2)
    n = base.shape[2]
    called = 0
    for failing, passing in zip(worse.tolist(), better.tolist(), strict=True):
        family = compare_flips([Flips(n, *each) for each in zip(failing, passing, strict=True)])
        tests = [*family.problems, family.overall]
        called += any(test.change != Change.UNPROVEN for test in tests)
    return called / len(base)


class TestByChanceAlone:
    """Equal models are called different in at most 5 % of 2,000 seeded tries."""

    @pytest.mark.parametrize("n_cases", [30, 100, 400])
    @pytest.mark.parametrize("error", [0.05, 0.3, 0.5])
    def test_models_that_differ_by_chance_in_a_tenth_of_cases_over_twelve_problems(
        self, n_cases: int, error: float
    ) -> None:
        base, head = by_chance(n_cases, error)
        assert false_alarms(base, head) <= 0.05

    def test_most_of_what_is_allowed_is_used(self) -> None:
        # Else the test above would hold for a test that never calls anything different.
        rng = np.random.default_rng(2027)
        flipped = rng.random((N_TRIES, 1, 400)) < 0.5
        assert 0.03 <= false_alarms(flipped, ~flipped) <= 0.05

    def test_a_real_difference_is_seen(self) -> None:
        rng = np.random.default_rng(2028)
        base = rng.random((N_TRIES, 12, 60)) < 0.3
        fixed = rng.random(base.shape) < 0.5
        fixed[:, 1:] = False  # the head model fails half as often, on one problem of twelve
        assert false_alarms(base, base & ~fixed) > 0.85


class TestFiledCases:
    """Thirty cases filed on v8's failures beside sixty sampled ones; v9 is equally good."""

    def seems_better(self, unselected_only: bool) -> float:
        v8, v9, unselected = filed_on_v8()
        tested = unselected if unselected_only else np.ones(90, dtype=np.bool_)
        families = [
            compare_flips([flips_of(base, head, tested)])
            for base, head in zip(v8.astype(float), v9.astype(float), strict=True)
        ]
        return sum(family.overall.change == Change.IMPROVED for family in families) / N_TRIES

    def test_all_cases_make_an_equal_model_look_better_in_most_histories(self) -> None:
        assert self.seems_better(unselected_only=False) > 0.5

    def test_unselected_ones_in_at_most_one_of_twenty(self) -> None:
        assert self.seems_better(unselected_only=True) <= 0.05
