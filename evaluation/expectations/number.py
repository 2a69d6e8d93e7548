"""Expectations about numbers: a label's score, a predicted value."""

import math
import sys
from dataclasses import dataclass
from typing import Self

from evaluation.expectations.base import FAIL, PASS, Expectation, ExpectationReader
from evaluation.messages import message as _
from evaluation.types import Output


@dataclass(frozen=True, slots=True)
class Score(Expectation):
    """The label's score lies from `min` to `max`, both included; one of them may be open."""

    type = "score"
    label: str
    min: float | None = None
    max: float | None = None

    @classmethod
    def read(cls, reader: ExpectationReader) -> Self:
        expectation = cls(reader.label(), reader.optional_number("min"), reader.optional_number("max"))
        low, high = expectation.min, expectation.max
        if low is None and high is None:
            reader.fail("min", _("Needs min, max or both."))
        elif low is not None and high is not None and not reader.errors and low > high:
            reader.fail("min", _("Must not be above max."))
        return expectation

    def check(self, output: Output | None, base: Output | None = None) -> float | None:
        if output is None or output.scores is None:
            return None
        score = output.scores.get(self.label)
        if score is None:
            return None
        if self.min is not None and score < self.min:
            return FAIL
        return FAIL if self.max is not None and score > self.max else PASS


@dataclass(frozen=True, slots=True)
class CloseTo(Expectation):
    """The output's value is close to this one, in the sense of `math.isclose`."""

    type = "close_to"
    value: float
    abs_tol: float | None = None
    rel_tol: float | None = None
    scale: float | None = None

    @classmethod
    def read(cls, reader: ExpectationReader) -> Self:
        expectation = cls(
            reader.number("value"),
            reader.optional_number("abs_tol", least=0),
            reader.optional_number("rel_tol", least=0),
            reader.optional_number("scale", least=0),
        )
        if not reader.has("abs_tol") and not reader.has("rel_tol"):
            reader.fail("abs_tol", _("Needs abs_tol, rel_tol or both."))
        if expectation.scale == 0 and "scale" not in reader.errors:
            reader.fail("scale", _("Must be above 0."))
        return expectation

    def check(self, output: Output | None, base: Output | None = None) -> float | None:
        if output is None or output.value is None:
            return None
        value = output.value
        if math.isclose(value, self.value, rel_tol=self.rel_tol or 0.0, abs_tol=self.abs_tol or 0.0):
            return PASS
        if self.scale is None:
            return FAIL
        # A failure stays one, however large the scale: the quotient may underflow to 0.
        return max(min(1.0, abs(value - self.value) / self.scale), sys.float_info.min)
