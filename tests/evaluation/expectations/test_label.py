from typing import Any

import pytest

from evaluation.expectations import InvalidExpectation, parse_expectation
from evaluation.expectations.label import OneOf
from tests.evaluation.expectations.reading import errors, expectation, output


@pytest.mark.parametrize(
    ("said", "equals", "not_equals", "one_of"),
    [
        ("neutral", 0.0, 1.0, 0.0),
        ("negative", 1.0, 0.0, 0.0),
        ("positive", 1.0, 0.0, 1.0),
        ({"scores": {"neutral": 0.6, "positive": 0.4}}, 0.0, 1.0, 0.0),
        ({"value": 3}, None, None, None),
        ({"text": "neutral"}, None, None, None),
        (None, None, None, None),
    ],
    ids=repr,
)
def test_label_types(said: Any, equals: Any, not_equals: Any, one_of: Any) -> None:
    assert expectation("equals", label="neutral").check(output(said)) == equals
    assert expectation("not_equals", label="neutral").check(output(said)) == not_equals
    assert expectation("one_of", labels=["neutral", "negative"]).check(output(said)) == one_of


@pytest.mark.parametrize("type_", ["equals", "not_equals"])
@pytest.mark.parametrize("label", ["unknown", "", 3, None, ["neutral"], "\x00"], ids=repr)
def test_bad_label(type_: Any, label: Any) -> None:
    assert errors(type_, label=label).keys() == {"label"}


@pytest.mark.parametrize("type_", ["equals", "not_equals"])
def test_missing_label(type_: Any) -> None:
    assert errors(type_) == {"label": ["This field is required."]}


@pytest.mark.parametrize(
    "labels",
    [
        [],
        "neutral",
        ["unknown"],
        ["neutral", 3],
        ["neutral", "neutral"],
        [""],
        [["neutral"]],
        {"neutral": 1},
        None,
    ],
    ids=repr,
)
def test_bad_labels(labels: Any) -> None:
    assert errors("one_of", labels=labels).keys() == {"labels"}


def test_missing_labels() -> None:
    assert errors("one_of") == {"labels": ["This field is required."]}


def test_without_project_labels_any_label() -> None:
    assert expectation("equals", label="anything", project=()).check(output("anything")) == 0.0


def test_without_project_labels_one_of_any_strings() -> None:
    read = parse_expectation({"type": "one_of", "labels": ["x", "y"]}, labels=(), has_base=False)
    assert read.check(output("y")) == 0.0
    with pytest.raises(InvalidExpectation):
        parse_expectation({"type": "one_of", "labels": ["\x00"]}, labels=(), has_base=False)


def test_the_order_of_labels_means_nothing() -> None:
    one, other = (
        parse_expectation({"type": "one_of", "labels": labels}, labels=("z", "b", "a"), has_base=False)
        for labels in (["z", "a", "b"], ["b", "z", "a"])
    )
    assert one == other
    assert one.canonical == other.canonical == '{"labels":["a","b","z"],"type":"one_of"}'


def test_built_by_hand_a_label_named_twice_counts_once() -> None:
    assert OneOf(("b", "a", "b")).to_json() == {"type": "one_of", "labels": ["a", "b"]}
