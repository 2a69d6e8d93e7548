"""Reading the fields of a Protocol Buffers message without a schema: enough to look through a file before its library
does. Whatever is not well formed is refused, so that no two readers can make different things of it.

https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10  # bytes


class Malformed(Exception):
    """Not a message."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the content: a text, bytes, or a message."""

    start: int
    end: int


def fields(content: bytes, span: Span, *, many: Collection[int] = ()) -> Iterator[tuple[int, Span | int]]:
    """The fields of the message at `span` in their order: the number, and a Span or the bits of a number.

    Of fields among `many`, numbers that are repeated a million times, only the first of each run is given. Raises
    Malformed.
    """
    position, end = span.start, span.end
    while position < end:
        key, position = _varint(content, position, end)
        number, wire = key >> 3, key & 7
        value: Span | int
        if wire == VARINT:
            value, position = _varint(content, position, end)
        elif wire == LENGTH:
            length, position = _varint(content, position, end)
            value = Span(position, position + length)
            position += length
        elif wire in (FIXED64, FIXED32):
            size = 8 if wire == FIXED64 else 4
            value = int.from_bytes(content[position : position + size], "little")
            position += size
        else:  # groups, which no file of today has
            raise Malformed
        if number == 0 or position > end:
            raise Malformed
        yield number, value
        if number in many and wire != LENGTH and key < 0x80:
            position = _past_run(key, wire, content, position, end)


def _varint(content: bytes, position: int, end: int) -> tuple[int, int]:
    value = 0
    for index in range(_LONGEST_VARINT):
        if position + index >= end:
            break
        byte = content[position + index]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, position + index + 1
    raise Malformed


def _past_run(key: int, wire: int, content: bytes, position: int, end: int) -> int:
    """The position behind more values under the same key."""
    found = _run(key, wire).match(content, position, end)
    return found.end() if found else position


@cache
def _run(key: int, wire: int) -> re.Pattern[bytes]:
    sizes = {
        VARINT: rb"[\x80-\xff]{0,9}[\x00-\x7f]",
        FIXED64: rb"[\x00-\xff]{8}",
        FIXED32: rb"[\x00-\xff]{4}",
    }
    return re.compile(rb"(?:" + re.escape(bytes([key])) + sizes[wire] + rb")*+")
