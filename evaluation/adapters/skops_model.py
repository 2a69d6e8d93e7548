"""Asking a loaded scikit-learn model. For the child process only: it imports scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import joblib
import numpy as np
from sklearn.base import is_regressor
from sklearn.metrics import pairwise_distances_argmin

from evaluation.adapters.class_names import name_of
from evaluation.adapters.score_table import ScoreTable
from evaluation.adapters.skops_inputs import arrange

# Classifiers whose label is always the first class with the highest score. Others have thresholds, or scores
# that are rounded to 1 for several classes, and are asked for their labels too.
_LABEL_FOLLOWS_SCORES = frozenset(
    (
        "BernoulliNB", "ComplementNB", "DecisionTreeClassifier", "ExtraTreeClassifier",
        "ExtraTreesClassifier", "GaussianNB", "GradientBoostingClassifier", "HistGradientBoostingClassifier",
        "LogisticRegression", "LogisticRegressionCV", "MLPClassifier", "MultinomialNB",
        "RandomForestClassifier",
    )
)  # fmt: skip

Answers = list[dict[str, Any]] | ScoreTable


def warm_up() -> None:
    """Do once, before the limits and the sandbox, what the numeric libraries do at their first use.

    scikit-learn looks for them among the files; OpenBLAS takes its buffers, and without the memory for them
    it would try for ever.
    """
    square = np.ones((64, 64))
    pairwise_distances_argmin(square, square @ square)


def answer(model: Any, form: str, inputs: list[Any]) -> Answers:
    """One answer for each input, as `evaluation.adapters.answers` reads them.

    Where the batch fails as a whole, each input is asked by itself, so that a bad one fails alone.
    """
    # In this thread, whatever n_jobs the file says: a sandboxed process has no others.
    with joblib.parallel_config(backend="sequential"):
        try:
            return _answer_all(model, form, inputs)
        except Exception as error:
            if len(inputs) == 1:
                return [{"error": _words(error)}]
            return [_answer_one(model, form, single) for single in inputs]


def _answer_one(model: Any, form: str, asked: Any) -> dict[str, Any]:
    answers = answer(model, form, [asked])
    return (answers.items() if isinstance(answers, ScoreTable) else answers)[0]


def _answer_all(model: Any, form: str, inputs: Sequence[Any]) -> Answers:
    batch = arrange(form, inputs, model)
    if is_regressor(model):
        return [{"value": value} for value in _one_each(model.predict(batch), len(inputs))]
    if not hasattr(model, "predict_proba"):
        return [{"label": name_of(label)} for label in _one_each(model.predict(batch), len(inputs))]
    names = [name_of(label) for label in np.asarray(model.classes_).tolist()]
    scores = np.asarray(model.predict_proba(batch), dtype=float)
    if scores.shape != (len(inputs), len(names)):
        raise ValueError("The model has more than one output, or not one score for each class.")
    if type(_last_step(model)).__name__ in _LABEL_FOLLOWS_SCORES:
        labels = [names[index] for index in scores.argmax(axis=1).tolist()]
    else:
        labels = [name_of(label) for label in _one_each(model.predict(batch), len(inputs))]
    return ScoreTable(names, scores, labels)


def _last_step(model: Any) -> Any:
    """The estimator at the end of pipelines and searches."""
    while True:
        if hasattr(model, "best_estimator_"):
            model = model.best_estimator_
        elif hasattr(model, "steps"):
            model = model.steps[-1][1]
        else:
            return model


def _one_each(predicted: Any, count: int) -> list[Any]:
    array = np.asarray(predicted)
    if array.size != count:
        raise ValueError("The model has more than one output for an input.")
    return list(array.ravel().tolist())


def _words(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "The model needs more memory for this input than is allowed."
    return f"{type(error).__name__}: {error}"
