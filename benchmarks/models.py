"""The models that the figures ask: TF-IDF and logistic regression, fitted once a run and loaded where they are asked.

`classify` and `classify_NN` are what PYTHON_CALLABLES names in the processes that measure; FILES tells them where the
fitted models lie.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import skops.io
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from benchmarks.corpus import LABELS, texts

FILES = "BENCHMARK_MODELS"
"""The environment variable that names the folder of the fitted models."""
CLASSIFIER = "classifier"
FITTED_ON = 5_000
NUMBERED = 20


def fit(*, ngrams: int, seed: int, fitted_on: int = FITTED_ON) -> Pipeline:
    """Return a classifier of texts by runs of up to `ngrams` words."""
    written = list(texts(fitted_on, seed=seed))
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, ngrams)),
        LogisticRegression(C=10.0, max_iter=500),
    )
    return model.fit([text.words for text in written], [text.label for text in written])


def save(model: Pipeline, folder: Path, name: str) -> Path:
    path = folder / f"{name}.skops"
    skops.io.dump(model, path)
    return path


@cache
def loaded(name: str = CLASSIFIER) -> Any:
    """Return a fitted model by its file's name."""
    return skops.io.load(Path(os.environ[FILES]) / f"{name}.skops")


def says(model: Any, inputs: Sequence[str]) -> list[dict[str, dict[str, float]]]:
    labels = model.classes_.tolist()
    return [{"scores": dict(zip(labels, row, strict=True))} for row in model.predict_proba(inputs).tolist()]


def classify(inputs: Sequence[str]) -> pd.DataFrame:
    model = loaded()
    return pd.DataFrame(model.predict_proba(inputs), columns=model.classes_)


def classify_by_object(inputs: Sequence[str]) -> list[dict[str, dict[str, float]]]:
    return says(loaded(), inputs)


def by_length(inputs: Sequence[str]) -> list[dict[str, dict[str, float]]]:
    """A model that costs next to nothing, where not time but memory is measured."""
    share = 0.4 / (len(LABELS) - 1)
    uncertain = dict.fromkeys(LABELS, share)
    return [{"scores": uncertain | {LABELS[len(text) % len(LABELS)]: 0.6}} for text in inputs]


def numbered(number: int) -> str:
    """Return the file's name of one of many models."""
    return f"small-{number:02}"


def _asks(number: int) -> Callable[[Sequence[str]], list[dict[str, dict[str, float]]]]:
    return lambda inputs: says(loaded(numbered(number)), inputs)


globals().update({f"classify_{number:02}": _asks(number) for number in range(NUMBERED)})
