"""What a skops file may hold: read here without a child process, since nothing in it is run."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_digits
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from evaluation.adapters.skops_file import read_model
from evaluation.adapters.uploaded_child import FileRefused


def zipped(**files: str) -> bytes:
    """A zip archive of JSON files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, body in files.items():
            archive.writestr(f"{name}.json", body)
    return content.getvalue()


class OwnClassifier(ClassifierMixin, BaseEstimator):
    """A class that only its author has."""

    def __setstate__(self, state: object) -> None:
        raise AssertionError("its code was run")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK", "cannot be loaded"),
        (zipped(readme="hello"), "cannot be loaded"),
        (zipped(schema="{"), "cannot be loaded"),
        (zipped(schema="[" * 100_000), "cannot be loaded"),
        (zipped(schema=json.dumps({"protocol": 2, "__loader__": "Evil"})), "cannot be loaded"),
        (skops.io.dumps(StandardScaler().fit([[1.0]])), "StandardScaler, which cannot predict"),
        (skops.io.dumps({"a": 1}), "dict, which cannot predict"),
        (skops.io.dumps(OwnClassifier()), "not trusted, and is not loaded: .*OwnClassifier"),
        (
            skops.io.dumps(KNeighborsClassifier(1, algorithm="kd_tree").fit([[1.0], [2.0]], [0, 1])),
            'KDTree.*algorithm="brute"',
        ),
    ],
    ids=["cut off", "no schema", "no JSON", "deep", "unknown", "no model", "a dict", "own class", "kd tree"],
)
def test_what_cannot_be_used_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        read_model(content)


@pytest.mark.parametrize(
    "model",
    [
        make_pipeline(StandardScaler(), LogisticRegression()),
        SVC(),
        KNeighborsClassifier(3),
        RandomForestClassifier(3, random_state=0),
        DecisionTreeClassifier(random_state=0),
        MLPClassifier((4,), max_iter=1, random_state=0),
        HistGradientBoostingClassifier(max_iter=1, random_state=0),
    ],
    ids=lambda model: type(model).__name__,
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_common_models_come_back_as_they_were(model: Any) -> None:
    inputs, digits = load_digits(return_X_y=True)
    inputs, digits = inputs[:200], digits[:200]
    model.fit(inputs, digits)

    loaded = read_model(skops.io.dumps(model))

    assert np.array_equal(loaded.predict(inputs), model.predict(inputs))
