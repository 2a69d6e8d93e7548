"""Labels in what a model wrote."""

from __future__ import annotations

import pytest

from evaluation.adapters.label_extraction import LabelExtraction
from evaluation.labels import Labels

LABELS = Labels.of(["positive", "Very positive", "c++", "?"])


@pytest.mark.parametrize(
    ("how", "text", "label"),
    [
        ("none", "positive", None),
        ("exact", "positive", "positive"),
        ("exact", "**Positive.**\n", "positive"),
        ("exact", "VERY POSITIVE!", "Very positive"),
        ("exact", "?", "?"),
        ("exact", "It is positive.", None),
        ("exact", "", None),
        ("contains", "I would say: positive, all in all.", "positive"),
        ("contains", "Clearly very positive.", "Very positive"),
        ("contains", "Positive? Yes, positive.", "positive"),
        ("contains", "positive or very positive", None),
        ("contains", "It is postpositive.", None),
        ("contains", "Write it in C++ then", "c++"),
        ("contains", "None of them", None),
    ],
)
def test_a_label_is_found_or_none_is(how: str, text: str, label: str | None) -> None:
    assert LabelExtraction(how, None, LABELS).label(text) == label


@pytest.mark.parametrize(
    ("pattern", "text", "label"),
    [
        (r"(?i)answer:\s*(.+)$", "Thinking about it...\nAnswer: Positive.", "positive"),
        (r"positive", "so positive", "positive"),
        (r"answer: (\w+)", "answer: maybe", None),
        (r"answer: (\w+)?", "answer: ", None),
        (r"answer", "nothing here", None),
    ],
)
def test_a_pattern_finds_the_label(pattern: str, text: str, label: str | None) -> None:
    assert LabelExtraction("regex", pattern, LABELS).label(text) == label


def test_too_long_a_text_for_a_pattern_has_no_label() -> None:
    assert LabelExtraction("regex", "(a{0,900})b", LABELS).label("a" * 2_000_000) is None


def test_a_project_without_labels_takes_what_is_written() -> None:
    assert LabelExtraction("exact", None, Labels()).label(' "Paris". ') == "Paris"
    assert LabelExtraction("contains", None, Labels()).label("Paris") is None
