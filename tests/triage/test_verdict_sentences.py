"""What a verdict says in words. The numbers within are worked out in tests/evaluation/test_judgement_facts.py."""

import numpy as np
import pytest

from evaluation.finding import JudgedModel, finding
from evaluation.history import changes
from evaluation.types import Criterion
from evaluation.verdicts import judge
from tracker.triage.verdict_sentences import finding_sentence, judged_words, settling_words


def judged(
    version: str, passed: int, failed: int = 0, *, active: bool = False, rule: str = "bound"
) -> JudgedModel:
    return JudgedModel(version, judge(np.repeat([0.0, 1.0], [passed, failed]), Criterion(rule=rule)), active)


def said(*models: JudgedModel) -> str:
    introduced_in, fixed_in = changes([(model.version, model.verdict) for model in models])
    found = finding(models, introduced_in=introduced_in, fixed_in=fixed_in)
    return finding_sentence(found, any_model=bool(models))


@pytest.mark.parametrize(
    ("models", "text"),
    [
        (
            [
                judged("dummy", 24),
                judged("tree-2", 4, 20),
                judged("knn-1", 7, 17, active=True),
                judged("svm-3", 24),
            ],
            (
                "Fixed by svm-3 (0 of 24 judged cases fail). The active knn-1 fails 17 of 24. "
                "Introduced in tree-2."
            ),
        ),
        (
            [judged("knn-1", 7, 17), judged("svm-3", 24, active=True)],
            (
                "Fixed by the active svm-3 (0 of 24 judged cases fail). "
                "There since knn-1, the first decided model."
            ),
        ),
        (
            [judged("a", 24), judged("b", 6), judged("c", 4, 20, active=True)],
            (
                "Fixed by a (0 of 24 judged cases fail). The active c fails 20 of 24. "
                "Introduced after a, at the latest in c."
            ),
        ),
        (
            [judged("a", 6, active=True)],
            "The active a is inconclusive: all 6 pass; 16 more clean cases would prove it.",
        ),
        (
            [judged("a", 6), JudgedModel("b", None)],
            "a is inconclusive: all 6 pass; 16 more clean cases would prove it.",
        ),
        ([judged("a", 6, active=True, rule="every_case")], "All 6 cases pass with the active a."),
        (
            [JudgedModel("a", judge(np.full(3, np.nan), Criterion()), is_active=True)],
            "The active a is unscored: none of the 3 judged cases could be scored; answers are needed first.",
        ),
        ([JudgedModel("a", None, is_active=True)], "The active a is not evaluated on this yet."),
        ([JudgedModel("a", None)], "No model is evaluated on this yet."),
        ([], "There is no model yet."),
    ],
)
def test_the_sentence_under_the_chart(models: list[JudgedModel], text: str) -> None:
    assert said(*models) == text


def test_the_first_model_from_which_on_it_stays_fixed_is_named() -> None:
    models = [judged("a", 24), judged("b", 4, 20, active=True), judged("c", 24), judged("d", 30)]
    assert said(*models).startswith("Fixed by c (0 of 24")


@pytest.mark.parametrize(
    ("passed", "failed", "unscored", "text"),
    [
        (6, 0, 0, "all 6 pass; 16 more clean cases would prove it"),
        (21, 0, 0, "all 21 pass; 1 more clean case would prove it"),
        (1, 0, 0, "the only one passes; 21 more clean cases would prove it"),
        (22, 0, 0, "all 22 pass"),
        (60, 2, 0, "2 of 62 fail, few enough"),
        (3, 1, 0, "1 of 4 fails; 34 more clean cases would prove it"),  # 1 of 38: 0.0985
        (0, 0, 0, "no clean case to judge by; 22 clean cases that pass would prove it"),
        (0, 0, 1, "the only judged case could not be scored; answers are needed first"),
        (0, 0, 3, "none of the 3 judged cases could be scored; answers are needed first"),
        (21, 0, 1, "all 21 pass where scored, 1 is unscored; an answer that passes would prove it"),
        (
            18,
            0,
            2,
            (
                "all 18 pass where scored, 2 are unscored; "
                "answers that pass and 2 more clean cases would prove it"
            ),
        ),
        (7, 17, 0, "17 of 24 fail; none may"),
        (30, 30, 0, "30 of 60 fail; at most 2 may"),
        (1, 5, 0, "5 of 6 fail; too few cases to prove a fix yet"),
    ],
)
def test_rule_bound(passed: int, failed: int, unscored: int, text: str) -> None:
    errors = np.array([0.0] * passed + [1.0] * failed + [np.nan] * unscored)
    assert settling_words(judge(errors, Criterion())) == text


@pytest.mark.parametrize(
    ("passed", "failed", "unscored", "text"),
    [
        (6, 0, 0, "all 6 pass"),
        (5, 1, 0, "1 of 6 fails; every case must pass"),
        (5, 0, 1, "all 5 pass where scored, 1 is unscored; an answer that passes would settle it"),
        (0, 0, 0, "no clean case to judge by; 1 clean case that passes would settle it"),
    ],
)
def test_rule_every_case(passed: int, failed: int, unscored: int, text: str) -> None:
    errors = np.array([0.0] * passed + [1.0] * failed + [np.nan] * unscored)
    assert settling_words(judge(errors, Criterion(rule="every_case"))) == text


@pytest.mark.parametrize(
    ("passed", "failed", "unscored", "text"),
    [
        (21, 3, 0, "3 of 24 judged cases fail"),
        (23, 1, 2, "1 of 24 judged cases fails, 2 unscored"),
        (1, 0, 0, "0 of 1 judged case fail"),
        (0, 0, 3, "none of 3 judged cases scored"),
    ],
)
def test_how_many_judged_cases_fail(passed: int, failed: int, unscored: int, text: str) -> None:
    n = passed + failed
    assert judged_words(n_judged=n + unscored, n_scored=n, n_failed=failed) == text
