"""Reads the fields of a JSON object one by one and collects what is wrong with each."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from evaluation.messages import message as _
from evaluation.strings import string_fault

REQUIRED = _("This field is required.")
NOT_A_NUMBER = _("Must be a finite number.")

# What is told of a fault must not grow with what was sent: a file may have a fault in every line.
MOST_NAMED = 10  # labels in one text
MOST_FAULTS = 10  # texts of one field, and unknown fields
LONGEST_QUOTE = 100  # characters


class InvalidFields(ValueError):
    """`errors` names each bad field with what is wrong with it, in plain words."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(errors)
        self.errors = errors

    def __str__(self) -> str:
        return "; ".join(f"{field}: {' '.join(texts)}" for field, texts in self.errors.items())


def finite_number(value: object) -> float | None:
    """The number as a float; None if it is no number (a boolean is none), NaN, or too large for a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def shortened(text: str) -> str:
    """A text that somebody sent, to be told back: cut, without what no database or terminal takes."""
    cut = text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"
    return "".join(character if character.isprintable() else "�" for character in cut)


def unknown_label(label: str, labels: Sequence[str]) -> str:
    """That it is not a label of the project, with the first of those that are."""
    named = ", ".join(shortened(name) for name in islice(labels, MOST_NAMED))
    more = len(labels) - MOST_NAMED
    known = _("%(named)s and %(more)s more", named=named, more=f"{more:,}") if more > 0 else named
    return _(
        "“%(label)s” is not a label of this project; the labels are %(known)s.",
        label=shortened(label),
        known=known,
    )


def note_fault(errors: dict[str, list[str]], name: str, text: str) -> None:
    """Note what is wrong with a field; after MOST_FAULTS of them only that there are more."""
    texts = errors.setdefault(name, [])
    if len(texts) < MOST_FAULTS:
        texts.append(text)
    elif len(texts) == MOST_FAULTS:
        texts.append(_("There are more faults here."))


def note_unknown(errors: dict[str, list[str]], fields: Iterable[object], allowed: Sequence[str]) -> None:
    """Note the fields that are none of the allowed ones; after MOST_FAULTS only how many more there are."""
    unknown = [str(name) for name in fields if name not in allowed]
    if allowed:
        text = _("Unknown field; the fields are %(known)s.", known=", ".join(allowed))
    else:
        text = _("Unknown field; there are none.")
    for name in unknown[:MOST_FAULTS]:
        note_fault(errors, shortened(name), text)
    if len(unknown) > MOST_FAULTS:
        last = shortened(unknown[MOST_FAULTS - 1])
        note_fault(
            errors, last, _("%(more)s more fields are unknown.", more=f"{len(unknown) - MOST_FAULTS:,}")
        )


class FieldReader:
    """Typed access to the fields of one object.

    A bad field is noted in `errors` and read as a stand-in of the right type, so that one pass finds every
    fault; nothing that was read may be used before `errors` is known to be empty.
    """

    def __init__(self, fields: Mapping[str, object], *, allowed: Sequence[str]) -> None:
        self.fields = fields
        self.errors: dict[str, list[str]] = {}
        note_unknown(self.errors, fields, allowed)

    def fail(self, name: str, text: str) -> None:
        note_fault(self.errors, name, text)

    def has(self, name: str) -> bool:
        return name in self.fields

    def number(self, name: str, *, least: float = -math.inf) -> float:
        """A finite number of at least `least`."""
        if name not in self.fields:
            self.fail(name, REQUIRED)
            return 0.0
        number = finite_number(self.fields[name])
        if number is None:
            self.fail(name, NOT_A_NUMBER)
            return 0.0
        if number < least:
            self.fail(name, _("Must be at least %(least)s.", least=f"{least:g}"))
        return number

    def optional_number(self, name: str, *, least: float = -math.inf) -> float | None:
        return self.number(name, least=least) if name in self.fields else None

    def integer(self, name: str, *, least: int, most: int) -> int:
        value = self.fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.fail(name, _("Must be a whole number from %(least)s to %(most)s.", least=least, most=most))
            return least
        return value

    def string(self, name: str, *, longest: int) -> str:
        """A string that is not empty and not longer than `longest` characters."""
        if name not in self.fields:
            self.fail(name, REQUIRED)
            return ""
        value = self.fields[name]
        if not isinstance(value, str):
            self.fail(name, _("Must be a string."))
            return ""
        fault = string_fault(value)
        if fault is not None:
            self.fail(name, fault)
        elif not value:
            self.fail(name, _("Must not be empty."))
        elif len(value) > longest:
            self.fail(name, _("Must be at most %(longest)s characters.", longest=longest))
        return value

    def boolean(self, name: str, *, default: bool) -> bool:
        value = self.fields.get(name, default)
        if not isinstance(value, bool):
            self.fail(name, _("Must be true or false."))
            return default
        return value

    def choice(self, name: str, choices: Sequence[str]) -> str:
        if name not in self.fields:
            self.fail(name, REQUIRED)
            return choices[0]
        value = self.fields[name]
        if not isinstance(value, str) or value not in choices:
            self.fail(name, _("Must be one of %(choices)s.", choices=", ".join(choices)))
            return choices[0]
        return value
