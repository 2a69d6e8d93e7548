"""A model from an uploaded file, in a child process without network or secrets: what these kinds share.

This side imports no model library, which take seconds to import: the child does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.adapters.answers import failure, one_at_a_time, read_answers
from evaluation.adapters.base import (
    MEBIBYTE,
    AdapterRefused,
    AdapterUnavailable,
    Exchange,
    Failure,
    Policy,
)
from evaluation.adapters.child import Child, ChildFailed
from evaluation.adapters.explaining import exchange_of
from evaluation.adapters.score_table import ScoreTable
from evaluation.types import JSON, Output


class UploadedModel:
    """Asks a model in a child process, which starts with the first batch and stays for the next ones.

    `module` is what the child runs; `settings` is what it is told beside the file and the limits.
    """

    concurrency = 1

    def __init__(
        self,
        module: str,
        file: Path,
        settings: Mapping[str, Any],
        *,
        labels: Sequence[str],
        policy: Policy,
        batch_size: int,
    ) -> None:
        self.batch_size = batch_size
        self._module = module
        self._file = file
        self._settings = settings
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
        try:
            answers = self._ask(inputs)
        except (OverflowError, ValueError) as error:  # what MessagePack cannot carry, such as 10**30
            if len(inputs) == 1:
                return [failure(f"The input cannot be sent to the model: {error}")]
            return one_at_a_time(self.predict, inputs)
        return read_answers(ScoreTable.from_message(answers) or answers, len(inputs), self._labels)

    def explain(self, asked: JSON) -> Exchange:
        """See Adapter."""
        return exchange_of(asked, self._answer, self._labels)

    def _answer(self, asked: JSON) -> object:
        """What the model answers to one input, as it says it."""
        try:
            answers = self._ask([asked])
        except (OverflowError, ValueError):
            return self.predict([asked])[0]
        if table := ScoreTable.from_message(answers):
            answers = table.items()
        if isinstance(answers, list) and len(answers) == 1:
            return answers[0]
        return read_answers(answers, 1, self._labels)[0]

    def _ask(self, inputs: Sequence[JSON]) -> object:
        """Raises what `to_frame` raises for an input that cannot be sent."""
        if self._child is None or self._child.closed:
            self._child = self.start()
        seconds = self._policy.seconds_per_batch
        try:
            return self._child.ask({"inputs": list(inputs), "seconds": seconds}, seconds)
        except ChildFailed as error:
            raise AdapterUnavailable(f"The model's process {error}.") from None

    def start(self) -> Child:
        """A child process with the model loaded. Raises AdapterRefused or AdapterUnavailable."""
        return start_child(self._module, self._file, self._settings, self._policy)

    def close(self) -> None:
        """See Adapter."""
        if self._child is not None:
            self._child.close()
            self._child = None


def start_child(module: str, file: Path, settings: Mapping[str, Any], policy: Policy) -> Child:
    """A child process with the model of `file` loaded. Raises AdapterRefused or AdapterUnavailable."""
    if not file.is_file():
        raise AdapterRefused("The model's file is not there.")
    told = {
        **settings,
        "file": str(file.absolute()),
        "memory_bytes": policy.memory_bytes,
        "seconds_to_load": policy.seconds_to_load,
    }
    child = Child(module, [], max_answer_bytes=policy.max_answer_bytes)
    try:
        state = child.ask(told, policy.seconds_to_load)
    except ChildFailed as error:
        raise AdapterUnavailable(f"The model could not be loaded: its process {error}.") from None
    if state.get("ready"):
        return child
    child.close()
    if state.get("out_of_memory"):
        allowed = policy.memory_bytes // MEBIBYTE
        raise AdapterUnavailable(f"The model needs more memory to load than the {allowed} MiB allowed.")
    raise AdapterRefused(str(state["refused"]))
