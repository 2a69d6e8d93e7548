import hashlib
import json
import time
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from evaluation.canonical import InvalidJSON, canonical_json, check_json, digest, parse_json

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT | st.floats(-1e15, 1e15),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)

REFUSED = [
    ('{"a": 1, "a": 2}', "“a” appears twice"),
    ('[{"b": {"a": 1, "a": 1}}]', "“a” appears twice"),
    ("NaN", "NaN is not JSON"),
    ("[-Infinity]", "-Infinity is not JSON"),
    ("1e400", "1e400 is not finite"),
    (r'"a\u0000b"', "NUL"),
    ('"a\x00b"', "NUL"),
    (r'"\ud800"', "lone surrogate"),
    (r'{"\udfff": 1}', "lone surrogate"),
    ('"\ud800"', "lone surrogate"),
    (b'"\xff"', "Not UTF-8: byte 2"),
    (b"\xef\xbb\xbf1", "byte order mark"),
    ("[" * 65 + "]" * 65, "deeper than 64"),
    ('{"a":' * 65 + "1" + "}" * 65, "deeper than 64"),
    ("[" * 1_000_000, "deeper than 64"),
    (str(2**53), "beyond"),
    (str(-(2**53)), "beyond"),
    ("9" * 1_000_000, "beyond"),
    ("1e20", "beyond"),
    ("", "Empty"),
    ("  ", "Empty"),
    ('{"a": }', "column 7"),
    ('{"a": 1,\n "b": tru}', "line 2, column 7"),
    ("1 2", "column 3"),
    ("{'a': 1}", "column 2"),
    ('"a\tb"', "control character"),
]


@pytest.mark.parametrize(("text", "told"), REFUSED, ids=lambda value: repr(value)[:30])
def test_refused_in_plain_words(text: Any, told: Any) -> None:
    with pytest.raises(InvalidJSON) as refusal:
        parse_json(text)
    assert told in str(refusal.value)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, 2.5, null, true]}', {"a": [1, 2.5, None, True]}),
        (b'"\xc3\xa9"', "é"),
        (r'"\ud83d\ude00"', "😀"),
        ("[" * 64 + "]" * 64, None),
        ('"' + "[" * 100 + '"', "[" * 100),
        (str(2**53 - 1), 2**53 - 1),
        ("1e21", 1e21),
        ("-0", 0),
        (" 1 ", 1),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_accepted(text: Any, value: Any) -> None:
    assert parse_json(text) == (value if value is not None else json.loads(text))


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        2**53,
        -(2**53),
        1e20,
        "a\x00",
        "\ud800",
        {"\ud800": 1},
        {1: 2},
        (1, 2),
        b"x",
        {1},
    ],
    ids=repr,
)
def test_check_refuses_what_the_parser_refuses(value: Any) -> None:
    with pytest.raises(InvalidJSON):
        check_json(value)
    with pytest.raises(InvalidJSON):
        check_json([{"a": value}])


def test_check_measures_depth() -> None:
    deep: Any = 1
    for _ in range(64):
        deep = [deep]
    check_json(deep)
    with pytest.raises(InvalidJSON, match="deeper than 64"):
        check_json([deep])


def test_whole_numbers_are_one_however_written() -> None:
    assert canonical_json({"age": 41}) == canonical_json({"age": 41.0}) == '{"age":41}'
    assert digest(41) == digest(41.0) != digest("41")
    assert canonical_json(-0.0) == "0"


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        # RFC 8785, section 3.2.2.
        (
            {
                "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
                "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
                "literals": [None, True, False],
            },
            (
                '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
                '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
            ),
        ),
        # RFC 8785, section 3.2.3: keys are sorted by UTF-16 units, so U+1F600 comes before U+FB33.
        (
            {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7},
            '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
        ),
    ],
    ids=["values", "keys"],
)
def test_canonical_form_of_the_standard(value: Any, canonical: Any) -> None:
    assert canonical_json(value) == canonical


def test_strings_are_not_normalised() -> None:
    assert digest("\u00e9") != digest("e\u0301")


def test_no_canonical_form() -> None:
    values: list[Any] = [float("nan"), 2**53, "\ud800", ["\ud800"]]
    for value in values:
        with pytest.raises(InvalidJSON):
            canonical_json(value)


def test_digest_is_sha256_of_the_canonical_form() -> None:
    # echo -n '"good"' | sha256sum
    assert digest("good") == hashlib.sha256(b'"good"').hexdigest()


@given(TEXT)
def test_short_cut_for_strings_is_the_standard(text: Any) -> None:
    assert canonical_json(text) == rfc8785.dumps(text).decode()


@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    check_json(value)
    text = canonical_json(value)
    assert canonical_json(parse_json(text)) == text
    assert canonical_json(parse_json(json.dumps(value))) == text


def test_many_small_lines_are_fast() -> None:
    line = '{"input": "I liked it", "label": "positive", "scores": {"negative": 0.1, "positive": 0.9}}'
    started = time.perf_counter()
    for _ in range(10_000):
        parse_json(line)
    assert time.perf_counter() - started < 1.0  # takes about 0.03 s
