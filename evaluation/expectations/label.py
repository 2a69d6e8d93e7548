"""Expectations about the label."""

from dataclasses import dataclass
from typing import Self

from evaluation.expectations.base import FAIL, LONGEST_LABEL, PASS, Expectation, ExpectationReader
from evaluation.fields import REQUIRED, unknown_label
from evaluation.messages import message as _
from evaluation.strings import string_fault
from evaluation.types import Labels, Output


@dataclass(frozen=True, slots=True)
class Equals(Expectation):
    """The output's label is this one."""

    type = "equals"
    reads_label_only = True
    label: str

    @classmethod
    def read(cls, reader: ExpectationReader) -> Self:
        return cls(reader.label())

    def check(self, output: Output | None, base: Output | None = None) -> float | None:
        if output is None or output.label is None:
            return None
        return PASS if output.label == self.label else FAIL


@dataclass(frozen=True, slots=True)
class NotEquals(Expectation):
    """The output's label is not this one."""

    type = "not_equals"
    reads_label_only = True
    label: str

    @classmethod
    def read(cls, reader: ExpectationReader) -> Self:
        return cls(reader.label())

    def check(self, output: Output | None, base: Output | None = None) -> float | None:
        if output is None or output.label is None:
            return None
        return FAIL if output.label == self.label else PASS


@dataclass(frozen=True, slots=True)
class OneOf(Expectation):
    """The output's label is among these, which are a set: kept sorted, each once."""

    type = "one_of"
    reads_label_only = True
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", tuple(sorted(set(self.labels))))

    @classmethod
    def read(cls, reader: ExpectationReader) -> Self:
        labels = reader.fields.get("labels")
        if "labels" not in reader.fields:
            reader.fail("labels", REQUIRED)
        elif not isinstance(labels, list) or not labels:
            reader.fail("labels", _("Must be a list with at least one label."))
        else:
            known = Labels.of(reader.labels)
            for label in labels:
                fault = _label_fault(label, known)
                if fault is not None:
                    reader.fail("labels", fault)
            if not reader.errors and len(set(labels)) < len(labels):
                reader.fail("labels", _("Names a label twice."))
            if not reader.errors:
                return cls(tuple(labels))
        return cls(())

    def check(self, output: Output | None, base: Output | None = None) -> float | None:
        if output is None or output.label is None:
            return None
        return PASS if output.label in self.labels else FAIL


def _label_fault(label: object, known: Labels) -> str | None:
    if not isinstance(label, str) or not 0 < len(label) <= LONGEST_LABEL:
        return _("Each label must be a string of 1 to %(longest)s characters.", longest=LONGEST_LABEL)
    if known:
        return None if label in known else unknown_label(label, known)
    return string_fault(label)
