"""What a model says, how it is judged: the terms that the whole engine shares."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from evaluation.fields import (
    NOT_A_NUMBER,
    FieldReader,
    InvalidFields,
    finite_number,
    note_fault,
    note_unknown,
    shortened,
    unknown_label,
)
from evaluation.labels import Labels
from evaluation.messages import message as _
from evaluation.strings import string_fault

__all__ = [
    "JSON",
    "OUTPUT_FIELDS",
    "RULES",
    "Criterion",
    "InvalidCriterion",
    "InvalidOutput",
    "Labels",
    "Output",
    "Verdict",
]

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"

OUTPUT_FIELDS = ("label", "scores", "value", "text")
RULES = ("bound", "every_case")


class Verdict(StrEnum):
    """What the judged cases say about one model on one problem; None means not evaluated."""

    FIXED = "fixed"
    FAILING = "failing"
    INCONCLUSIVE = "inconclusive"
    UNSCORED = "unscored"


class InvalidOutput(InvalidFields):
    """Not something that a model of this project can say."""


class InvalidCriterion(InvalidFields):
    """Not a fix criterion."""


class Output(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What a model said for one example. At least one field is there; an error is not an output.

    Made by the hundred thousand, hence no dataclass: a Struct is made in a tenth of the time.
    """

    label: str | None = None
    scores: Mapping[str, float] | None = None
    value: float | None = None
    text: str | None = None

    @classmethod
    def from_json(cls, data: object, labels: Sequence[str] = ()) -> "Output":
        """Reads an output; a bare string is a label, a null field is one that is not there.

        `labels` are the project's, in its order; none given: any label. Given scores only, the label is the
        arg max, the first in project order on ties (without project labels: the first in the mapping).
        Raises InvalidOutput, which names every bad field.
        """
        if isinstance(data, str):
            data = {"label": data}
        if not isinstance(data, dict):
            raise InvalidOutput({"output": [_("Must be a label or an object.")]})
        fields = {name: value for name, value in data.items() if value is not None}
        if isinstance(fields.get("scores"), dict):
            labels = Labels.of(labels)  # one label is looked for faster without
        errors: dict[str, list[str]] = {}
        label = _read_label(fields.get("label"), labels, errors)
        scores = _read_scores(fields.get("scores"), labels, errors)
        value = _read_value(fields.get("value"), errors)
        text = _read_text(fields.get("text"), errors)
        note_unknown(errors, data, OUTPUT_FIELDS)
        if not errors and not fields:
            errors["output"] = [_("Must have at least one of %(fields)s.", fields=", ".join(OUTPUT_FIELDS))]
        if errors:
            raise InvalidOutput(errors)
        if label is None and scores is not None:
            label = _arg_max(scores, Labels.of(labels))
        return cls(label, scores, value, text)

    def to_json(self) -> dict[str, JSON]:
        """The fields that are there, in a form that `from_json` reads back as an equal output."""
        fields: dict[str, JSON] = {}
        if self.label is not None:
            fields["label"] = self.label
        if self.scores is not None:
            fields["scores"] = dict(self.scores)
        if self.value is not None:
            fields["value"] = self.value
        if self.text is not None:
            fields["text"] = self.text
        return fields


def _label_fault(label: str, labels: Sequence[str]) -> str | None:
    if labels:
        return None if label in labels else unknown_label(label, labels)
    if not label:
        return _("A label must not be empty.")
    return string_fault(label)


def _read_label(data: object, labels: Sequence[str], errors: dict[str, list[str]]) -> str | None:
    if data is None:
        return None
    fault = _label_fault(data, labels) if isinstance(data, str) else _("Must be a string.")
    if fault is not None:
        errors["label"] = [fault]
        return None
    return str(data)


def _read_scores(
    data: object, labels: Sequence[str], errors: dict[str, list[str]]
) -> Mapping[str, float] | None:
    if data is None:
        return None
    if not isinstance(data, dict) or not data:
        errors["scores"] = [_("Must be an object with at least one label and its score.")]
        return None
    scores: dict[str, float] = {}
    for label, score in data.items():
        number = finite_number(score)
        fault = _label_fault(label, labels) if isinstance(label, str) else _("A label must be a string.")
        if fault is not None:
            note_fault(errors, "scores", fault)
        elif number is None:
            note_fault(
                errors,
                "scores",
                _("The score of “%(label)s” must be a finite number.", label=shortened(label)),
            )
        else:
            scores[label] = number
    return None if "scores" in errors else scores


def _read_value(data: object, errors: dict[str, list[str]]) -> float | None:
    number = finite_number(data)
    if data is not None and number is None:
        errors["value"] = [NOT_A_NUMBER]
    return number


def _read_text(data: object, errors: dict[str, list[str]]) -> str | None:
    if data is None:
        return None
    fault = string_fault(data) if isinstance(data, str) else _("Must be a string.")
    if fault is not None:
        errors["text"] = [fault]
        return None
    return str(data)


def _arg_max(scores: Mapping[str, float], labels: Labels) -> str:
    if not labels:
        return max(scores, key=scores.__getitem__)  # max keeps the first of equals
    return min(scores, key=lambda label: (-scores[label], labels.index(label)))


@dataclass(frozen=True, slots=True)
class Criterion:
    """When a bug counts as fixed; DESIGN section 5."""

    rule: str = "bound"
    max_error: float = 0.10
    confidence: float = 0.90
    min_cases: int = 5

    @classmethod
    def from_json(cls, data: object) -> "Criterion":
        """Reads a criterion; a field that is left out has its default. Raises InvalidCriterion."""
        if not isinstance(data, dict):
            raise InvalidCriterion({"fix_criterion": [_("Must be an object.")]})
        default = cls()
        reader = FieldReader({**asdict(default), **data}, allowed=list(asdict(default)))
        criterion = cls(
            rule=reader.choice("rule", RULES),
            max_error=reader.number("max_error"),
            confidence=reader.number("confidence"),
            min_cases=reader.integer("min_cases", least=1, most=1_000_000),
        )
        # At 0 no number of passing cases would be enough, at 1 none would be needed.
        if "max_error" not in reader.errors and not 0 < criterion.max_error < 1:
            reader.fail("max_error", _("Must be above 0 and below 1."))
        # Below one half the lower bound would lie above the upper one.
        if "confidence" not in reader.errors and not 0.5 <= criterion.confidence < 1:
            reader.fail("confidence", _("Must be at least 0.5 and below 1."))
        if reader.errors:
            raise InvalidCriterion(reader.errors)
        return criterion

    def to_json(self) -> dict[str, JSON]:
        return asdict(self)
