"""Shorthand for the tests of expectations."""

from typing import Any

import pytest

from evaluation.expectations import Expectation, InvalidExpectation, parse_expectation
from evaluation.types import Output

LABELS = ("negative", "neutral", "positive")


def expectation(type_: str, *, project: tuple[str, ...] = LABELS, **fields: Any) -> Expectation:
    return parse_expectation({"type": type_, **fields}, labels=project, has_base=True)


def errors(type_: str, **fields: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidExpectation) as refusal:
        expectation(type_, **fields)
    return refusal.value.errors


def output(data: Any) -> Output | None:
    return None if data is None else Output.from_json(data)
