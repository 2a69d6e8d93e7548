"""Reading messages without a schema. Bytes are worked out by hand, from the encoding's own guide."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import AttributeProto

from evaluation.adapters.protobuf import Malformed, Span, fields


def read(content: bytes, many: tuple[int, ...] = ()) -> list[tuple[int, object]]:
    found = fields(content, Span(0, len(content)), many=many)
    return [
        (number, content[value.start : value.end] if isinstance(value, Span) else value)
        for number, value in found
    ]


def test_each_kind_of_field_is_read() -> None:
    # Field 1 = 150, field 2 = "testing" (both from the guide), field 3 = 32 bits, field 4 = 64 bits.
    content = b"\x08\x96\x01" + b"\x12\x07testing" + b"\x1d\x01\x00\x00\x00" + b"\x21\x02" + bytes(7)
    assert read(content) == [(1, 150), (2, b"testing"), (3, 1), (4, 2)]


@pytest.mark.parametrize(
    "content",
    [
        b"\x08",
        b"\x08\x80",
        b"\x08" + b"\xff" * 10 + b"\x01",
        b"\x12\x07test",
        b"\x1d\x01\x00",
        b"\x21\x01",
        b"\x00\x01",
        b"\x0b\x0c",
        b"\x0f",
    ],
    ids=[
        "no value",
        "half a number",
        "too long",
        "short text",
        "short 32",
        "short 64",
        "field 0",
        "group",
        "wire 7",
    ],
)
def test_what_is_not_well_formed_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed):
        read(content)


def test_of_many_numbers_the_first_is_enough() -> None:
    content = b"\x40\x05\x40\x96\x01\x40\x07" + b"\x3d\x00\x00\x80\x3f" * 3 + b"\x0a\x01a" + b"\x40\x09"
    assert read(content, many=(7, 8)) == [(8, 5), (7, 0x3F800000), (1, b"a"), (8, 9)]


def test_numbers_that_nobody_said_are_many_are_all_read() -> None:
    """Of two values of a field a reader takes the last: the first alone would hide it."""
    assert read(b"\x70\x00\x70\x01") == [(14, 0), (14, 1)]


@given(
    st.lists(st.integers(-(2**63), 2**63 - 1)),
    st.lists(st.floats(width=32, allow_nan=False)),
    st.lists(st.binary(max_size=20)),
    st.text(max_size=20),
)
def test_what_another_writer_wrote_is_read(
    ints: list[int], floats: list[float], strings: list[bytes], name: str
) -> None:
    content = AttributeProto(name=name, ints=ints, floats=floats, strings=strings).SerializeToString()
    found = read(content)
    assert [value for number, value in found if number == 8] == [number % 2**64 for number in ints]
    assert [value for number, value in found if number == 9] == strings
    assert sum(number == 7 for number, _value in found) == len(floats)
    some = [number for number, _value in read(content, many=(7, 8))]
    assert some.count(7) == bool(floats)
    assert some.count(8) == bool(ints)


@given(st.binary(max_size=200))
def test_nothing_but_malformed_is_raised(content: bytes) -> None:
    with contextlib.suppress(Malformed):
        read(content, many=(1, 2, 3))
