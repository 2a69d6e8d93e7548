"""Where the way from an input to an output ends."""

from __future__ import annotations

from typing import Any

NOTHING: Any = object()

ANSWER_TOO_DEEP = "The answer is nested too deeply."
INPUT_TOO_DEEP = "The input is nested too deeply to be sent."


class Unsendable(Exception):
    """An input that cannot be put into the request, in plain words."""


class Unreadable(Exception):
    """An answer, or a part of it, that cannot be read. `near` is the part, to be shown beside `why`."""

    def __init__(self, why: str, near: object = NOTHING) -> None:
        super().__init__(why)
        self.why = why
        self.near = near
