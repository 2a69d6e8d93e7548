"""Inputs as scikit-learn wants them. What one input becomes never depends on the others in its batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

NOT_A_TABLE = (
    'The model was not fitted on a table with named columns, so its inputs cannot be read as "table".'
)


def arrange(form: str, inputs: Sequence[Any], model: Any) -> Any:
    """A batch of inputs in the `form` of the settings: text, array or table. Raises ValueError."""
    if form == "text":
        return _texts(inputs)
    if form == "table":
        return _table(inputs, model)
    # A null is missing: NaN, which models refuse or impute, never zero.
    return np.asarray(inputs, dtype=float).reshape(len(inputs), -1)


def _texts(inputs: Sequence[Any]) -> Sequence[str]:
    if not all(isinstance(text, str) for text in inputs):
        raise ValueError("The input must be a text.")
    return inputs


def _table(inputs: Sequence[Any], model: Any) -> Any:
    columns = getattr(model, "feature_names_in_", None)
    if columns is None:
        raise ValueError(NOT_A_TABLE)
    if not all(isinstance(row, dict) for row in inputs):
        raise ValueError("The input must be an object of columns and values.")
    return pd.DataFrame({name: _column([row.get(name) for row in inputs]) for name in columns})


def _column(values: list[Any]) -> Any:
    """Numbers where all values are, else objects; a value that is not there is NaN in both."""
    present = [value for value in values if value is not None]
    if all(isinstance(value, int | float) for value in present):
        return np.asarray(values, dtype=float)
    return np.asarray([np.nan if value is None else value for value in values], dtype=object)
