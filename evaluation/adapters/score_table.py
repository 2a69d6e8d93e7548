"""Answers as a table of scores, one row an input: read in a third of the time that an object for each takes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from evaluation.adapters.class_names import name_of
from evaluation.labels import Labels
from evaluation.plain_outputs import is_label
from evaluation.types import Output


class ScoreTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The scores of inputs (rows) for labels (columns); `said` are the labels, else each is its row's arg max."""

    labels: list[str]
    scores: list[list[float]]
    said: list[str] | None = None

    @classmethod
    def from_message(cls, message: object) -> ScoreTable | None:
        """Return the table that a child process sent; None for another message."""
        try:
            return msgspec.convert(message, cls) if isinstance(message, dict) else None
        except msgspec.ValidationError:
            return None

    @classmethod
    def from_frame(cls, answer: Any) -> ScoreTable | None:
        """Return a pandas data frame of scores as a table; None for anything else."""
        # What is no data frame is none without pandas, which takes a while to import.
        pandas = sys.modules.get("pandas")
        if pandas is None or not isinstance(answer, pandas.DataFrame):
            return None
        try:
            return cls(
                [name_of(label) for label in answer.columns.tolist()], answer.to_numpy(dtype=float).tolist()
            )
        except (TypeError, ValueError):
            return None

    def items(self) -> list[dict[str, Any]]:
        """Return an object for each row, as a model would answer it."""
        rows = [self._item(row) for row in self.scores]
        if self.said is None:
            return rows
        if len(self.said) != len(rows):
            return [{"error": f"The answer has {len(self.said)} labels for {len(rows)} inputs."}] * len(rows)
        return [{"label": label, **row} for label, row in zip(self.said, rows, strict=True)]

    def _item(self, row: list[float]) -> dict[str, Any]:
        if len(row) != len(self.labels):
            return {"error": f"The answer has {len(row)} scores for {len(self.labels)} labels."}
        return {"scores": dict(zip(self.labels, row, strict=True))}

    def outputs(self, labels: Sequence[str]) -> list[Output] | None:
        """Return what `Output.from_json` makes of each row; None where any of them has to be looked at by itself."""
        known = Labels.of(labels)
        names = self.labels
        if len(set(names)) != len(names) or not all(is_label(name, known) for name in names):
            return None
        if not names or not all(len(row) == len(names) for row in self.scores):
            return None
        scores = np.array(self.scores, dtype=float).reshape(len(self.scores), len(names))
        if not np.isfinite(scores).all():
            return None
        said = self.said
        if said is None:
            # The first of equals: in project order, without one as they come.
            order = (
                sorted(range(len(names)), key=lambda place: known.index(names[place]))
                if known
                else range(len(names))
            )
            ordered = [names[place] for place in order]
            said = [ordered[place] for place in scores[:, list(order)].argmax(axis=1).tolist()]
        elif len(said) != len(self.scores) or not all(is_label(label, known) for label in set(said)):
            return None
        return [
            Output(label, dict(zip(names, row, strict=True)))
            for label, row in zip(said, self.scores, strict=True)
        ]
