"""Checks a value against a JSON schema in a bounded number of steps, fetching nothing.

jsonschema does the work; what could run away in it is replaced or counted: Python's `re` by RE2, pairwise
comparison of items by hashing, messages that print the whole value (nobody reads them here) by short ones,
and each keyword that is looked at costs steps of a budget. Steps, not seconds: the answer does not depend
on how busy the machine is.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, TypeAlias

import jsonschema.validators
from jsonschema import Draft7Validator, Draft201909Validator, Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from evaluation.expectations.regex import InvalidPattern, TooMuchWork, found, work
from evaluation.types import JSON

Errors: TypeAlias = Iterator[ValidationError]
Keyword: TypeAlias = Callable[[Any, Any, Any, Any], Errors | None]

MOST_STEPS = 30_000  # about half a second
ENTRIES_PER_STEP = 16
REGEX_STEPS_PER_STEP = 500

_steps_left: ContextVar[int] = ContextVar("_steps_left", default=0)


class Undecidable(Exception):
    """The schema and the value ask for more work than is allowed, or the schema leads nowhere."""


def is_valid(value: JSON, schema: str) -> bool:
    """Whether the value satisfies the schema (canonical JSON); raises Undecidable."""
    token = _steps_left.set(MOST_STEPS)
    try:
        return bool(_validator_for(schema).is_valid(_quiet(value)))
    except (RecursionError, OverflowError, Unresolvable, InvalidPattern, TooMuchWork) as error:
        raise Undecidable from error
    except UnicodeEncodeError as error:  # half a character, which RE2 cannot read
        raise Undecidable from error
    except (TypeError, AttributeError) as error:  # from a part that its own draft does not check
        raise Undecidable from error
    finally:
        _steps_left.reset(token)


@lru_cache(maxsize=64)
def _validator_for(schema: str) -> Any:
    value = json.loads(schema)
    kind = draft(value)
    if isinstance(value, dict):
        # jsonschema would go back to its own, unguarded class wherever it meets this key.
        value.pop("$schema", None)
    return kind(_quiet(value), registry=Registry())


def draft(schema: dict[str, JSON] | bool) -> Any:
    """The guarded validator class for a schema; without `$schema`: draft 2020-12."""
    name = schema.get("$schema") if isinstance(schema, dict) else None
    return DRAFTS[name if isinstance(name, str) else LATEST]


def _pay(steps: int) -> None:
    left = _steps_left.get() - steps
    if left < 0:
        raise Undecidable
    _steps_left.set(left)


def _entries(value: object) -> int:
    return len(value) if isinstance(value, dict | list) else 0


def all_entries(value: object) -> int:
    """How many values there are in it at all depths."""
    if isinstance(value, dict):
        return 1 + sum(all_entries(inner) for inner in value.values())
    return 1 + sum(all_entries(inner) for inner in value) if isinstance(value, list) else 1


def _counted(keyword: Keyword) -> Keyword:
    def step(validator: Any, value: Any, instance: Any, schema: Any) -> Errors | None:
        _pay(1 + (_entries(value) + _entries(instance)) // ENTRIES_PER_STEP)
        return keyword(validator, value, instance, schema)

    return step


def _counted_comparison(keyword: Keyword) -> Keyword:
    """For `const` and `enum`, which compare at all depths."""

    def step(validator: Any, value: Any, instance: Any, schema: Any) -> Errors | None:
        _pay(1 + all_entries(value) // ENTRIES_PER_STEP)
        return keyword(validator, value, instance, schema)

    return step


def _found(pattern: str, text: str) -> bool:
    _pay(1 + work(pattern, text) // REGEX_STEPS_PER_STEP)
    return found(pattern, text)


def _pattern(_validator: Any, value: Any, instance: Any, _schema: Any) -> Errors:
    if isinstance(instance, str) and not _found(value, instance):
        yield ValidationError("does not match the pattern")


def _pattern_properties(validator: Any, value: Any, instance: Any, _schema: Any) -> Errors:
    if isinstance(instance, dict):
        for pattern, inner in value.items():
            for name, entry in instance.items():
                if _found(pattern, name):
                    yield from validator.descend(entry, inner)


def _additional_properties(validator: Any, value: Any, instance: Any, schema: Any) -> Errors:
    if isinstance(instance, dict):
        named = schema.get("properties", {})
        patterns = schema.get("patternProperties", {})
        for name, entry in instance.items():
            if name not in named and not any(_found(pattern, name) for pattern in patterns):
                yield from validator.descend(entry, value)


def _unique_items(_validator: Any, value: Any, instance: Any, _schema: Any) -> Errors:
    if value and isinstance(instance, list):
        _pay(all_entries(instance) // ENTRIES_PER_STEP)
        if len({_hashable(item) for item in instance}) < len(instance):
            yield ValidationError("has equal items")


def _hashable(value: object) -> object:
    """Equal for equal JSON values: 1 and 1.0 are one, 1 and true are not."""
    if isinstance(value, dict):
        return "object", frozenset((name, _hashable(entry)) for name, entry in value.items())
    if isinstance(value, list):
        return "array", tuple(_hashable(item) for item in value)
    return isinstance(value, bool), value


class _QuietObject(dict[str, Any]):
    def __repr__(self) -> str:
        return "{...}"


class _QuietArray(list[Any]):
    def __repr__(self) -> str:
        return "[...]"


class _QuietText(str):
    __slots__ = ()

    def __repr__(self) -> str:
        return "..."


def _quiet(value: Any) -> Any:
    """The same value, but printing it costs nothing: jsonschema prints it into every message."""
    if isinstance(value, dict):
        return _QuietObject((name, _quiet(entry)) for name, entry in value.items())
    if isinstance(value, list):
        return _QuietArray(_quiet(item) for item in value)
    return _QuietText(value) if isinstance(value, str) and len(value) > 100 else value


def _guarded(kind: Any) -> Any:
    keywords: dict[str, Keyword] = {name: _counted(keyword) for name, keyword in kind.VALIDATORS.items()}
    for name in ("const", "enum"):
        keywords[name] = _counted_comparison(kind.VALIDATORS[name])
    keywords |= {
        "pattern": _counted(_pattern),
        "patternProperties": _counted(_pattern_properties),
        "additionalProperties": _counted(_additional_properties),
        "uniqueItems": _counted(_unique_items),
    }
    return jsonschema.validators.extend(kind, keywords)  # type: ignore[no-untyped-call]


LATEST = "https://json-schema.org/draft/2020-12/schema"
DRAFTS: Mapping[str, Any] = {
    LATEST: _guarded(Draft202012Validator),
    "https://json-schema.org/draft/2019-09/schema": _guarded(Draft201909Validator),
    "http://json-schema.org/draft-07/schema#": _guarded(Draft7Validator),
    "http://json-schema.org/draft-07/schema": _guarded(Draft7Validator),
}
