import numpy as np
import pytest

from evaluation.status import changes
from evaluation.types import Criterion
from evaluation.verdicts import judge
from evaluation.wording import JudgedModel, sentence


def judged(
    version: str, passed: int, failed: int = 0, *, active: bool = False, rule: str = "bound"
) -> JudgedModel:
    return JudgedModel(version, judge(np.repeat([0.0, 1.0], [passed, failed]), Criterion(rule=rule)), active)


def said(*models: JudgedModel) -> str:
    introduced_in, fixed_in = changes([(model.version, model.verdict) for model in models])
    return sentence(models, introduced_in=introduced_in, fixed_in=fixed_in)


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
