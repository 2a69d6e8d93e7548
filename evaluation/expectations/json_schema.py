"""The expectation that the output's text is JSON of a given shape.

What reads and checks schemas is imported when there is one: jsonschema takes 50 ms, which most projects never need.
"""

import json
from dataclasses import dataclass
from typing import NoReturn, Self

from evaluation.canonical import MAX_DEPTH, InvalidJSON, canonical_json, check_json
from evaluation.expectations.base import FAIL, PASS, Expectation, ExpectationReader
from evaluation.fields import REQUIRED
from evaluation.messages import message as _
from evaluation.types import JSON, Output

LONGEST_SCHEMA = 50_000
MOST_ENTRIES = 5_000
LONGEST_OUTPUT = 1_000_000


@dataclass(frozen=True, slots=True)
class JsonSchema(Expectation):
    """The output's text parses as JSON and satisfies the schema, which is kept as canonical JSON."""

    type = "json_schema"
    schema: str

    @classmethod
    def read(cls, reader: ExpectationReader) -> Self:
        schema = reader.fields.get("schema")
        if "schema" not in reader.fields:
            reader.fail("schema", REQUIRED)
        elif not isinstance(schema, dict | bool):
            reader.fail("schema", _("Must be an object or a boolean."))
        else:
            return cls(_checked(schema, reader))
        return cls("true")

    def check(self, output: Output | None, base: Output | None = None) -> float | None:
        if output is None or output.text is None or len(output.text) > LONGEST_OUTPUT:
            return None
        try:
            value = _parsed(output.text)
        except json.JSONDecodeError:
            return FAIL
        except (RecursionError, ValueError):
            return None
        from evaluation.expectations.schema_validation import Undecidable, is_valid  # noqa: PLC0415

        try:
            return PASS if is_valid(value, self.schema) else FAIL
        except Undecidable:
            return None

    def to_json(self) -> dict[str, JSON]:
        return {"type": self.type, "schema": json.loads(self.schema)}


def _checked(schema: dict[str, JSON] | bool, reader: ExpectationReader) -> str:
    """The schema's canonical JSON; its faults go to the reader."""
    from evaluation.expectations.schema_rules import schema_faults  # noqa: PLC0415
    from evaluation.expectations.schema_validation import all_entries  # noqa: PLC0415

    try:
        check_json(schema)
        canonical = canonical_json(schema)
    except InvalidJSON as error:
        reader.fail("schema", str(error))
        return "true"
    if len(canonical) > LONGEST_SCHEMA or all_entries(schema) > MOST_ENTRIES:
        reader.fail(
            "schema",
            _(
                "Must be at most %(longest)s characters with %(most)s values.",
                longest=LONGEST_SCHEMA,
                most=MOST_ENTRIES,
            ),
        )
    else:
        for fault in schema_faults(schema):
            reader.fail("schema", fault)
    return canonical


def _parsed(text: str) -> JSON:
    """The text as JSON (RFC 8259). More lenient than `parse_json`: a model may write any whole number.

    Raises JSONDecodeError for what is not JSON, ValueError and RecursionError for what is too large or deep.
    """
    value: JSON = json.loads(text, parse_constant=lambda token: _refuse(token, text))
    level = _containers([value])
    for _depth in range(MAX_DEPTH):
        level = [inner for item in level for inner in _containers(item)]
        if not level:
            return value
    raise RecursionError


def _containers(item: JSON) -> list[JSON]:
    """The objects and lists right inside an object or a list."""
    inside = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
    return [inner for inner in inside if isinstance(inner, dict | list)]


def _refuse(token: str, text: str) -> NoReturn:
    raise json.JSONDecodeError(f"{token} is not JSON", text, 0)
