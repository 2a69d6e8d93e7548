from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from evaluation.bounds import exact_upper
from evaluation.types import Criterion, Verdict
from evaluation.verdicts import Judgement, cases_needed, judge, judge_counts, judged_mask

EVERY_CASE = Criterion(rule="every_case")


def judged(passed: int, failed: int = 0, unscored: int = 0, criterion: Criterion | None = None) -> Judgement:
    errors = np.array([0.0] * passed + [1.0] * failed + [np.nan] * unscored)
    return judge(errors, criterion or Criterion())


@pytest.mark.parametrize(
    ("criterion", "n"),
    [
        (Criterion(), 22),
        (Criterion(min_cases=40), 40),
        (Criterion(max_error=0.05), 45),  # ln 0.1 / ln 0.95 = 44.9
        (Criterion(confidence=0.95), 29),  # ln 0.05 / ln 0.9 = 28.4
        (Criterion(max_error=0.5, confidence=0.5), 5),
        (Criterion(max_error=0.5, confidence=0.5, min_cases=1), 1),  # the bound is 0.5: within the slack
        (EVERY_CASE, 1),
    ],
)
def test_cases_needed(criterion: Criterion, n: int) -> None:
    assert cases_needed(criterion) == n


def test_cases_needed_where_some_fail() -> None:
    # 1 of 38: P(at most 1 failure | 10 % error) = 0.9^38 + 38 * 0.1 * 0.9^37 = 0.0953; with 37 it is 0.1036.
    # 2 of 52: the same sum with one term more is 0.0966; with 51 it is 0.1039 (it must be at most 0.1).
    assert [cases_needed(Criterion(), n_failed) for n_failed in (0, 1, 2)] == [22, 38, 52]


@pytest.mark.parametrize(
    ("passed", "failed", "unscored", "verdict"),
    [
        (22, 0, 0, "fixed"),
        (21, 0, 0, "inconclusive"),
        (6, 0, 0, "inconclusive"),
        (4, 0, 0, "inconclusive"),
        (36, 1, 0, "inconclusive"),  # the upper bound is 0.1016
        (37, 1, 0, "fixed"),  # 0.0991
        (7, 17, 0, "failing"),
        (0, 4, 0, "inconclusive"),  # too few
        (0, 5, 0, "failing"),
        (7, 3, 0, "failing"),  # the lower bound is 0.1158
        (8, 3, 0, "failing"),  # 0.1048
        (9, 3, 0, "inconclusive"),  # 0.0957
        (22, 0, 1, "inconclusive"),
        (37, 0, 1, "fixed"),  # as if one had failed
        (0, 3, 7, "failing"),  # as if seven had passed
        (0, 3, 9, "inconclusive"),
        (0, 0, 50, "unscored"),
        (0, 0, 0, "unscored"),
    ],
)
def test_rule_bound(passed: int, failed: int, unscored: int, verdict: str) -> None:
    assert judged(passed, failed, unscored).verdict == verdict


@pytest.mark.parametrize(
    ("passed", "failed", "unscored", "verdict"),
    [
        (1, 0, 0, "fixed"),
        (6, 0, 0, "fixed"),
        (5, 1, 0, "failing"),
        (0, 1, 4, "failing"),
        (5, 0, 1, "inconclusive"),
        (0, 0, 3, "unscored"),
        (0, 0, 0, "unscored"),
    ],
)
def test_rule_every_case(passed: int, failed: int, unscored: int, verdict: str) -> None:
    judgement = judged(passed, failed, unscored, EVERY_CASE)
    assert judgement.verdict == verdict
    assert judgement.lower is None
    assert judgement.upper is None


@given(st.integers(0, 60), st.integers(0, 30), st.integers(0, 10))
def test_rule_bound_against_scipy(passed: int, failed: int, unscored: int) -> None:
    n = passed + failed + unscored
    if passed + failed == 0:
        expected = "unscored"
    elif n < 5:
        expected = "inconclusive"
    elif binomtest(failed + unscored, n, alternative="less").proportion_ci(0.9).high <= 0.1:
        expected = "fixed"
    elif binomtest(failed, n, alternative="greater").proportion_ci(0.9).low > 0.1:
        expected = "failing"
    else:
        expected = "inconclusive"
    assert judged(passed, failed, unscored).verdict == expected


def test_the_numbers_of_a_judgement() -> None:
    judgement = judged(7, 17, 2)
    assert (judgement.n_judged, judgement.n_scored, judgement.n_failed) == (26, 24, 17)
    assert judgement.error == pytest.approx(17 / 24)
    wilson = binomtest(17, 24).proportion_ci(0.95, method="wilson")
    assert judgement.interval == pytest.approx((wilson.low, wilson.high))
    # Deciding bounds: 17 and 19 of 26.
    assert judgement.lower == pytest.approx(binomtest(17, 26, alternative="greater").proportion_ci(0.9).low)
    assert judgement.upper == pytest.approx(binomtest(19, 26, alternative="less").proportion_ci(0.9).high)


def test_without_scored_cases_there_is_no_error() -> None:
    judgement = judged(0, 0, 3)
    assert judgement.error is None
    assert judgement.interval is None


def test_errors_between_0_and_1_are_judged_by_their_mean() -> None:
    # A mean of 0.5: n = 10 cases are more than enough, were they 5 failures of 10 or 10 of 0.5.
    graded = judge(np.full(10, 0.5), Criterion())
    assert graded.verdict == "failing"
    assert graded.lower is not None
    assert graded.lower < float(judged(5, 5).lower or 0)  # fewer is known of a mean than of a count
    # 40 cases with three small errors: the mean is 0.0015, the three alone would leave it open.
    small = np.zeros(40)
    small[:3] = 0.02
    assert judge(small, Criterion()).verdict == "fixed"
    assert judged(37, 3).verdict == "inconclusive"


