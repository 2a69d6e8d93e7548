"""Paths into JSON: names joined by dots and places in brackets, such as `outputs[0].data` or `["a.b"][-1]`.

`[*]` stands for the place of the input in a list with one entry for each.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from evaluation.adapters.mapping.faults import Unreadable
from evaluation.messages import message as _

LONGEST_PATH = 300  # characters

_STEP = re.compile(
    r"""
    (?P<dot>\.)? (?P<name>[^.\[\]{}"\s](?:[^.\[\]{}"]*[^.\[\]{}"\s])?)
    | \[ (?P<place>-?[0-9]{1,9}) \]
    | \[ (?P<each>\*) \]
    | \[ (?P<quoted>"(?:[^"\\]|\\.)*") \]
    """,
    re.VERBOSE,
)


class _Each:
    """The step `[*]`."""


EACH = _Each()
Step = str | int | _Each


@dataclass(frozen=True)
class Path:
    """A way into a JSON value. The empty one leads to the value itself."""

    text: str
    steps: tuple[Step, ...]

    @classmethod
    def parse(cls, text: str) -> Path:
        """Read a path. Raises ValueError in plain words."""
        if len(text) > LONGEST_PATH:
            raise ValueError(_("A path must be at most %(longest)s characters.", longest=LONGEST_PATH))
        steps: list[Step] = []
        at = 0
        while at < len(text):
            found = _STEP.match(text, at)
            # A name needs a dot before it unless it is the first, and must have none then.
            if found is None or (found["name"] is not None and (found["dot"] is None) != (at == 0)):
                raise ValueError(
                    _('Must be a path such as outputs[0].data; a name with signs is written ["a.b"].')
                )
            steps.append(_step(found))
            at = found.end()
        return cls(text, tuple(steps))

    @property
    def has_each(self) -> bool:
        """Whether the path goes through a list with one entry for each input."""
        return EACH in self.steps

    def get(self, value: object, place: int = 0) -> object:
        """What is at the path within `value`, for the input at `place`. Raises Unreadable."""
        for step in self.steps:
            key = place if isinstance(step, _Each) else step
            try:
                if isinstance(key, str) != isinstance(value, dict) or not isinstance(value, dict | list):
                    raise KeyError(key)
                value = value[key]  # type: ignore[index]
            except (KeyError, IndexError):
                raise Unreadable(self._missing(step, value), value) from None
        return value

    def up_to_each(self) -> Path:
        """The path to the list that `[*]` goes through."""
        return Path(self.text.partition("[*]")[0], self.steps[: self.steps.index(EACH)])

    def _missing(self, step: Step, value: object) -> str:
        if isinstance(step, str):
            what = f"“{step}”"
        elif isinstance(step, int):
            what = f"place {step}"
        else:
            what = "an entry for each input"
        if isinstance(value, dict):
            names = ", ".join(list(map(str, value))[:10]) or "nothing"
            there = f"there is an object with {names}"
        elif isinstance(value, list):
            there = f"there is a list of {len(value)}"
        else:
            there = "there is no list or object"
        return f"The path {self.text} needs {what}, where {there}."


def _step(found: re.Match[str]) -> Step:
    if found["each"]:
        return EACH
    if found["place"]:
        return int(found["place"])
    if found["quoted"]:
        try:
            return str(json.loads(found["quoted"]))
        except ValueError:
            raise ValueError(_("A name in quotes is not written as JSON text.")) from None
    return found["name"]
