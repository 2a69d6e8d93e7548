"""Expectations and outputs in words."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.expectations.registry import EXPECTATIONS
from tracker.board.expectation_words import WORDS, expectation_words, output_words


def test_every_type_has_its_words() -> None:
    assert set(WORDS) == set(EXPECTATIONS)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"type": "equals", "label": "a"}, "should be “a”"),
        ({"type": "not_equals", "label": "a"}, "should not be “a”"),
        ({"type": "one_of", "labels": ["a"]}, "should be “a”"),
        ({"type": "one_of", "labels": ["a", "b", "c"]}, "should be “a”, “b” or “c”"),
        ({"type": "score", "label": "a", "min": 0.0}, "the score of “a” should be at least 0"),
        ({"type": "score", "label": "a", "max": 0.5}, "the score of “a” should be at most 0.5"),
        ({"type": "score", "label": "a", "min": 0.1, "max": 0.5}, "the score of “a” should be from 0.1 to 0.5"),
        ({"type": "close_to", "value": 3, "abs_tol": 0.5, "rel_tol": 0.1}, "should be 3 (± 0.5 or ± 10 %)"),
        ({"type": "invariant", "tolerance": 0}, "should stay as for the base"),
        ({"type": "invariant", "tolerance": 0.1}, "should stay as for the base (may move by 0.1)"),
        (
            {"type": "directional", "label": "a", "direction": "increase", "tolerance": 0},
            "the score of “a” should rise from the base",
        ),
        (
            {"type": "directional", "label": "a", "direction": "decrease", "tolerance": 0.1},
            "the score of “a” should fall from the base (or miss it by 0.1)",
        ),
        ({"type": "contains", "text": "x"}, "the text should contain “x”"),
        (
            {"type": "not_contains", "text": "x", "ignore_case": True},
            "the text should not contain “x” (in capitals or not)",
        ),
        ({"type": "matches", "pattern": "^a+$"}, "the text should match ^a+$"),
        ({"type": "json_schema", "schema": {}}, "the text should be JSON that fits its schema"),
        ({"type": "of tomorrow"}, "of tomorrow"),
    ],
)  # fmt: skip
def test_expectations_read_as_sentences(fields: dict[str, Any], text: str) -> None:
    assert expectation_words(fields) == text


@pytest.mark.parametrize(
    ("output", "text"),
    [
        (None, ""),
        ({"label": "a", "scores": {"a": 1.0}}, "a"),
        ({"value": 0}, "0"),
        ({"value": 3.14159}, "3.14"),
        ({"text": ""}, ""),
        ({"text": "x" * 300}, "x" * 199 + "…"),
        ({"scores": {"a": 0.25, "b": 0.75}}, "a 0.25, b 0.75"),
    ],
)
def test_outputs_show_the_first_thing_they_say(output: dict[str, Any] | None, text: str) -> None:
    assert output_words(output) == text
