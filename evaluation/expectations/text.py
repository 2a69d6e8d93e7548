"""Expectations about the output's text."""

from dataclasses import dataclass
from typing import Self

from evaluation.expectations.base import FAIL, PASS, Expectation, ExpectationReader
from evaluation.expectations.regex import (
    LONGEST_PATTERN,
    InvalidPattern,
    TooMuchWork,
    compile_pattern,
    found,
)
from evaluation.types import Output

LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Contains(Expectation):
    """The output's text contains this one."""

    type = "contains"
    text: str
    ignore_case: bool = False

    @classmethod
    def read(cls, reader: ExpectationReader) -> Self:
        return cls(reader.string("text", longest=LONGEST_TEXT), reader.boolean("ignore_case", default=False))

    def check(self, output: Output | None, base: Output | None = None) -> float | None:
        if output is None or output.text is None:
            return None
        return PASS if _contains(output.text, self.text, self.ignore_case) else FAIL


@dataclass(frozen=True, slots=True)
class NotContains(Expectation):
    """The output's text does not contain this one."""

    type = "not_contains"
    text: str
    ignore_case: bool = False

    @classmethod
    def read(cls, reader: ExpectationReader) -> Self:
        return cls(reader.string("text", longest=LONGEST_TEXT), reader.boolean("ignore_case", default=False))

    def check(self, output: Output | None, base: Output | None = None) -> float | None:
        if output is None or output.text is None:
            return None
        return FAIL if _contains(output.text, self.text, self.ignore_case) else PASS


@dataclass(frozen=True, slots=True)
class Matches(Expectation):
    """The regular expression (RE2 syntax) is found in the output's text."""

    type = "matches"
    pattern: str

    @classmethod
    def read(cls, reader: ExpectationReader) -> Self:
        pattern = reader.string("pattern", longest=LONGEST_PATTERN)
        if "pattern" not in reader.errors:
            try:
                compile_pattern(pattern)
            except InvalidPattern as error:
                reader.fail("pattern", str(error))
        return cls(pattern)

    def check(self, output: Output | None, base: Output | None = None) -> float | None:
        if output is None or output.text is None:
            return None
        try:
            return PASS if found(self.pattern, output.text) else FAIL
        except TooMuchWork:
            return None


def _contains(text: str, part: str, ignore_case: bool) -> bool:
    return part.casefold() in text.casefold() if ignore_case else part in text
