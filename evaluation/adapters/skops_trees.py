"""Checks of the trees in a loaded model. scikit-learn walks them in C without bounds checks.

A damaged tree could otherwise read memory outside its arrays, or never end. In a tree that scikit-learn made,
every child comes after its parent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor
from sklearn.tree._tree import Tree

_LEAF = -1  # TREE_LEAF of sklearn.tree


class UnsafeTree(Exception):
    """A tree that must not be walked."""


def check_trees(model: object) -> None:
    """Raise UnsafeTree if any tree within `model` could be walked out of its arrays."""
    for tree, n_features in _trees(model):
        if isinstance(tree, Tree):
            _check_tree(tree, n_features)
        else:
            _check_predictor(tree, n_features)


def _trees(model: object) -> Iterator[tuple[Any, int | None]]:
    """Every tree, with the number of features that its owners let through, as far as they say."""
    waiting: list[tuple[object, int | None]] = [(model, None)]
    seen: set[int] = set()
    while waiting:
        found, n_features = waiting.pop()
        if id(found) in seen and not isinstance(found, Tree | TreePredictor):
            continue
        seen.add(id(found))
        if isinstance(found, Tree | TreePredictor):
            yield found, n_features
        elif isinstance(found, dict):
            waiting += [(part, n_features) for part in found.values()]
        elif isinstance(found, list | tuple | set | frozenset):
            waiting += [(part, n_features) for part in found]
        elif isinstance(found, np.ndarray):
            if found.dtype == object:
                waiting += [(part, n_features) for part in found.ravel()]
        elif hasattr(found, "__dict__"):
            parts = vars(found)
            limits = [parts.get("n_features_in_")]
            if "tree_" in parts:
                # Boosting checks its inputs by itself and walks its trees past their owners' check.
                limits.append(n_features)
            limit = min((limit for limit in limits if isinstance(limit, int)), default=None)
            waiting += [(part, limit) for part in parts.values()]


def _check_tree(tree: Any, n_features: int | None) -> None:
    count = int(tree.node_count)
    if not 0 < count <= int(tree.capacity):
        raise UnsafeTree("its number of nodes is wrong")
    left, right = np.asarray(tree.children_left), np.asarray(tree.children_right)
    inner = left != _LEAF
    _check_children(inner, left, right)
    _check_features(np.asarray(tree.feature)[inner], _least(int(tree.n_features), n_features))


def _check_predictor(tree: Any, n_features: int | None) -> None:
    nodes = tree.nodes
    if not isinstance(nodes, np.ndarray) or nodes.ndim != 1 or len(nodes) == 0:
        raise UnsafeTree("it has no nodes")
    inner = nodes["is_leaf"] == 0
    # Unsigned in the file: as signed numbers, they compare with positions without a wrap-around.
    _check_children(inner, nodes["left"].astype(np.int64), nodes["right"].astype(np.int64))
    _check_features(nodes["feature_idx"].astype(np.int64)[inner], _least(None, n_features))
    categorical = inner & (nodes["is_categorical"] != 0)
    for bitsets in (tree.raw_left_cat_bitsets, tree.binned_left_cat_bitsets):
        if (
            bitsets.ndim != 2
            or bitsets.shape[1] != 8
            or np.any(nodes["bitset_idx"][categorical] >= len(bitsets))
        ):
            raise UnsafeTree("a split names categories that are not there")


def _check_children(inner: NDArray[Any], left: NDArray[Any], right: NDArray[Any]) -> None:
    position = np.arange(len(inner))
    for child in (left, right):
        if np.any(inner & ((child <= position) | (child >= len(inner)))):
            raise UnsafeTree("a node's child is out of place")


def _check_features(features: NDArray[Any], n_features: int) -> None:
    if np.any((features < 0) | (features >= n_features)):
        raise UnsafeTree("a split asks for a feature that is not there")


def _least(own: int | None, owners: int | None) -> int:
    limits = [limit for limit in (own, owners) if limit is not None]
    if not limits:
        raise UnsafeTree("nothing says how many features it has")
    return min(limits)
