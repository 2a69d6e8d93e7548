"""Reading what a request, a form or a file line holds into a msgspec struct: one definition for all of them."""

import re
from typing import TypeVar

import msgspec
from django.utils.translation import gettext as _

from tracker.projects.errors import Invalid

T = TypeVar("T")

_PLACE = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_UNKNOWN = re.compile(r"contains unknown field `(?P<field>[^`]*)`")
_ANOTHER_TYPE = re.compile(r"Expected `(?P<wanted>[^`]*)`, got `(?P<got>[^`]*)`")
_LENGTH = re.compile(r"Expected `(?P<wanted>[^`]*)` of length (?P<bound>[<>=]+ \d+)")
_MISSING = re.compile(r"missing required field `(?P<field>[^`]*)`")


def read_body(value: object, kind: type[T]) -> T:
    """Return `value` (parsed JSON) as `kind`; raises Invalid naming the field that is wrong."""
    try:
        return msgspec.convert(value, kind, strict=True)
    except msgspec.ValidationError as error:
        raise Invalid(field_errors(str(error))) from error


def field_errors(message: str) -> dict[str, list[str]]:
    """Turn msgspec's one-line message into `{field: [text]}`; what is wrong as a whole stands under `body`."""
    place = _PLACE.search(message)
    text = message[: place.start()] if place else message
    path = place["path"].lstrip(".") if place else ""
    if unknown := _UNKNOWN.search(text):
        return {_joined(path, unknown["field"]): [_("There is no such field.")]}
    if missing := _MISSING.search(text):
        return {_joined(path, missing["field"]): [_("This field is required.")]}
    return {path or "body": [_in_words(text)]}


def _in_words(text: str) -> str:
    if got := _ANOTHER_TYPE.fullmatch(text):
        return _("Expected %(wanted)s, got %(got)s.") % got.groupdict()
    if length := _LENGTH.fullmatch(text):
        return _("Expected %(wanted)s of length %(bound)s.") % length.groupdict()
    return text.replace("`", "") + "."


def _joined(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field
