"""`skops`: a scikit-learn model from an uploaded file, in a child process without network or secrets.

This side imports neither skops nor scikit-learn, which take seconds to import: the child does.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaluation.adapters.answers import exchange_of, failure, one_at_a_time, read_answers
from evaluation.adapters.base import (
    MEBIBYTE,
    AdapterKind,
    AdapterRefused,
    AdapterUnavailable,
    Exchange,
    Failure,
    InvalidAdapter,
    Opening,
    Policy,
)
from evaluation.adapters.child import Child, ChildFailed
from evaluation.fields import REQUIRED, FieldReader
from evaluation.types import JSON, Output

FORMS = ("text", "array", "table")
_CHILD = "evaluation.adapters.skops_child"


class SkopsAdapter:
    """Asks a model in a child process, which starts with the first batch and stays for the next ones."""

    concurrency = 1

    def __init__(self, file: Path, form: str, labels: Sequence[str], policy: Policy, batch_size: int) -> None:
        self.batch_size = batch_size
        self._file = file
        self._form = form
        self._labels = labels
        self._policy = policy
        self._child: Child | None = None

    @property
    def child_pid(self) -> int | None:
        """The child's process id; None while there is no child."""
        return None if self._child is None or self._child.closed else self._child.pid

    def predict(self, inputs: Sequence[JSON]) -> list[Output | Failure]:
        """See Adapter. After AdapterUnavailable the next batch starts a new child."""
        if not inputs:
            return []
        if self._child is None or self._child.closed:
            self._child = start_child(self._file, self._form, self._policy)
        seconds = self._policy.seconds_per_batch
        try:
            answers = self._child.ask({"inputs": list(inputs), "seconds": seconds}, seconds)
        except ChildFailed as error:
            raise AdapterUnavailable(f"The model's process {error}.") from None
        except (OverflowError, ValueError) as error:  # what MessagePack cannot carry, such as 10**30
            if len(inputs) == 1:
                return [failure(f"The input cannot be sent to the model: {error}")]
            return one_at_a_time(self.predict, inputs)
        return read_answers(answers, len(inputs), self._labels)

    def explain(self, asked: JSON) -> Exchange:
        """See Adapter."""
        return exchange_of(asked, lambda one: self.predict([one])[0], self._labels)

    def close(self) -> None:
        """See Adapter."""
        if self._child is not None:
            self._child.close()
            self._child = None


def inspect_skops(path: Path, policy: Policy | None = None) -> None:
    """Raise AdapterRefused if `path` is no skops file, holds what could run code, or is no model.

    It is loaded in a child process to find out; that takes some seconds.
    """
    start_child(path, "array", policy or Policy()).close()


def start_child(file: Path, form: str, policy: Policy) -> Child:
    """A child process with the model of `file` loaded. Raises AdapterRefused or AdapterUnavailable."""
    _refuse_other_formats(file)
    settings = {
        "file": str(file.absolute()),
        "form": form,
        "memory_bytes": policy.memory_bytes,
        "seconds_to_load": policy.seconds_to_load,
    }
    child = Child(_CHILD, [json.dumps(settings)], max_answer_bytes=policy.max_answer_bytes)
    try:
        state = child.receive(policy.seconds_to_load)
    except ChildFailed as error:
        raise AdapterUnavailable(f"The model could not be loaded: its process {error}.") from None
    if state.get("ready"):
        return child
    child.close()
    if state.get("out_of_memory"):
        allowed = policy.memory_bytes // MEBIBYTE
        raise AdapterUnavailable(f"The model needs more memory to load than the {allowed} MiB allowed.")
    raise AdapterRefused(str(state["refused"]))


def _refuse_other_formats(file: Path) -> None:
    if not file.is_file():
        raise AdapterRefused("The model's file is not there.")
    if not zipfile.is_zipfile(file):
        raise AdapterRefused(
            "This is not a skops file. Save the model with skops.io.dump; "
            "pickle and joblib files can run code and are refused, always."
        )


def _read(reader: FieldReader) -> dict[str, Any]:
    return {
        "input": reader.choice("input", FORMS),
        "batch_size": reader.integer("batch_size", least=1, most=10_000),
    }


def _open(opening: Opening) -> SkopsAdapter:
    if opening.file is None:
        raise InvalidAdapter({"file": [REQUIRED]})
    settings = opening.settings
    return SkopsAdapter(
        opening.file, settings["input"], opening.labels, opening.policy, settings["batch_size"]
    )


KIND = AdapterKind(
    name="skops",
    fields=("input", "batch_size"),
    defaults={"input": "array", "batch_size": 1000},
    read=_read,
    open=_open,
    needs_file=True,
    file_suffix=".skops",
    inspect_file=inspect_skops,
)
