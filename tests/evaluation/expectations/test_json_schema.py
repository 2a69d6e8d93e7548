import json
from typing import Any

import pytest

from tests.evaluation.expectations.reading import errors, expectation, output

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string", "pattern": "^[A-Z]"}, "age": {"$ref": "#/$defs/age"}},
    "required": ["name"],
    "additionalProperties": False,
    "$defs": {"age": {"type": "integer", "minimum": 0}},
}
LATEST = "https://json-schema.org/draft/2020-12/schema"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"


def check(schema: Any, text: Any) -> Any:
    return expectation("json_schema", schema=schema).check(output({"text": text}))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"name": "Ada", "age": 36}', 0.0),
        ('{"name": "Ada"}', 0.0),
        ('{"age": 36}', 1.0),
        ('{"name": "ada"}', 1.0),
        ('{"name": "Ada", "age": -1}', 1.0),
        ('{"name": "Ada", "age": 36.5}', 1.0),
        ('{"name": "Ada", "email": ""}', 1.0),
        ("[]", 1.0),
        ("Ada is 36", 1.0),
        ("", 1.0),
        ('{"name": "Ada"', 1.0),
        ('```json\n{"name": "Ada"}\n```', 1.0),
    ],
)
def test_person(text: Any, error: Any) -> None:
    assert check(PERSON, text) == error


@pytest.mark.parametrize(
    ("schema", "text", "error"),
    [
        (True, "1", 0.0),
        (False, "1", 1.0),
        ({}, "NaN", 1.0),
        ({"type": "integer"}, "12345678901234567890", 0.0),
        ({"uniqueItems": True}, "[1, true, [1], {}]", 0.0),
        ({"uniqueItems": True}, '[{"a": 1}, {"a": 1.0}]', 1.0),
        ({"uniqueItems": False}, "[1, 1]", 0.0),
        ({"enum": ["a", {"b": [1]}]}, '{"b": [1]}', 0.0),
        ({"const": 3}, "4", 1.0),
        ({"patternProperties": {"^x": {"type": "integer"}}, "additionalProperties": False}, '{"x1": 1}', 0.0),
        (
            {"patternProperties": {"^x": {"type": "integer"}}, "additionalProperties": False},
            '{"x1": "1"}',
            1.0,
        ),
        ({"patternProperties": {"^x": {"type": "integer"}}, "additionalProperties": False}, '{"y": 1}', 1.0),
        ({"patternProperties": {"^x": True}, "additionalProperties": {"type": "null"}}, '{"y": null}', 0.0),
        ({"properties": {"pattern": {"type": "string"}}}, '{"pattern": "("}', 0.0),
        ({"const": {"$ref": "https://example.org/"}}, '{"$ref": "https://example.org/"}', 0.0),
        ({"pattern": r"^\p{Greek}$"}, '"α"', 0.0),
        ({"$schema": LATEST, "items": {"$ref": "#"}, "pattern": r"^\p{Greek}$"}, '["α"]', 0.0),
        ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "null"}}}, "null", 0.0),
        (
            {"$defs": {"tree": {"items": {"$ref": "#/$defs/tree"}, "type": "array"}}, "$ref": "#/$defs/tree"},
            "[[[]]]",
            0.0,
        ),
        ({"$schema": DRAFT_7, "items": [{"type": "integer"}]}, "[1]", 0.0),
        ({"$schema": DRAFT_7, "items": [{"type": "integer"}]}, '["1"]', 1.0),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_keywords(schema: Any, text: Any, error: Any) -> None:
    assert check(schema, text) == error


