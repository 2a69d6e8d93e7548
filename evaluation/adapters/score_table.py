"""Answers as a table of scores, one row an input: read in a third of the time that an object for each takes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from evaluation.adapters.class_names import name_of
from evaluation.labels import Labels
from evaluation.plain_outputs import is_label
from evaluation.types import Output


class _Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    labels: list[str]
    scores: bytes
    said: list[str] | None


@dataclass(frozen=True, slots=True, eq=False)
class ScoreTable:
    """The scores of inputs (rows) for labels (columns); `said` are the labels, else each is its row's arg max."""

    labels: Sequence[str]
    scores: NDArray[np.float64]
    said: Sequence[str] | None = None

    @classmethod
    def from_message(cls, message: object) -> ScoreTable | None:
        """Return the table that a child process sent; None for another message."""
        if not isinstance(message, dict):
            return None
        try:
            read = msgspec.convert(message, _Message)
            scores = np.frombuffer(read.scores, dtype="<f8").reshape(-1, len(read.labels))
        except (msgspec.ValidationError, ValueError):
            return None
        if read.said is not None and len(read.said) != len(scores):
            return None
        return cls(read.labels, scores, read.said)

    def to_message(self) -> dict[str, Any]:
        """Return what `from_message` reads."""
        scores = np.ascontiguousarray(self.scores, dtype="<f8").tobytes()
        return {"labels": list(self.labels), "scores": scores, "said": self.said}

    @classmethod
    def from_frame(cls, answer: Any) -> ScoreTable | None:
        """Return a pandas data frame of scores as a table; None for anything else.

        A single column may be a number that was predicted, and is no table.
        """
        # What is no data frame is none without pandas, which takes a while to import.
        pandas = sys.modules.get("pandas")
        if pandas is None or not isinstance(answer, pandas.DataFrame):
            return None
        if answer.columns.nlevels > 1 or len(answer.columns) < 2:
            return None
        try:
            return cls([name_of(label) for label in answer.columns.tolist()], answer.to_numpy(dtype=float))
        except (TypeError, ValueError):
            return None

    def items(self) -> list[dict[str, Any]]:
        """Return an object for each row, as a model would answer it."""
        if len(set(self.labels)) != len(self.labels):
            return [{"error": "The answer has scores for one label twice."}] * len(self.scores)
        rows: list[dict[str, Any]] = [
            {"scores": dict(zip(self.labels, row, strict=True))} for row in self.scores.tolist()
        ]
        if self.said is None:
            return rows
        return [{"label": label, **row} for label, row in zip(self.said, rows, strict=True)]

    def outputs(self, labels: Sequence[str]) -> list[Output] | None:
        """Return what `Output.from_json` makes of each row; None where any of them has to be looked at by itself."""
        known = Labels.of(labels)
        names = self.labels
        if not names or len(set(names)) != len(names) or not all(is_label(name, known) for name in names):
            return None
        if not np.isfinite(self.scores).all():
            return None
        said = self.said
        if said is None:
            # The first of equals: in project order, without one as they come.
            ordered = sorted(names, key=known.index) if known else names
            places = [names.index(name) for name in ordered]
            said = [ordered[place] for place in self.scores[:, places].argmax(axis=1).tolist()]
        elif not all(is_label(label, known) for label in set(said)):
            return None
        return [
            Output(label, dict(zip(names, row, strict=True)))
            for label, row in zip(said, self.scores.tolist(), strict=True)
        ]
