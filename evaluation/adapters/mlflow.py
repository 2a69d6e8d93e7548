"""`mlflow`: MLflow's scoring server, or anything that answers at `/invocations` as it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evaluation.adapters.base import Adapter, AdapterKind, Opening
from evaluation.adapters.mapping.answer import AnswerMap
from evaluation.adapters.mapping.faults import Unreadable, Unsendable
from evaluation.adapters.server_address import below, check_base
from evaluation.adapters.server_settings import (
    CONNECTION,
    PATHS,
    READING,
    SECRET_FIELDS,
    adapter_of,
    answer_map_of,
    check_names,
    note,
    read_connection,
    read_paths,
    read_reading,
    server_of,
)
from evaluation.fields import FieldReader
from evaluation.messages import message as _
from evaluation.types import JSON, Output

FORMATS = ("dataframe_split", "instances", "inputs")
_DEFAULTS = {
    **CONNECTION,
    "format": "dataframe_split",
    "columns": None,
    "params": None,
    **PATHS,
    **READING,
}
# A text model that gets a table may read the names of the columns instead of the rows, and answer with one prediction
# a column: for a single row nobody would notice. So a single row is sent twice.
_FEWEST_ROWS = 2
# What a single value, such as a text, is called where it must be in a column.
_ONE_COLUMN = "text"


class MlflowMapper:
    """Inputs in one of MLflow's forms, predictions in any."""

    many = True

    def __init__(
        self, url: str, answers: AnswerMap, *, form: str, columns: list[str] | None, params: JSON
    ) -> None:
        self.url = url
        self._answers = answers
        self._form = form
        self._columns = columns
        self._params = params

    def request(self, inputs: Sequence[JSON]) -> JSON:
        """See Mapper."""
        request: dict[str, JSON] = {self._form: self._arranged(inputs)}
        if self._params:
            request["params"] = self._params
        return request

    def read(self, answer: object, count: int) -> list[Output | Unreadable]:
        """See Mapper."""
        # Older servers answer with the bare list.
        predictions = (
            answer["predictions"] if isinstance(answer, dict) and "predictions" in answer else answer
        )
        rows = max(count, _FEWEST_ROWS) if self._form == "dataframe_split" else count
        if isinstance(predictions, dict):
            predictions = _rows_of_columns(predictions, rows)
        if isinstance(predictions, list) and len(predictions) != rows:
            raise Unreadable(self._miscounted(len(predictions), rows), answer)
        return self._answers.read(predictions, rows)[:count]

    def _miscounted(self, there: int, rows: int) -> str:
        told = f"The answer has {there} predictions for {rows} rows."
        if self._form == "dataframe_split":
            told += " A model that takes texts rather than a table needs the format “instances”."
        return told

    def _arranged(self, inputs: Sequence[JSON]) -> JSON:
        if self._form == "instances":
            return list(inputs)
        rows = all(isinstance(row, dict) for row in inputs)
        if self._form == "inputs" and not rows:
            return list(inputs)
        columns = self._columns or _columns_of(inputs)
        table = [_row(row, columns) for row in inputs]
        if self._form == "inputs":
            return {
                name: list(column) for name, column in zip(columns, zip(*table, strict=True), strict=True)
            }
        if len(table) < _FEWEST_ROWS:
            table = table * _FEWEST_ROWS
        return {"columns": list(columns), "data": list(table)}


def _columns_of(inputs: Sequence[JSON]) -> list[str]:
    """The columns of the first input; without names, their places."""
    first = inputs[0]
    if isinstance(first, dict):
        return list(first)
    if isinstance(first, list):
        return [str(place) for place in range(len(first))]
    return [_ONE_COLUMN]


def _row(entry: JSON, columns: Sequence[str]) -> list[JSON]:
    if isinstance(entry, dict):
        missing = [name for name in columns if name not in entry]
        unknown = [name for name in entry if name not in columns]
        if missing:
            raise Unsendable(f"The input has no “{missing[0]}”, which is one of the columns.")
        if unknown:
            raise Unsendable(f"The input has “{unknown[0]}”, which is not one of the columns.")
        return [entry[name] for name in columns]
    row: list[JSON] = entry if isinstance(entry, list) else [entry]
    if len(row) != len(columns):
        raise Unsendable(f"The input has {len(row)} values for {len(columns)} columns.")
    return row


def _rows_of_columns(predictions: dict[str, object], count: int) -> object:
    """Predictions that came as an object of columns, as one object for each input."""
    columns = list(predictions.values())
    if not columns or not all(isinstance(column, list) and len(column) == count for column in columns):
        raise Unreadable(
            "The predictions are an object, and not one of columns with an entry for each input.", predictions
        )
    return [dict(zip(predictions, row, strict=True)) for row in zip(*columns, strict=True)]


def _read(reader: FieldReader) -> dict[str, Any]:
    settings = read_connection(reader, check_base)
    note(reader, "columns", _check_columns)
    note(reader, "params", _check_params)
    return {
        **settings,
        "format": reader.choice("format", FORMATS),
        "columns": reader.fields.get("columns"),
        "params": reader.fields.get("params"),
        **read_paths(reader, PATHS, each=False),
        **read_reading(reader),
    }


def _check_columns(value: object) -> None:
    check_names(value, _("Must be a list of column names, each once."))


def _check_params(value: object) -> None:
    if value is not None and not isinstance(value, dict):
        raise ValueError(_("Must be an object."))


def _open(opening: Opening) -> Adapter:
    settings = opening.settings
    url = settings["url"].rstrip("/")
    mapper = MlflowMapper(
        url if url.endswith("/invocations") else below(url, "invocations"),
        answer_map_of(opening),
        form=settings["format"],
        columns=settings["columns"],
        params=settings["params"],
    )
    return adapter_of(opening, server_of(opening), mapper)


KIND = AdapterKind(
    name="mlflow",
    fields=("url", *_DEFAULTS),
    defaults=_DEFAULTS,
    read=_read,
    open=_open,
    asks_server=True,
    secret_fields=SECRET_FIELDS,
)
