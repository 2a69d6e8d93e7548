"""The expectation types there are, and how one is read."""

from collections.abc import Mapping, Sequence

from evaluation.expectations.base import Expectation, ExpectationReader, InvalidExpectation
from evaluation.expectations.json_schema import JsonSchema
from evaluation.expectations.label import Equals, NotEquals, OneOf
from evaluation.expectations.number import CloseTo, Score
from evaluation.expectations.relation import Directional, Invariant
from evaluation.expectations.text import Contains, Matches, NotContains
from evaluation.messages import message as _

EXPECTATIONS: Mapping[str, type[Expectation]] = {
    "equals": Equals,
    "not_equals": NotEquals,
    "one_of": OneOf,
    "score": Score,
    "close_to": CloseTo,
    "invariant": Invariant,
    "directional": Directional,
    "contains": Contains,
    "not_contains": NotContains,
    "matches": Matches,
    "json_schema": JsonSchema,
}


def parse_expectation(data: object, *, labels: Sequence[str], has_base: bool) -> Expectation:
    """Reads an expectation; raises InvalidExpectation, which names every bad field.

    `labels` are the project's (none: any label); `has_base` says whether the pattern has a base example.
    """
    if not isinstance(data, dict):
        raise InvalidExpectation({"expectation": [_("Must be an object.")]})
    fields = dict(data)
    name = fields.pop("type", None)
    kind = EXPECTATIONS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise InvalidExpectation(
            {"type": [_("Must be one of %(choices)s.", choices=", ".join(EXPECTATIONS))]}
        )
    reader = ExpectationReader(fields, allowed=kind.field_names(), labels=labels)
    expectation = kind.read(reader)
    if kind.needs_base and not has_base:
        reader.fail("base", _("“%(type)s” needs a base example to compare with.", type=name))
    if reader.errors:
        raise InvalidExpectation(reader.errors)
    return expectation