@pytest.mark.parametrize("said", [None, "neutral", {"value": 3}], ids=repr)
def test_unscored_without_text(said: Any) -> None:
    assert expectation("json_schema", schema=True).check(output(said)) is None


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"$ref": "https://example.org/schema.json"}, "is not followed"),
        ({"properties": {"a": {"items": {"$ref": "file:///etc/passwd"}}}}, "is not followed"),
        ({"$ref": "other.json#/a"}, "is not followed"),
        ({"$ref": "#/$defs/none"}, "leads to no schema"),
        ({"$ref": "#/const", "const": {"$ref": "https://example.org/"}}, "leads to no schema"),
        ({"$id": "https://example.org/", "$ref": "#"}, "$id is not supported"),
        ({"$dynamicRef": "#a"}, "$dynamicRef is not supported"),
        ({"unevaluatedProperties": False}, "unevaluatedProperties is not supported"),
        ({"$schema": "https://example.org/meta"}, "$schema must be one of"),
        ({"$schema": {"a": 1}}, "$schema must be one of"),
        ({"items": {"$schema": DRAFT_7}}, "$schema is supported at the top only"),
        ({"type": "objekt"}, "Not a JSON schema: at $.type"),
        ({"minimum": "3"}, "Not a JSON schema: at $.minimum"),
        ({"pattern": "("}, "RE2"),
        ({"patternProperties": {r"(a)\1": True}}, "RE2"),
        ({"pattern": "((a{100}){100}){100}"}, "RE2"),
        ({"enum": ["x" * 50_000]}, "at most 50000 characters"),
        ({"allOf": [{}] * 5_000}, "5000 values"),
        ({"const": float("nan")}, "not finite"),
        ([], "Must be an object or a boolean"),
        ("{}", "Must be an object or a boolean"),
        (None, "Must be an object or a boolean"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_refused_schema(schema: Any, told: Any) -> None:
    bad = errors("json_schema", schema=schema)
    assert bad.keys() == {"schema"}
    assert any(told in text for text in bad["schema"])


def test_missing_schema() -> None:
    assert errors("json_schema") == {"schema": ["This field is required."]}


def test_a_schema_that_is_too_deep_is_refused() -> None:
    schema: dict[str, Any] = {}
    for _ in range(70):
        schema = {"not": schema}
    assert errors("json_schema", schema=schema)["schema"] == ["Nested deeper than 64 levels."]


def exponential(leaf: Any) -> Any:
    """40 small schemas, each asking twice for the next: 2**40 looks at the leaf."""
    twice = {f"s{i}": {"anyOf": [{"$ref": f"#/$defs/s{i + 1}"}] * 2} for i in range(40)}
    return {"$defs": {**twice, "s40": leaf}, "$ref": "#/$defs/s0"}


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"$ref": "#"}, "1"),
        (exponential({"type": "string"}), "1"),
        (exponential({"type": "string"}), json.dumps([["x" * 100] * 9_000])),
        (exponential({"const": list(range(4_000))}), json.dumps(list(range(3_999)))),
        (exponential({"pattern": "((a|b){100}){10}c"}), json.dumps("ab" * 10_000)),
        ({"uniqueItems": True}, json.dumps([{"a": i % 50_000} for i in range(60_000)])),
        ({"pattern": "((a|b){100}){10}c"}, json.dumps("ab" * 100_000)),
        ({}, "[" * 100_000),
        ({}, "[" * 65 + "]" * 65),
        ({}, "9" * 5_000),
        ({"multipleOf": 0.1}, "1e400"),
        ({"pattern": "a"}, r'"\ud800"'),
        ({"$schema": DRAFT_7, "$defs": {"a": {"minimum": "x"}}, "$ref": "#/$defs/a"}, "1"),
        ({}, json.dumps("x" * 1_000_000)),
    ],
    ids=lambda value: repr(value)[:30],
)
@pytest.mark.timeout(60)  # unbounded, each would run for hours
def test_work_is_bounded(schema: Any, text: Any) -> None:
    expected = expectation("json_schema", schema=schema)
    assert expected.check(output({"text": text})) in (None, 1.0)


def test_one_hard_check_costs_the_next_one_nothing() -> None:
    expected = expectation("json_schema", schema=exponential({"type": "string"}))
    assert expected.check(output({"text": "1"})) is None
    assert expected.check(output({"text": '"short"'})) == 0.0
