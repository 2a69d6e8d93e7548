from typing import Any

import pytest

from evaluation.expectations import EXPECTATIONS, InvalidExpectation, parse_expectation
from evaluation.types import Output

EXAMPLES: list[dict[str, Any]] = [
    {"type": "equals", "label": "a"},
    {"type": "not_equals", "label": "a"},
    {"type": "one_of", "labels": ["a", "b"]},
    {"type": "score", "label": "a", "min": 0.5},
    {"type": "close_to", "value": 3, "abs_tol": 1, "scale": 10},
    {"type": "invariant", "tolerance": 0.1},
    {"type": "directional", "label": "a", "direction": "increase", "tolerance": 0},
    {"type": "contains", "text": "x", "ignore_case": True},
    {"type": "not_contains", "text": "x", "ignore_case": False},
    {"type": "matches", "pattern": "a+"},
    {"type": "json_schema", "schema": {"type": "object"}},
]


def test_every_type_of_the_design_is_there() -> None:
    assert [example["type"] for example in EXAMPLES] == list(EXPECTATIONS)
    assert {name: kind.type for name, kind in EXPECTATIONS.items()} == {name: name for name in EXPECTATIONS}


@pytest.mark.parametrize("data", EXAMPLES, ids=lambda data: data["type"])
def test_written_and_read_back(data: Any) -> None:
    expectation = parse_expectation(data, labels=["a", "b"], has_base=True)
    assert expectation.to_json() == data
    again = parse_expectation(expectation.to_json(), labels=["a", "b"], has_base=True)
    assert again == expectation
    assert hash(again) == hash(expectation)
    assert again.canonical == expectation.canonical


@pytest.mark.parametrize("data", EXAMPLES, ids=lambda data: data["type"])
def test_an_error_is_unscored(data: Any) -> None:
    expectation = parse_expectation(data, labels=[], has_base=True)
    assert expectation.check(None, None) is None
    assert expectation.check(None, Output("a", {"a": 1.0}, 3.0, "x")) is None


@pytest.mark.parametrize("data", EXAMPLES, ids=lambda data: data["type"])
def test_an_unknown_field_is_refused(data: Any) -> None:
    with pytest.raises(InvalidExpectation) as refusal:
        parse_expectation({**data, "extra": 1}, labels=[], has_base=True)
    assert refusal.value.errors.keys() == {"extra"}


def test_defaults_are_part_of_the_canonical_form() -> None:
    short = parse_expectation({"type": "invariant"}, labels=[], has_base=True)
    long = parse_expectation({"type": "invariant", "tolerance": 0}, labels=[], has_base=True)
    assert short == long
    assert short.canonical == long.canonical == '{"tolerance":0,"type":"invariant"}'


@pytest.mark.parametrize("data", [{}, {"type": "equal"}, {"type": None}, {"type": ["equals"]}], ids=repr)
def test_an_unknown_type_is_told_the_types(data: Any) -> None:
    with pytest.raises(InvalidExpectation) as refusal:
        parse_expectation(data, labels=[], has_base=False)
    (text,) = refusal.value.errors["type"]
    assert all(name in text for name in EXPECTATIONS)


@pytest.mark.parametrize("data", [None, "equals", [], 3])
def test_not_an_object(data: Any) -> None:
    with pytest.raises(InvalidExpectation) as refusal:
        parse_expectation(data, labels=[], has_base=False)
    assert refusal.value.errors.keys() == {"expectation"}


@pytest.mark.parametrize("data", EXAMPLES, ids=lambda data: data["type"])
def test_which_types_need_a_base(data: Any) -> None:
    if data["type"] in ("invariant", "directional"):
        with pytest.raises(InvalidExpectation) as refusal:
            parse_expectation(data, labels=[], has_base=False)
        assert refusal.value.errors.keys() == {"base"}
    else:
        parse_expectation(data, labels=[], has_base=False)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(InvalidExpectation) as refusal:
        parse_expectation(
            {"type": "directional", "label": "z", "tolerance": -1, "x": 1}, labels=["a"], has_base=False
        )
    assert refusal.value.errors.keys() == {"label", "direction", "tolerance", "x", "base"}
