"""Inputs as an ONNX model declares them: names, types and shapes. For the child process only: it imports NumPy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_TYPES: Mapping[str, Any] = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(float16)": np.float16,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(int16)": np.int16,
    "tensor(int8)": np.int8,
    "tensor(uint64)": np.uint64,
    "tensor(uint32)": np.uint32,
    "tensor(uint16)": np.uint16,
    "tensor(uint8)": np.uint8,
    "tensor(bool)": np.bool_,
    "tensor(string)": np.object_,
}


@dataclass(frozen=True)
class Declared:
    """One input of a model. `shape` is that of one row, without the batch axis; None where any length is good."""

    name: str
    type: Any
    shape: tuple[int | None, ...]
    batch: int | None

    @classmethod
    def read(cls, name: str, kind: str, shape: Sequence[Any]) -> Declared:
        """Read what onnxruntime says of an input. Raises ValueError for one that no input can be put into."""
        if kind not in _TYPES:
            raise ValueError(f'Its input "{name}" is a {kind}; numbers, texts or true and false are needed.')
        lengths = [length if isinstance(length, int) and length >= 0 else None for length in shape]
        if not lengths:
            raise ValueError(f'Its input "{name}" has no axis for the inputs of a batch.')
        return cls(name, _TYPES[kind], tuple(lengths[1:]), lengths[0])


def arrange(declared: Sequence[Declared], columns: Sequence[str], inputs: Sequence[Any]) -> dict[str, Any]:
    """A batch of inputs, one array for each input of the model. Raises ValueError in plain words."""
    if len(declared) == 1:
        [only] = declared
        rows = [_row(only, columns, one) for one in inputs]
        return {only.name: _stacked(only, rows)}
    names = [one.name for one in declared]
    for row in inputs:
        if not isinstance(row, dict):
            raise ValueError(f"The input must be an object with {_listed(names)}.")
        missing = [name for name in names if name not in row]
        if missing:
            raise ValueError(f"The input has no {_listed(missing)}; the model takes {_listed(names)}.")
    return {one.name: _stacked(one, [row[one.name] for row in inputs]) for one in declared}


def _row(declared: Declared, columns: Sequence[str], row: Any) -> Any:
    """The values of an object in the order of the columns; anything else is its own value."""
    if not isinstance(row, dict):
        return row
    if not columns:
        if row.keys() == {declared.name}:
            return row[declared.name]
        raise ValueError(
            "The input is an object, and the model takes one array: name its columns in the setting columns."
        )
    missing = [name for name in columns if name not in row]
    if missing:
        raise ValueError(f"The input has no {_listed(missing)}; the model takes {_listed(columns)}.")
    return [row[name] for name in columns]


def _stacked(declared: Declared, rows: Sequence[Any]) -> Any:
    return np.stack([_array(declared, row) for row in rows])


def _array(declared: Declared, value: Any) -> Any:
    """One row as the model takes it: flat or nested lists alike, as long as the count is right."""
    array = _plain_numbers(value, declared.type)
    if array is None:
        flat = list(_flat(value))
        if declared.type is np.object_:
            array = _texts(flat)
        elif declared.type is np.bool_:
            array = _booleans(flat)
        else:
            array = _numbers(flat, declared.type)
    shape = [-1 if length is None else length for length in declared.shape]
    if shape.count(-1) > 1:
        # Lengths that only the input itself knows.
        shape = list(np.shape(value)) if len(np.shape(value)) == len(shape) else shape
    try:
        return array.reshape(shape)
    except ValueError:
        wanted = " x ".join("any" if length == -1 else str(length) for length in shape) or "one"
        raise ValueError(
            f'The input has {array.size} values; the model takes {wanted} for "{declared.name}".'
        ) from None


def _plain_numbers(value: Any, kind: Any) -> Any:
    """Floats at once, where all values are numbers: a picture has very many. None for anything else."""
    if not np.issubdtype(kind, np.floating):
        return None
    try:
        array = np.asarray(value)
    except ValueError:  # lists of different lengths
        return None
    return array.astype(kind) if array.dtype.kind in "iuf" else None


def _flat(value: Any) -> Any:
    if isinstance(value, list):
        for part in value:
            yield from _flat(part)
    else:
        yield value


def _texts(values: Sequence[Any]) -> Any:
    if not all(isinstance(value, str) for value in values):
        raise ValueError("The model takes texts, and the input is or holds something else.")
    return np.array(values, dtype=np.object_)


def _booleans(values: Sequence[Any]) -> Any:
    if not all(isinstance(value, bool) for value in values):
        raise ValueError("The model takes true or false, and the input is or holds something else.")
    return np.array(values, dtype=np.bool_)


def _numbers(values: Sequence[Any], kind: Any) -> Any:
    if np.issubdtype(kind, np.floating):
        # A null is missing: NaN, which models refuse or impute, never zero.
        given = [math.nan if value is None else value for value in values]
        if not all(isinstance(value, int | float) for value in given):
            raise ValueError("The model takes numbers, and the input is or holds something else.")
        return np.array(given, dtype=np.float64).astype(kind)
    limits = np.iinfo(kind)
    for value in values:
        if not isinstance(value, int | float) or value != int(value):
            raise ValueError("The model takes whole numbers, and the input is or holds something else.")
        if not limits.min <= value <= limits.max:
            raise ValueError(f"The model takes whole numbers from {limits.min} to {limits.max}.")
    return np.array([int(value) for value in values], dtype=kind)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:10])
    return f"{shown} and {len(names) - 10} more" if len(names) > 10 else shown
