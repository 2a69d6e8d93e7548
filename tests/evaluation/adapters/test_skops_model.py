"""What is asked of a loaded model, and how inputs are put before it; without a child process."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from evaluation.adapters.class_names import name_of
from evaluation.adapters.score_table import ScoreTable
from evaluation.adapters.skops_model import answer as answer_of


def answer(model: Any, form: str, inputs: list[Any]) -> list[dict[str, Any]]:
    """What the model answers, an object for each input."""
    answers = answer_of(model, form, inputs)
    return answers.items() if isinstance(answers, ScoreTable) else answers


class Scored(ClassifierMixin, BaseEstimator):
    """A classifier that says what a test tells it to."""

    def __init__(self, classes: list[Any], scores: list[float], said: object) -> None:
        self.classes_ = np.array(classes)
        self._scores, self._said = scores, said

    def predict(self, inputs: Any) -> list[object]:
        """One label."""
        return [self._said] * len(inputs)

    def predict_proba(self, inputs: Any) -> list[list[float]]:
        """One row of scores for each input."""
        return [self._scores] * len(inputs)


@pytest.mark.parametrize(
    ("label", "name"), [(3, "3"), (3.0, "3"), (2.5, "2.5"), ("3", "3"), ("good", "good"), (True, "True")]
)
def test_classes_are_strings(label: object, name: str) -> None:
    assert name_of(label) == name


def test_a_classifier_says_scores_and_the_first_of_the_highest() -> None:
    # One leaf with as many 7s as 1s: scikit-learn takes the first of the sorted classes.
    model = DecisionTreeClassifier().fit([[0.0], [0.0]], [7, 1])

    assert answer(model, "array", [[0.0]]) == [{"label": "1", "scores": {"1": 0.5, "7": 0.5}}]


def test_a_classifier_whose_label_is_not_its_highest_score_is_believed() -> None:
    """Such as one with a tuned threshold."""
    assert answer(Scored(["no", "yes"], [0.6, 0.4], "yes"), "array", [[0]]) == [
        {"label": "yes", "scores": {"no": 0.6, "yes": 0.4}}
    ]


def test_a_classifier_without_scores_says_labels() -> None:
    model = LinearSVC().fit([[0.0], [1.0]], [3, 4])

    assert answer(model, "array", [[0.0], [1.0]]) == [{"label": "3"}, {"label": "4"}]


def test_a_regressor_says_values() -> None:
    # y = 2 x + 1
    [said] = answer(LinearRegression().fit([[0.0], [1.0]], [1.0, 3.0]), "array", [[5]])

    assert said == {"value": pytest.approx(11)}


def test_images_are_made_flat() -> None:
    model = SVC().fit([[0, 0, 0, 0], [1, 1, 1, 1]], ["dark", "light"])

    assert answer(model, "array", [[[0, 0], [0, 0]], [[1, 1], [1, 1]]]) == [
        {"label": "dark"},
        {"label": "light"},
    ]


def test_only_bad_inputs_fail() -> None:
    model = LogisticRegression().fit([[0.0, 0.0], [1.0, 1.0]], ["no", "yes"])

    good, short, text, missing = answer(model, "array", [[1, 1], [1], "one", [None, 1]])

    assert good["label"] == "yes"
    assert "expecting 2 features" in short["error"]
    assert "could not convert" in text["error"]
    assert "NaN" in missing["error"]  # not zero


def test_more_than_one_output_is_not_read() -> None:
    model = MultiOutputClassifier(LogisticRegression()).fit([[0.0], [1.0]], [[0, 0], [1, 1]])

    [said] = answer(model, "array", [[0.0]])

    assert "error" in said


@pytest.fixture(scope="module")
def table_model() -> Any:
    """Value 10 for each year above, with a mean of 40 for an unknown age."""
    rows = pd.DataFrame({"age": [30.0, 50.0], "hours": [1.0, 1.0]})
    return make_pipeline(SimpleImputer().set_output(transform="pandas"), LinearRegression()).fit(
        rows, [0.0, 200.0]
    )


def test_a_table_is_read_by_the_names_of_its_columns(table_model: Any) -> None:
    rows = [
        {"age": 45, "hours": 1},
        {"hours": 1, "age": 31, "more": "x"},
        {"hours": 1},
        {"age": None, "hours": 1},
    ]

    said = answer(table_model, "table", rows)

    # 10 (45 - 30), 10 (31 - 30), and 10 (40 - 30) twice for the imputed mean.
    assert [row["value"] for row in said] == pytest.approx([150, 10, 100, 100])


def test_a_row_means_the_same_in_every_batch(table_model: Any) -> None:
    rows = [{"age": None, "hours": 1}, {"age": 31, "hours": 1}, {"age": "x", "hours": 1}]

    together = answer(table_model, "table", rows)
    alone = [answer(table_model, "table", [row])[0] for row in rows]

    assert together == alone
    assert ["error" in row for row in alone] == [False, False, True]


def test_a_model_without_columns_reads_no_table() -> None:
    model = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])

    assert "named columns" in answer(model, "table", [{"age": 1}])[0]["error"]


def test_what_is_no_text_is_not_read_as_one() -> None:
    assert answer(LinearRegression(), "text", [["a"]]) == [{"error": "ValueError: The input must be a text."}]
