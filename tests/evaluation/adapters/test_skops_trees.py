"""Damaged trees, each made from a good one by changing a number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.ensemble import (
    BaggingClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures
from sklearn.tree import DecisionTreeClassifier

from evaluation.adapters.skops_trees import UnsafeTree, check_trees

RNG = np.random.default_rng(7)
INPUTS = RNG.normal(size=(200, 3))
CLASSES = (INPUTS[:, 0] * INPUTS[:, 1] > 0).astype(int)


def damaged(**changes: Callable[[NDArray[Any]], None]) -> DecisionTreeClassifier:
    """A fitted tree whose node arrays were changed: the arrays are views of the tree's own memory."""
    model = DecisionTreeClassifier(max_depth=3, random_state=0).fit(INPUTS, CLASSES)
    for name, change in changes.items():
        change(getattr(model.tree_, name))
    return model


def put(index: int, value: int) -> Callable[[NDArray[Any]], None]:
    """A change of one entry."""

    def change(array: NDArray[Any]) -> None:
        array[index] = value

    return change


@pytest.mark.parametrize(
    "model",
    [
        DecisionTreeClassifier(),
        DecisionTreeClassifier(max_leaf_nodes=5),
        RandomForestClassifier(3),
        GradientBoostingClassifier(n_estimators=3),
        HistGradientBoostingClassifier(max_iter=3),
        HistGradientBoostingClassifier(max_iter=3, categorical_features=[2]),
        BaggingClassifier(DecisionTreeClassifier(), n_estimators=3, max_features=2),
        make_pipeline(PolynomialFeatures(), DecisionTreeClassifier()),
    ],
    ids=str,
)
def test_trees_of_scikit_learn_pass(model: Any) -> None:
    inputs = INPUTS.copy()
    inputs[:, 2] = RNG.integers(0, 5, len(inputs))

    check_trees(model.fit(inputs, CLASSES))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"children_left": put(0, 10**9)}, "child is out of place"),
        ({"children_right": put(0, 10**9)}, "child is out of place"),
        ({"children_right": put(0, -7)}, "child is out of place"),
        ({"children_left": put(1, 0)}, "child is out of place"),  # a circle: walking would never end
        ({"feature": put(0, 3)}, "feature that is not there"),
        ({"feature": put(0, -5)}, "feature that is not there"),
    ],
)
def test_a_damaged_tree_is_found(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(UnsafeTree, match=words):
        check_trees(damaged(**changes))


def test_a_damaged_tree_deep_within_is_found() -> None:
    forest = RandomForestClassifier(3, random_state=0).fit(INPUTS, CLASSES)
    forest.estimators_[2].tree_.children_left[0] = 10**6

    with pytest.raises(UnsafeTree):
        check_trees(make_pipeline(PolynomialFeatures(), forest))


def test_boosting_says_how_wide_its_trees_may_be() -> None:
    """Boosting checks the inputs by its own number of features, so a tree's larger one does not count."""
    boosting = GradientBoostingClassifier(n_estimators=1, random_state=0).fit(INPUTS, CLASSES)
    wide = DecisionTreeClassifier(max_depth=1).fit(np.hstack([INPUTS * 0, INPUTS]), CLASSES)
    boosting.estimators_[0, 0] = wide

    check_trees(wide)
    with pytest.raises(UnsafeTree, match="feature that is not there"):
        check_trees(boosting)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("left", 10**9, "child is out of place"),
        ("right", 0, "child is out of place"),
        ("feature_idx", 3, "feature that is not there"),
        ("feature_idx", -1, "feature that is not there"),
    ],
)
def test_a_damaged_predictor_is_found(field: str, value: int, words: str) -> None:
    model = HistGradientBoostingClassifier(max_iter=1, random_state=0).fit(INPUTS, CLASSES)
    nodes = model._predictors[0][0].nodes
    nodes.flags.writeable = True
    nodes[field][0] = value

    with pytest.raises(UnsafeTree, match=words):
        check_trees(model)


def test_a_split_on_categories_that_are_not_there_is_found() -> None:
    model = HistGradientBoostingClassifier(max_iter=1, random_state=0).fit(INPUTS, CLASSES)
    model._predictors[0][0].nodes["is_categorical"][0] = 1

    with pytest.raises(UnsafeTree, match="categories"):
        check_trees(model)
