"""What every expectation has in common."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import fields
from typing import ClassVar, Self

from evaluation.canonical import canonical_json
from evaluation.fields import FieldReader, InvalidFields, unknown_label
from evaluation.types import JSON, Output

PASS = 0.0
FAIL = 1.0
LONGEST_LABEL = 1_000


class InvalidExpectation(InvalidFields):
    """Not an expectation of this project."""


class ExpectationReader(FieldReader):
    """Reads an expectation's fields; knows the project's labels (none: any label)."""

    def __init__(self, fields: dict[str, object], *, allowed: Sequence[str], labels: Sequence[str]) -> None:
        super().__init__(fields, allowed=allowed)
        self.labels = labels

    def label(self, name: str = "label") -> str:
        label = self.string(name, longest=LONGEST_LABEL)
        if self.labels and name not in self.errors and label not in self.labels:
            self.fail(name, unknown_label(label, self.labels))
        return label


class Expectation(ABC):
    """What an output must satisfy. Its fields are immutable; equal fields make equal expectations."""

    __slots__ = ()

    type: ClassVar[str]
    needs_base: ClassVar[bool] = False
    reads_label_only: ClassVar[bool] = False
    """Whether the output's label decides alone, so that what was found for one output holds for all with its label."""

    @classmethod
    @abstractmethod
    def read(cls, reader: ExpectationReader) -> Self:
        """Built from fields that may be faulty: of no use if the reader has errors."""

    @abstractmethod
    def check(self, output: Output | None, base: Output | None = None) -> float | None:
        """0.0 if it passes, else the error, above 0 and at most 1; None if it cannot be scored.

        A missing output or base, or one that lacks the field that is read, is unscored, never failed.
        """

    @classmethod
    def field_names(cls) -> list[str]:
        return [field.name for field in fields(cls)]  # type: ignore[arg-type]  # every one is a dataclass

    def to_json(self) -> dict[str, JSON]:
        """All fields with their defaults, so that what means the same has the same canonical form."""
        written: dict[str, JSON] = {"type": self.type}
        for name in self.field_names():
            value = getattr(self, name)
            if value is not None:
                written[name] = list(value) if isinstance(value, tuple) else value
        return written

    @property
    def canonical(self) -> str:
        """The canonical JSON: what patterns are compared by."""
        return canonical_json(self.to_json())
