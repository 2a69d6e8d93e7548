"""JSON that means the same everywhere: strict reading, one canonical form, one hash (RFC 8785)."""

import hashlib
import json
import math
from json.encoder import encode_basestring
from typing import NoReturn

import rfc8785

from evaluation.messages import message as _
from evaluation.strings import string_fault
from evaluation.types import JSON

MAX_DEPTH = 64
MAX_INTEGER = 2**53 - 1

# What Python's reader says, in this very form; listed so that it can be collected for translation.
FAULTS = {
    str(fault): fault
    for fault in (
        _("expecting value"),
        _("expecting property name enclosed in double quotes"),
        _("expecting ',' delimiter"),
        _("expecting ':' delimiter"),
        _("illegal trailing comma before end of object"),
        _("illegal trailing comma before end of array"),
        _("extra data"),
        _("invalid control character"),
        _("invalid \\escape"),
        _("invalid \\uXXXX escape"),
        _("unterminated string"),
    )
}


class InvalidJSON(ValueError):
    """Not JSON, or JSON that two readers could understand differently; the message says why."""


def parse_json(text: str | bytes) -> JSON:
    """Reads one JSON value strictly; raises InvalidJSON in plain words.

    Refused: what is not UTF-8, repeated keys, NaN and infinities (1e400 too), NUL, lone surrogates, nesting
    deeper than MAX_DEPTH, whole numbers beyond ±MAX_INTEGER, which other readers would round.
    """
    text = _decoded(text)
    try:
        value: JSON = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise InvalidJSON(_position_told(error)) from error
    except RecursionError as error:
        raise InvalidJSON(_too_deep()) from error
    # A small text without escapes cannot hide a fault: the decoder itself refuses a bare NUL.
    if "\\u" in text or text.count("[") + text.count("{") > MAX_DEPTH:
        check_json(value)
    return value


def check_json(value: object) -> None:
    """The same checks for a value that was parsed already; raises InvalidJSON."""
    if type(value) is str:
        return _check_string(value)
    level = [value]
    depth = 0
    while level:
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                for key in item:
                    if not isinstance(key, str):
                        raise InvalidJSON(_("A key is not a string."))
                    _check_string(key)
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
            else:
                _check_scalar(item)
                continue
            if depth >= MAX_DEPTH:
                raise InvalidJSON(_too_deep())
        level = below
        depth += 1
    return None


def canonical_json(value: JSON) -> str:
    """The canonical JSON of a value (RFC 8785): 41 and 41.0 are one, keys sorted, strings left as they are.

    Raises InvalidJSON for what has no such form; it does not look for NUL or depth: `check_json` does.
    """
    try:
        if type(value) is str:
            value.encode()
            return encode_basestring(value)
        return rfc8785.dumps(value).decode()
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidJSON(_("Has no canonical form: %(why)s.", why=str(error))) from error


def digest(value: JSON) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal: the identity of an example."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def _decoded(text: str | bytes) -> str:
    if isinstance(text, bytes):
        try:
            return text.decode()
        except UnicodeDecodeError as error:
            raise InvalidJSON(_("Not UTF-8: byte %(byte)s does not belong.", byte=error.start + 1)) from error
    _check_string(text)
    return text


def _position_told(error: json.JSONDecodeError) -> str:
    if error.doc.startswith("\ufeff"):
        return _("Starts with a byte order mark; save the file as UTF-8 without one.")
    if not error.doc.strip():
        return _("Empty: there is no JSON value.")
    what = error.msg.removesuffix(" at").removesuffix(" starting")
    what = f"{what[:1].lower()}{what[1:]}".removesuffix(":")
    what = FAULTS.get(what, what)
    if "\n" in error.doc.strip():
        return _(
            "Not JSON: %(what)s at line %(line)s, column %(column)s.",
            what=what,
            line=error.lineno,
            column=error.colno,
        )
    return _("Not JSON: %(what)s at column %(column)s.", what=what, column=error.colno)


def _too_deep() -> str:
    return _("Nested deeper than %(depth)s levels.", depth=MAX_DEPTH)


def _check_string(text: str) -> None:
    fault = string_fault(text)
    if fault is not None:
        raise InvalidJSON(fault)


def _check_scalar(value: object) -> None:
    if isinstance(value, str):
        _check_string(value)
    elif value is None or isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            _refuse_integer(value)
    elif isinstance(value, float):
        _check_float(value, repr(value))
    else:
        raise InvalidJSON(_("A %(kind)s is not JSON.", kind=type(value).__name__))


def _check_float(number: float, written: str) -> None:
    if not math.isfinite(number):
        raise InvalidJSON(_("The number %(number)s is not finite.", number=_shortened(written)))
    # Its canonical form is a whole number of this size, which `_integer` would refuse to read back.
    if MAX_INTEGER < abs(number) < 1e21:
        _refuse_integer(written)


def _refuse_integer(written: object) -> NoReturn:
    raise InvalidJSON(
        _(
            "The number %(number)s lies beyond ±%(most)s, where readers round; write it as a string.",
            number=_shortened(str(written)),
            most=MAX_INTEGER,
        )
    )


def _shortened(written: str) -> str:
    return written if len(written) <= 30 else f"{written[:27]}..."


def _integer(token: str) -> int:
    if len(token) > 17:  # int() of a million digits would take seconds
        _refuse_integer(token)
    value = int(token)
    if abs(value) > MAX_INTEGER:
        _refuse_integer(token)
    return value


def _float(token: str) -> float:
    value = float(token)
    _check_float(value, token)
    return value


def _constant(token: str) -> NoReturn:
    raise InvalidJSON(_("%(token)s is not JSON.", token=token))


def _object(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        seen: set[str] = set()
        for key, _value in pairs:
            if key in seen:
                raise InvalidJSON(_("The key “%(key)s” appears twice.", key=_shortened(key)))
            seen.add(key)
    return fields


_DECODER = json.JSONDecoder(
    parse_int=_integer, parse_float=_float, parse_constant=_constant, object_pairs_hook=_object
)
