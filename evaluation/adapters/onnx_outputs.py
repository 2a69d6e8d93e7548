"""What an ONNX model answered, as one answer for each input. For the child process only: it imports NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.adapters.class_names import name_of

Answer = dict[str, Any]
Scores = list[dict[str, float]]


@dataclass(frozen=True)
class Naming:
    """What the classes are called: by the settings, by classifiers in the file, or by the project's labels."""

    by_settings: Sequence[str] = ()
    by_file: Sequence[Sequence[str]] = ()
    by_project: Sequence[str] = ()
    # Whether scores are exponents (logits), to be brought to probabilities.
    softmax: bool = False

    def of(self, count: int) -> Sequence[str]:
        """The names of `count` columns of scores. Raises ValueError where nothing says them."""
        if self.by_settings:
            if len(self.by_settings) == count:
                return self.by_settings
            raise ValueError(
                f"The model gives {count} scores, and the setting classes names {len(self.by_settings)}."
            )
        if not self.is_guess(count):
            return next(names for names in self.by_file if len(names) == count)
        if len(self.by_project) == count:
            return self.by_project
        raise ValueError(
            f"The model gives {count} scores and does not say of what: name them in the setting classes."
        )

    def is_guess(self, count: int) -> bool:
        """Whether the names are the project's labels in the project's order, of which the model never heard."""
        return not self.by_settings and sum(len(names) == count for names in self.by_file) != 1

    def of_number(self, number: int) -> str | None:
        """The class that a whole number stands for: the one of that name, else the one in that place."""
        name = name_of(number)
        if any(name in names for names in (self.by_settings, self.by_project, *self.by_file)):
            return name
        return self.by_settings[number] if 0 <= number < len(self.by_settings) else None


def read(outputs: Sequence[Any], count: int, naming: Naming) -> list[Answer]:
    """One answer for each of `count` inputs, from all outputs that are read. Raises ValueError in plain words."""
    scores: Scores | None = None
    singles: list[Any] = []
    for output in outputs:
        if isinstance(output, list):
            scores = _maps(output, count)
            continue
        rows = _rows(output, count)
        if rows.shape[1] == 1:
            singles.append(rows[:, 0])
        else:
            scores = _named(rows, naming)
    labels = _labels(singles, naming, scored=scores is not None)
    if labels is not None and scores is not None and naming.is_guess(len(scores[0])):
        _check_guess(labels, scores)
    if labels is None and scores is None:
        return _alone(singles, naming)
    said = {"label": labels, "scores": scores}
    return [
        {name: values[index] for name, values in said.items() if values is not None} for index in range(count)
    ]


def _maps(output: Sequence[Any], count: int) -> Scores:
    """Scores as skl2onnx writes them: one map of classes and numbers for each input."""
    if len(output) != count or not all(isinstance(one, dict) and one for one in output):
        raise ValueError("The model gives a sequence that is not one map of scores for each input.")
    return [{name_of(name): float(score) for name, score in one.items()} for one in output]


def _rows(output: Any, count: int) -> Any:
    array = np.asarray(output)
    if array.shape[:1] != (count,) or array.size == 0:
        raise ValueError(f"The model gives {_shape(array)} values; a row for each input is needed.")
    rows = array.reshape(count, -1)
    if rows.shape[1] != max((1, *array.shape[1:])):
        raise ValueError(
            f"The model gives {_shape(array.shape[1:])} values for an input; one, or a score for each class, is needed."
        )
    return rows


def _named(rows: Any, naming: Naming) -> Scores:
    if rows.dtype.kind not in "fiu":
        raise ValueError(
            "The model gives several texts for an input; one, or a score for each class, is needed."
        )
    rows = rows.astype(float)
    if naming.softmax:
        powers = np.exp(rows - rows.max(axis=1, keepdims=True))
        rows = powers / powers.sum(axis=1, keepdims=True)
    names = naming.of(rows.shape[1])
    return [dict(zip(names, row, strict=True)) for row in rows.tolist()]


def _labels(singles: Sequence[Any], naming: Naming, *, scored: bool) -> list[str] | None:
    for column in singles:
        values = column.tolist()
        if column.dtype.kind in "OUS":
            return [str(value) for value in values]
        if column.dtype.kind in "iub":
            names = [naming.of_number(int(value)) for value in values]
            if scored or None not in names:
                return [
                    name_of(value) if name is None else name
                    for name, value in zip(names, values, strict=True)
                ]
    return None


def _alone(singles: Sequence[Any], naming: Naming) -> list[Answer]:
    """Single numbers: values; but where two classes are named, the probability of the second."""
    if len(singles) != 1:
        raise ValueError("The model has several outputs; name the one to read in the setting output.")
    values = singles[0].astype(float).tolist()
    if len(naming.by_settings) != 2:
        return [{"value": value} for value in values]
    first, second = naming.by_settings
    return [{"scores": {first: 1 - value, second: value}} for value in values]


def _check_guess(labels: Sequence[str], scores: Scores) -> None:
    for label, row in zip(labels, scores, strict=True):
        if row.get(label) != max(row.values()):
            best = max(row, key=row.__getitem__)
            raise ValueError(
                f'The model says "{label}", but its highest score is where the project has "{best}": '
                "name its classes, in its own order, in the setting classes."
            )


def _shape(array: Any) -> str:
    return " x ".join(map(str, getattr(array, "shape", array))) or "single"
