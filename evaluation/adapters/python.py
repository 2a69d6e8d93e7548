"""`python`: a callable of the operator's own, in the worker's process.

The callable gets a list of inputs and returns a list of outputs: a label, a number or an output object
each; or a pandas data frame of scores, a row an input, a column a label. It is trusted code: no time or memory
limit holds it.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from evaluation.adapters.answers import failure, one_at_a_time, read_answers
from evaluation.adapters.base import (
    AdapterKind,
    AdapterRefused,
    AdapterUnavailable,
    Exchange,
    Failure,
    Opening,
)
from evaluation.adapters.explaining import exchange_of
from evaluation.adapters.score_table import ScoreTable
from evaluation.fields import FieldReader
from evaluation.messages import message as _
from evaluation.plain_outputs import plain_outputs
from evaluation.types import JSON, Output

_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", re.ASCII)


class PythonAdapter:
    """Asks a callable."""

    concurrency = 1

    def __init__(self, function: Callable[[list[Any]], Any], labels: Sequence[str], batch_size: int) -> None:
        self.batch_size = batch_size
        self._function = function
        self._labels = labels

    def predict(self, inputs: Sequence[JSON]) -> list[Output | Failure]:
        """See Adapter. An exception of the callable fails only the inputs that raise it alone, too."""
        if not inputs:
            return []
        try:
            answer = self._function(list(inputs))
        except Exception as error:  # whatever the callable raises is the model's error, not ours
            if len(inputs) == 1:
                return [failure(f"{type(error).__name__}: {error}")]
            return one_at_a_time(self.predict, inputs)
        if isinstance(answer, list) and len(answer) == len(inputs):
            plain = plain_outputs(answer, self._labels)
            if plain is not None:
                return list(plain)
        return read_answers(ScoreTable.from_frame(answer) or _plain(answer), len(inputs), self._labels)

    def explain(self, asked: JSON) -> Exchange:
        """See Adapter."""
        return exchange_of(asked, self._raw, self._labels)

    def close(self) -> None:
        """See Adapter."""

    def _raw(self, asked: JSON) -> object:
        """What the callable says to one input, as it is where that is one answer."""
        try:
            answer = self._function([asked])
            table = ScoreTable.from_frame(answer)
            answer = _plain(answer) if table is None else table.items()
        except Exception as error:
            return failure(f"{type(error).__name__}: {error}")
        if isinstance(answer, list) and len(answer) == 1:
            return answer[0]
        return read_answers(answer, 1, self._labels)[0]


def _plain(answer: object) -> object:
    """Turn NumPy's arrays and scalars into Python's, and outputs into their fields: what is read is JSON."""
    if isinstance(answer, Output):
        return answer.to_json()
    if isinstance(answer, np.ndarray | np.generic):
        return answer.tolist()
    if isinstance(answer, list | tuple):
        return [_plain(item) for item in answer]
    if isinstance(answer, dict):
        return {key: _plain(value) for key, value in answer.items()}
    return answer


def _read(reader: FieldReader) -> dict[str, Any]:
    name = reader.string("callable", longest=200)
    if name and not _NAME.fullmatch(name):
        reader.fail("callable", _("Must be written as package.module:function."))
    return {"callable": name, "batch_size": reader.integer("batch_size", least=1, most=10_000)}


def _open(opening: Opening) -> PythonAdapter:
    name = opening.settings["callable"]
    if name not in opening.policy.python_callables:
        raise AdapterRefused(
            _("The operator's settings do not name %(name)s as a callable that may be called.", name=name)
        )
    module_name, function_name = name.split(":")
    try:
        function = getattr(importlib.import_module(module_name), function_name)
    except Exception as error:  # importing runs the operator's code, which may raise anything
        raise AdapterUnavailable(f"{name} could not be imported: {type(error).__name__}: {error}") from error
    if not callable(function):
        raise AdapterUnavailable(f"{name} is not callable.")
    return PythonAdapter(function, opening.labels, opening.settings["batch_size"])


KIND = AdapterKind(
    name="python",
    fields=("callable", "batch_size"),
    defaults={"batch_size": 100},
    read=_read,
    open=_open,
)