def test_errors_between_0_and_1_with_unscored_ones() -> None:
    errors = np.array([0.0] * 30 + [0.02] + [np.nan] * 3)
    judgement = judge(errors, Criterion())
    assert judgement.verdict == "inconclusive"
    assert judgement.error == pytest.approx(0.02 / 31)
    assert judge(errors[:31], Criterion()).verdict == "fixed"


@given(st.integers(0, 40), st.integers(0, 20), st.integers(0, 5))
def test_clean_cases_missing_is_the_smallest_number_that_proves(
    passed: int, failed: int, unscored: int
) -> None:
    missing = judged(passed, failed, unscored).clean_cases_missing
    assert missing is not None
    if passed + failed + missing:
        assert judged(passed + missing, failed, unscored).verdict == "fixed"
    if missing and passed + failed:
        assert judged(passed + missing - 1, failed, unscored).verdict != "fixed"


def test_clean_cases_missing_of_every_case() -> None:
    assert judged(0, criterion=EVERY_CASE).clean_cases_missing == 1
    assert judged(3, criterion=EVERY_CASE).clean_cases_missing == 0
    assert judged(3, 1, criterion=EVERY_CASE).clean_cases_missing is None
    assert judged(3, 0, 1, criterion=EVERY_CASE).clean_cases_missing is None


@given(
    st.lists(st.sampled_from([0.0, 0.1, 0.5, 1.0, None]), max_size=40),
    st.sampled_from([Criterion(), EVERY_CASE]),
)
def test_stored_counts_give_the_same_judgement(errors: Any, criterion: Criterion) -> None:
    judgement = judge(np.array(errors, dtype=float), criterion)
    again = judge_counts(
        n_judged=judgement.n_judged,
        n_scored=judgement.n_scored,
        n_failed=judgement.n_failed,
        error=judgement.error,
        criterion=criterion,
    )
    assert again == judgement


@given(st.lists(st.sampled_from([0.0, 1.0, None]), min_size=1, max_size=50), st.data())
def test_unscored_cases_never_help_a_verdict(errors: Any, data: st.DataObject) -> None:
    criterion = data.draw(st.sampled_from([Criterion(), EVERY_CASE]))
    verdict = judge(np.array(errors, dtype=float), criterion).verdict
    answered = [data.draw(st.sampled_from([0.0, 1.0])) if error is None else error for error in errors]
    # Whatever the answers would be, a verdict that was reached without them stands.
    if verdict is Verdict.FIXED or verdict is Verdict.FAILING:
        assert judge(np.array(answered), criterion).verdict is verdict


MASKS = st.integers(0, 40).flatmap(
    lambda n: st.tuples(
        *(st.lists(st.booleans(), min_size=n, max_size=n).map(lambda m: np.array(m, bool)) for _ in range(3))
    )
)


@given(MASKS)
def test_which_cases_are_judged(masks: Any) -> None:
    unselected, selected_on_model, trained_on = masks
    mask = judged_mask(
        unselected=unselected,
        selected_on_model=selected_on_model,
        trained_on=trained_on,
        criterion=Criterion(),
    )
    enough = sum(unselected) >= 22
    for case, is_judged in enumerate(mask):
        clean = unselected[case] or (not enough and not selected_on_model[case])
        assert is_judged == (clean and not trained_on[case])


def test_enough_unselected_cases_are_the_judged_ones_for_every_model() -> None:
    unselected = np.array([True] * 22 + [False] * 8)
    nothing = np.zeros(30, dtype=bool)
    for selected in (~unselected, nothing):
        mask = judged_mask(
            unselected=unselected, selected_on_model=selected, trained_on=nothing, criterion=Criterion()
        )
        assert mask.tolist() == unselected.tolist()


def test_too_few_unselected_cases_are_joined_by_those_filed_on_other_models() -> None:
    unselected = np.array([True] * 21 + [False] * 9)
    selected = np.array([False] * 21 + [True] * 4 + [False] * 5)
    mask = judged_mask(
        unselected=unselected,
        selected_on_model=selected,
        trained_on=np.zeros(30, dtype=bool),
        criterion=Criterion(),
    )
    assert np.count_nonzero(mask) == 26


def test_what_a_model_was_trained_on_does_not_change_the_set_for_it() -> None:
    unselected = np.array([True] * 22 + [False] * 8)
    trained_on = np.array([True] * 10 + [False] * 20)
    mask = judged_mask(
        unselected=unselected, selected_on_model=~unselected, trained_on=trained_on, criterion=Criterion()
    )
    assert mask.tolist() == (unselected & ~trained_on).tolist()


def test_every_case_is_every_case_but_those_trained_on() -> None:
    everything, trained_on = np.ones(4, dtype=bool), np.array([True, False, False, False])
    mask = judged_mask(
        unselected=~everything, selected_on_model=everything, trained_on=trained_on, criterion=EVERY_CASE
    )
    assert mask.tolist() == [False, True, True, True]


def test_a_close_call_is_decided_with_slack() -> None:
    # The bound itself as the limit, a hair below it: rounding must not undo a proof.
    limit = float(exact_upper(0, 30, 0.9))
    assert judged(30, criterion=Criterion(max_error=limit - 5e-13)).verdict == "fixed"
    assert judged(30, criterion=Criterion(max_error=limit - 5e-12)).verdict == "inconclusive"
