"""Does the way of judging keep its promises? 2,000 seeded histories for each claim of the issue.

Items have difficulties: the probability that a model of this quality fails them, drawn from Beta(e, 1 - e),
so that the true error is e and most items are nearly always right or nearly always wrong. Models of equal
quality share the difficulties and fail independently. Every history has 60 cases that were sampled and 30
that were filed because the first model failed them. By Bayes the difficulty of an item that a model was seen
to fail has the distribution Beta(e + 1, 1 - e).
"""

import numpy as np
import pytest
from numpy.typing import NDArray

from evaluation.status import decide_status
from evaluation.types import Criterion, Verdict
from evaluation.verdicts import judge, judged_mask
from tests.evaluation.facts import model, moved, went_live

N_HISTORIES = 2_000
N_SAMPLED, N_FILED = 60, 30
CRITERION = Criterion()
SAMPLED = np.arange(N_SAMPLED + N_FILED) < N_SAMPLED
SIGNS = {Verdict.FIXED: "+", Verdict.FAILING: "-", Verdict.INCONCLUSIVE: "?", Verdict.UNSCORED: "0"}

Errors = NDArray[np.float64]


def histories(true_error: float, *, seed: int) -> tuple[Errors, Errors]:
    """Case errors of the model that the 30 were filed on, and of its equal: one row per history."""
    rng = np.random.default_rng(seed)
    difficulties = np.concatenate(
        [
            rng.beta(true_error, 1 - true_error, size=(N_HISTORIES, N_SAMPLED)),
            rng.beta(true_error + 1, 1 - true_error, size=(N_HISTORIES, N_FILED)),
        ],
        axis=1,
    )
    first, second = (rng.random(difficulties.shape) < difficulties for _ in range(2))
    first[:, ~SAMPLED] = True
    return first.astype(float), second.astype(float)


def verdicts(errors: Errors, *, filed_on_it: bool) -> list[Verdict]:
    """One verdict per history, judged by section 5 of the design."""
    mask = judged_mask(
        unselected=SAMPLED,
        selected_on_model=~SAMPLED & filed_on_it,
        trained_on=np.zeros_like(SAMPLED),
        criterion=CRITERION,
    )
    return [judge(row, CRITERION).verdict for row in errors[:, mask]]


def share(found: list[Verdict], verdict: Verdict) -> float:
    assert len(found) == N_HISTORIES
    return found.count(verdict) / N_HISTORIES


def test_the_histories_have_the_true_error() -> None:
    first, second = histories(0.05, seed=1)
    assert first[:, SAMPLED].mean() == pytest.approx(0.05, abs=0.003)
    assert second[:, SAMPLED].mean() == pytest.approx(0.05, abs=0.003)
    # What one model failed, its equal fails with probability (e + 1) / 2: relatives share their failures.
    assert second[:, ~SAMPLED].mean() == pytest.approx(0.525, abs=0.01)


def test_a_good_model_is_not_called_failing_for_the_cases_it_put_there() -> None:
    errors, _ = histories(0.05, seed=2)
    assert share(verdicts(errors, filed_on_it=True), Verdict.FAILING) < 0.10
    by_all_cases = [judge(row, CRITERION).verdict for row in errors]
    assert share(by_all_cases, Verdict.FAILING) > 0.95


def test_a_model_at_the_limit_is_wrongly_judged_no_more_often_than_promised() -> None:
    found = verdicts(histories(0.10, seed=3)[0], filed_on_it=True)
    assert share(found, Verdict.FAILING) <= 0.10
    assert share(found, Verdict.FIXED) <= 0.10


@pytest.mark.parametrize("true_error", [0.05, 0.10])
def test_an_equally_good_successor_is_rarely_called_a_regression(true_error: float) -> None:
    first, second = histories(true_error, seed=4)
    pairs = zip(verdicts(first, filed_on_it=True), verdicts(second, filed_on_it=False), strict=True)
    activations = [went_live("m1", 0), went_live("m2", 2)]
    statuses = [
        decide_status(
            [moved("confirmed", 1)],
            activations,
            [model("m1", SIGNS[before]), model("m2", SIGNS[after], "active")],
        ).status
        for before, after in pairs
    ]
    assert statuses.count("regressed") / N_HISTORIES <= 0.10  # type: ignore[arg-type]


def test_timeouts_on_the_wrong_answers_do_not_make_a_bad_model_look_fixed() -> None:
    errors, _ = histories(0.20, seed=5)
    timed_out = (errors > 0) & (np.random.default_rng(6).random(errors.shape) < 0.9)
    found = verdicts(np.where(timed_out, np.nan, errors), filed_on_it=True)
    assert share(found, Verdict.FIXED) < 0.10
