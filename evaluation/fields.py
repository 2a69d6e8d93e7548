"""Reads the fields of a JSON object one by one and collects what is wrong with each."""

import math
from collections.abc import Iterable, Mapping, Sequence

from evaluation.strings import string_fault

REQUIRED = "This field is required."
NOT_A_NUMBER = "Must be a finite number."


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


def unknown_label(label: str, labels: Iterable[str]) -> str:
    return f"“{label}” is not a label of this project; the labels are {', '.join(labels)}."


class FieldReader:
    """Typed access to the fields of one object.

    A bad field is noted in `errors` and read as a stand-in of the right type, so that one pass finds every
    fault; nothing that was read may be used before `errors` is known to be empty.
    """

    def __init__(self, fields: Mapping[str, object], *, allowed: Sequence[str]) -> None:
        self.fields = fields
        self.errors: dict[str, list[str]] = {}
        for name in fields:
            if name not in allowed:
                known = f"the fields are {', '.join(allowed)}" if allowed else "there are none"
                self.fail(str(name), f"Unknown field; {known}.")

    def fail(self, name: str, text: str) -> None:
        self.errors.setdefault(name, []).append(text)

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
            self.fail(name, f"Must be at least {least:g}.")
        return number

    def optional_number(self, name: str, *, least: float = -math.inf) -> float | None:
        return self.number(name, least=least) if name in self.fields else None

    def integer(self, name: str, *, least: int, most: int) -> int:
        value = self.fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.fail(name, f"Must be a whole number from {least} to {most}.")
            return least
        return value

    def string(self, name: str, *, longest: int) -> str:
        """A string that is not empty and not longer than `longest` characters."""
        if name not in self.fields:
            self.fail(name, REQUIRED)
            return ""
        value = self.fields[name]
        if not isinstance(value, str):
            self.fail(name, "Must be a string.")
            return ""
        fault = string_fault(value)
        if fault is not None:
            self.fail(name, f"{fault}.")
        elif not value:
            self.fail(name, "Must not be empty.")
        elif len(value) > longest:
            self.fail(name, f"Must be at most {longest} characters.")
        return value

    def boolean(self, name: str, *, default: bool) -> bool:
        value = self.fields.get(name, default)
        if not isinstance(value, bool):
            self.fail(name, "Must be true or false.")
            return default
        return value

    def choice(self, name: str, choices: Sequence[str]) -> str:
        if name not in self.fields:
            self.fail(name, REQUIRED)
            return choices[0]
        value = self.fields[name]
        if not isinstance(value, str) or value not in choices:
            self.fail(name, f"Must be one of {', '.join(choices)}.")
            return choices[0]
        return value
