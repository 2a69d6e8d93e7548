"""Expectations about an output beside that of a base example."""

from dataclasses import dataclass
from typing import Self

from evaluation.expectations.base import FAIL, PASS, Expectation, ExpectationReader
from evaluation.types import Output

INCREASE = "increase"
DECREASE = "decrease"

# 0.8 - 0.7 is 0.10000000000000009: a tolerance of 0.1 must mean what it says. 0 stays exact.
ROUNDING = 1 + 1e-9


@dataclass(frozen=True, slots=True)
class Invariant(Expectation):
    """The output is the same as for the base.

    The same label; or, where both have scores, the score of the base's label moved by at most `tolerance`.
    Without labels: values within `tolerance`, or equal text.
    """

    type = "invariant"
    needs_base = True
    tolerance: float = 0.0

    @classmethod
    def read(cls, reader: ExpectationReader) -> Self:
        return cls(reader.optional_number("tolerance", least=0) or 0.0)

    def check(self, output: Output | None, base: Output | None = None) -> float | None:
        if output is None or base is None:
            return None
        if output.label is not None and base.label is not None:
            return PASS if output.label == base.label else self._check_score(output, base, base.label)
        if output.label is not None or base.label is not None:
            return None
        if output.value is not None and base.value is not None:
            return self._check_move(output.value, base.value)
        if output.text is not None and base.text is not None:
            return PASS if output.text == base.text else FAIL
        return None

    def _check_score(self, output: Output, base: Output, label: str) -> float | None:
        """The labels differ: what the base's label scores decides, where that is known on both sides."""
        if output.scores is None and base.scores is None:
            return FAIL
        if output.scores is None or base.scores is None:
            return None
        score, base_score = output.scores.get(label), base.scores.get(label)
        if score is None or base_score is None:
            return None
        return self._check_move(score, base_score)

    def _check_move(self, number: float, base_number: float) -> float:
        return PASS if abs(number - base_number) <= self.tolerance * ROUNDING else FAIL


@dataclass(frozen=True, slots=True)
class Directional(Expectation):
    """The label's score moves that way from the base's, or against it by at most `tolerance`."""

    type = "directional"
    needs_base = True
    label: str
    direction: str
    tolerance: float = 0.0

    @classmethod
    def read(cls, reader: ExpectationReader) -> Self:
        return cls(
            reader.label(),
            reader.choice("direction", (INCREASE, DECREASE)),
            reader.optional_number("tolerance", least=0) or 0.0,
        )

    def check(self, output: Output | None, base: Output | None = None) -> float | None:
        if output is None or base is None or output.scores is None or base.scores is None:
            return None
        score, base_score = output.scores.get(self.label), base.scores.get(self.label)
        if score is None or base_score is None:
            return None
        against = base_score - score if self.direction == INCREASE else score - base_score
        return PASS if against <= self.tolerance * ROUNDING else FAIL
