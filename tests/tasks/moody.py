"""A model for the `python` adapter that says the last thing it was told to, or nothing once it is broken."""

from collections.abc import Sequence

said: list[str] = []
broken: list[bool] = []
UNREADABLE = "unreadable"


def answers(inputs: Sequence[object]) -> list[str]:
    if broken or UNREADABLE in inputs:
        raise ValueError("cannot read this")
    return [said[-1] if said else "positive" for _text in inputs]
