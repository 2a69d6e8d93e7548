"""What a struct refuses, in words: the values there are, and what a text has to look like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from django.utils.translation import gettext as _
from msgspec import inspect

from tracker.projects.bodies import read_body
from tracker.projects.errors import Errors, Invalid

T = TypeVar("T")

_STEPS = re.compile(r"\[[^\]]*\]|[^.\[\]]+")
ANY_KEY = "[...]"
"""How msgspec writes the key of a mapping in a path: it does not say which."""


def body_as(value: object, kind: type[T]) -> T:
    """Return `value` (parsed JSON) as `kind`; raises Invalid that names the field and says what there is."""
    try:
        return read_body(value, kind)
    except Invalid as invalid:
        raise Invalid(in_words(invalid.errors, kind)) from invalid


def in_words(errors: Errors, kind: type) -> Errors:
    """Return the errors of a struct with what its types know about the fields."""
    return {
        field.replace(ANY_KEY, ""): [_in_words(text, field, kind) for text in texts]
        for field, texts in errors.items()
    }


def _in_words(text: str, field: str, kind: type) -> str:
    if "Invalid enum value" in text:
        values = list(_values(_types_at(kind, field)))
        return _("Choose one of: %(values)s.") % {"values": ", ".join(values)} if values else text
    if "matching regex" in text:
        return next(_descriptions(_types_at(kind, field)), text)
    return text


def _types_at(kind: type, field: str) -> list[inspect.Type]:
    """Return every type that a field, named by its path, may have."""
    found = list(_spread(inspect.type_info(kind)))
    for step in _STEPS.findall(field):
        found = [within for one in found for part in _parts(one, step) for within in _spread(part)]
    return found


def _parts(one: inspect.Type, step: str) -> Iterator[inspect.Type]:
    match one:
        case inspect.StructType(fields=fields):
            yield from (field.type for field in fields if field.encode_name == step)
        case inspect.ListType(item_type=item) if step.startswith("["):
            yield item
        case inspect.DictType(value_type=value) if step == ANY_KEY:
            yield value


def _spread(one: inspect.Type) -> Iterator[inspect.Type]:
    """Yield a type and those that it is made of: the alternatives of a union, what stands under a description."""
    yield one
    if isinstance(one, inspect.UnionType):
        for alternative in one.types:
            yield from _spread(alternative)
    elif isinstance(one, inspect.Metadata):
        yield from _spread(one.type)


def _values(types: Iterable[inspect.Type]) -> Iterator[str]:
    for one in types:
        if isinstance(one, inspect.LiteralType):
            yield from map(str, one.values)


def _descriptions(types: Iterable[inspect.Type]) -> Iterator[str]:
    for one in types:
        if isinstance(one, inspect.Metadata) and "description" in (schema := one.extra_json_schema or {}):
            yield _(schema["description"])
