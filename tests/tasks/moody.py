"""A model for the `python` adapter that says the last thing it was told to."""

from collections.abc import Sequence

said: list[str] = []


def answers(inputs: Sequence[object]) -> list[str]:
    return [said[-1] if said else "positive" for _text in inputs]
