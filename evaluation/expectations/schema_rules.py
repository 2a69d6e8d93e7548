"""What a JSON schema may contain, so that checking it fetches nothing and ends in time."""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from jsonschema.exceptions import SchemaError

from evaluation.expectations.regex import InvalidPattern, compile_pattern
from evaluation.expectations.schema_validation import DRAFTS, draft
from evaluation.messages import message as _
from evaluation.types import JSON

# How long the search behind the last two takes cannot be bounded from outside.
UNSUPPORTED = {
    "$id": _("use $ref with “#/...”"),
    "$dynamicRef": _("use $ref"),
    "$recursiveRef": _("use $ref"),
    "unevaluatedProperties": _("use additionalProperties"),
    "unevaluatedItems": _("use items"),
}
# Keywords that hold schemas: one, a list of them, or (named) an object of them. Others hold plain data.
HOLDERS = (
    *("additionalItems", "additionalProperties", "allOf", "anyOf", "contains", "else", "if", "items"),
    *("not", "oneOf", "prefixItems", "propertyNames", "then"),
)
NAMED_HOLDERS = (
    "$defs",
    "definitions",
    "dependencies",
    "dependentSchemas",
    "patternProperties",
    "properties",
)


def schema_faults(schema: dict[str, JSON] | bool) -> list[str]:
    """Why the schema is refused, in plain words; empty if it is fine. It is JSON and not too deep."""
    if isinstance(schema, bool):
        return []
    name = schema.get("$schema")
    if "$schema" in schema and not (isinstance(name, str) and name in DRAFTS):
        return [_("$schema must be one of %(choices)s.", choices=", ".join(DRAFTS))]
    try:
        # Without format checks: they would hold patterns against Python's `re`, where RE2's rules count.
        draft(schema).check_schema(schema, format_checker=None)
    except SchemaError as error:
        why = _shortened(error.message)
        return [_("Not a JSON schema: at %(place)s, %(why)s.", place=error.json_path, why=why)]
    places = _places(schema)
    return [fault for part in places.values() for fault in _part_faults(part, places)]


def _places(schema: dict[str, JSON]) -> dict[tuple[str, ...], dict[str, JSON]]:
    """The schema and all schemas in it by where they are: the steps of their JSON pointer (RFC 6901).

    The boolean schemas are here as the objects that mean the same.
    """
    places: dict[tuple[str, ...], dict[str, JSON]] = {}
    waiting: list[tuple[tuple[str, ...], JSON]] = [((), schema)]
    while waiting:
        place, part = waiting.pop()
        if isinstance(part, bool):
            places[place] = {}
        elif isinstance(part, dict):
            places[place] = part
            waiting.extend(((*place, *steps), inner) for steps, inner in _held(part))
    return places


def _held(part: dict[str, JSON]) -> Iterator[tuple[tuple[str, ...], JSON]]:
    for keyword in HOLDERS:
        held = part.get(keyword)
        if isinstance(held, list):
            yield from (((keyword, str(index)), inner) for index, inner in enumerate(held))
        elif held is not None:
            yield (keyword,), held
    for keyword in NAMED_HOLDERS:
        held = part.get(keyword)
        if isinstance(held, dict):
            yield from (((keyword, name), inner) for name, inner in held.items())


def _part_faults(part: dict[str, JSON], places: Mapping[tuple[str, ...], object]) -> Iterator[str]:
    reference = part.get("$ref")
    if isinstance(reference, str):
        if reference != "#" and not reference.startswith("#/"):
            yield _("$ref “%(ref)s” is not followed; only “#” and “#/...” are.", ref=_shortened(reference))
        elif _steps(reference) not in places:
            yield _("$ref “%(ref)s” leads to no schema; put it under $defs.", ref=_shortened(reference))
    if "$schema" in part and part is not places[()]:
        yield _("$schema is supported at the top only.")
    for keyword, instead in UNSUPPORTED.items():
        if keyword in part:
            yield _("%(keyword)s is not supported; %(instead)s.", keyword=keyword, instead=instead)
    yield from _pattern_faults(part)


def _pattern_faults(part: dict[str, JSON]) -> Iterator[str]:
    pattern, named = part.get("pattern"), part.get("patternProperties")
    patterns = [pattern] if isinstance(pattern, str) else []
    patterns += list(named) if isinstance(named, dict) else []
    for each in patterns:
        try:
            compile_pattern(each)
        except InvalidPattern as error:
            yield str(error)


def _steps(reference: str) -> tuple[str, ...]:
    return tuple(
        step.replace("~1", "/").replace("~0", "~")
        for step in unquote(reference.removeprefix("#")).split("/")[1:]
    )


def _shortened(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:197]}..."
