"""An output as people send it: one line of a file, one object of the API (CONTRACT: files)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from django.utils.translation import gettext as _

from evaluation.canonical import InvalidJSON
from evaluation.drift import same_answer
from evaluation.types import InvalidOutput, Output
from tracker.candidates.models import read_answer
from tracker.projects.errors import Invalid
from tracker.projects.examples import CanonicalInput, canonical_input

MAX_ERROR = 2_000


_SORTED = msgspec.json.Encoder(order="sorted")


class Said(NamedTuple):
    """What a model said for an input, in the columns it is stored in; `error` where it did not answer."""

    label: str | None = None
    scores: str | None = None
    value: float | None = None
    text: str | None = None
    error: str | None = None

    @classmethod
    def answer(cls, output: Output) -> Said:
        # Sorted, so that equal scores are equal texts; the arg max was taken before.
        scores = output.scores
        if scores is None:
            return cls(output.label, None, output.value, output.text)
        plain = scores if isinstance(scores, dict) else dict(scores)
        return cls(output.label, _SORTED.encode(plain).decode(), output.value, output.text)

    @property
    def output(self) -> Output | None:
        """What was said as the engine reads it; None where an error came instead."""
        return None if self.error is not None else read_answer(self.label, self.scores, self.value, self.text)

    def is_near(self, other: Said) -> bool:
        """Whether both are answers, and the same but for rounding."""
        one, another = self.output, other.output
        return one is not None and another is not None and same_answer(one, another)

    @classmethod
    def failure(cls, message: str) -> Said:
        return cls(error=message.replace("\0", "")[:MAX_ERROR] or "error")

    def says_the_same(self, other: Said) -> bool:
        """Whether both say the same; scores that an earlier version stored may be written in another way."""
        if self == other or self.scores == other.scores or self.scores is None or other.scores is None:
            return self == other
        return self._replace(scores=None) == other._replace(scores=None) and msgspec.json.decode(
            self.scores
        ) == msgspec.json.decode(other.scores)


@dataclass(frozen=True, slots=True)
class OutputLine:
    line: int
    input: CanonicalInput
    said: Said


def read_output(line: int, item: object, labels: Sequence[str]) -> OutputLine:
    """Return the checked line; raises Invalid."""
    if isinstance(item, Invalid):
        raise item
    if not isinstance(item, dict):
        raise Invalid({"body": [_("Give an object.")]})
    if "input" not in item:
        raise Invalid({"input": [_("This field is required.")]})
    fields = {name: value for name, value in item.items() if name != "input"}
    try:
        sent = canonical_input(item["input"])
    except InvalidJSON as error:
        raise Invalid({"input": [str(error)]}) from error
    return OutputLine(line, sent, _read_said(fields, labels))


def _read_said(fields: dict[str, object], labels: Sequence[str]) -> Said:
    failure = fields.pop("error", None)
    if failure is not None:
        if any(value is not None for value in fields.values()):
            raise Invalid({"error": [_("An error is not an output; give the one or the other.")]})
        if not isinstance(failure, str) or not failure.strip():
            raise Invalid({"error": [_("Give the error as a text.")]})
        return Said.failure(failure)
    try:
        return Said.answer(Output.from_json(fields, labels))
    except InvalidOutput as error:
        raise Invalid(error.errors) from error


SAID = ("label", "scores", "value", "text", "error")
"""The columns of what was said, or of the error that came instead."""


def said_fields(values: Sequence[Any]) -> dict[str, Any]:
    """Return those of the columns `SAID` that are there."""
    fields = {name: value for name, value in zip(SAID, values, strict=True) if value is not None}
    if "scores" in fields:
        fields["scores"] = msgspec.Raw(fields["scores"].encode())
    return fields
