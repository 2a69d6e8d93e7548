"""Reading what a model answered, the same way for every kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from evaluation.adapters.base import AdapterError, Failure
from evaluation.adapters.score_table import ScoreTable
from evaluation.plain_outputs import plain_outputs
from evaluation.types import InvalidOutput, Output

MAX_MESSAGE = 500  # characters

Asked = TypeVar("Asked")


def failure(message: str) -> Failure:
    """A failure whose text fits on a page and into any database: one line, no NUL, no lone surrogate."""
    readable = "".join(character if character.isprintable() else " " for character in message)
    line = " ".join(readable.split())
    return Failure(line if len(line) <= MAX_MESSAGE else line[: MAX_MESSAGE - 1] + "…")


def read_answer(item: object, labels: Sequence[str]) -> Output | Failure:
    """Read one answer: a label, a number, an output object, or an object with an `error`."""
    if isinstance(item, str):
        item = {"label": item}
    elif isinstance(item, int | float) and not isinstance(item, bool):
        item = {"value": item}
    if not isinstance(item, dict):
        return failure(f"The answer is {_named(item)}; a label, a number or an output object is needed.")
    if item.get("error") is not None:
        return failure(str(item["error"]) or "The model answered with an error without words.")
    try:
        # A server may say `"error": null` beside a good output.
        return Output.from_json({key: value for key, value in item.items() if key != "error"}, labels)
    except InvalidOutput as error:
        return failure(f"The answer is not a valid output: {error}")


def read_answers(answer: object, count: int, labels: Sequence[str]) -> list[Output | Failure]:
    """Read the answer to a batch of `count` inputs; a wrong shape fails every one of them."""
    if isinstance(answer, ScoreTable):
        outputs = answer.outputs(labels) if len(answer.scores) == count else None
        if outputs is not None:
            return list(outputs)
        answer = answer.items()
    if not isinstance(answer, list | tuple):
        return all_failed(count, f"The answer is {_named(answer)}; a list of outputs is needed.")
    if len(answer) != count:
        return all_failed(count, f"The answer has {len(answer)} outputs for {count} inputs.")
    plain = plain_outputs(answer, labels)
    return list(plain) if plain is not None else [read_answer(item, labels) for item in answer]


def all_failed(count: int, message: str) -> list[Output | Failure]:
    """The same failure for each of `count` inputs."""
    return [failure(message)] * count


def one_at_a_time(
    ask: Callable[[Sequence[Asked]], Sequence[Output | Failure]], inputs: Sequence[Asked]
) -> list[Output | Failure]:
    """Ask for each input by itself, so that a bad one fails alone. `ask` answers a single bad one.

    An AdapterError on the way tells what was said before it.
    """
    said: list[Output | Failure] = []
    for single in inputs:
        try:
            said += ask([single])
        except AdapterError as error:
            error.said = said
            raise
    return said


def _named(value: object) -> str:
    kinds = {type(None): "null", bool: "true or false", list: "a list", dict: "an object", str: "a text"}
    return kinds.get(type(value), f"a {type(value).__name__}")
