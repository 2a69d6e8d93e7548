"""The guarded validator says what jsonschema itself says, wherever that is safe to ask."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from evaluation.expectations import InvalidExpectation, parse_expectation
from evaluation.types import Output

VALUES = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 1.0, 2.5, -1, "", "a", "ab", "b1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
PATTERNS = st.sampled_from(["a", "^b", "[0-9]", "^.$"])


def keywords(schema: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    many = st.lists(schema, min_size=1, max_size=2)
    named = st.dictionaries(st.sampled_from("abc"), schema, max_size=2)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"]),
            "const": VALUES,
            "enum": st.lists(VALUES, min_size=1, max_size=3),
            "minimum": st.integers(0, 2),
            "pattern": PATTERNS,
            "uniqueItems": st.booleans(),
            "required": st.lists(st.sampled_from("abc"), max_size=2, unique=True),
            "properties": named,
            "patternProperties": st.dictionaries(PATTERNS, schema, max_size=2),
            "additionalProperties": schema,
            "items": schema,
            "prefixItems": many,
            "contains": schema,
            "allOf": many,
            "anyOf": many,
            "oneOf": many,
            "not": schema,
            "if": schema,
            "then": schema,
            "propertyNames": schema,
            "$ref": st.just("#/$defs/a"),
        },
    ).map(lambda fields: {**fields, "$defs": {"a": {"type": ["integer", "array"]}}})


SCHEMAS = st.recursive(st.booleans(), lambda inner: inner | keywords(inner), max_leaves=5)


@settings(max_examples=200, deadline=None)
@given(SCHEMAS, VALUES)
def test_the_same_answer(schema: Any, value: Any) -> None:
    try:
        expectation = parse_expectation({"type": "json_schema", "schema": schema}, labels=[], has_base=False)
    except InvalidExpectation as refusal:
        # An inner “#/$defs/a” is there at the top of every schema but a boolean one.
        raise AssertionError(refusal.errors) from refusal
    passes = Draft202012Validator(schema).is_valid(value)
    assert expectation.check(Output(text=json.dumps(value))) == (0.0 if passes else 1.0)
