from typing import Any

import pytest

from tests.evaluation.expectations.reading import errors, expectation, output


@pytest.mark.parametrize(
    ("part", "ignore_case", "text", "there"),
    [
        ("doctor", False, "Call a doctor.", True),
        ("doctor", False, "Call a Doctor.", False),
        ("doctor", True, "Call a DOCTOR.", True),
        ("STRASSE", True, "Lange Straße 3", True),
        ("doctor", True, "", False),
        (".", False, "no stop", False),
    ],
)
def test_contains(part: Any, ignore_case: Any, text: Any, there: Any) -> None:
    said = output({"text": text})
    contains = expectation("contains", text=part, ignore_case=ignore_case)
    not_contains = expectation("not_contains", text=part, ignore_case=ignore_case)
    assert contains.check(said) == (0.0 if there else 1.0)
    assert not_contains.check(said) == (1.0 if there else 0.0)


@pytest.mark.parametrize(
    ("pattern", "text", "error"),
    [
        ("[0-9]{3}", "call 112 now", 0.0),
        ("^[0-9]{3}$", "call 112 now", 1.0),
        ("(?i)DOCTOR", "a doctor", 0.0),
        (r"\bcat\b", "concatenate", 1.0),
        (r"\p{Greek}", "alpha is α", 0.0),
        ("x*", "", 0.0),
    ],
)
def test_matches(pattern: Any, text: Any, error: Any) -> None:
    assert expectation("matches", pattern=pattern).check(output({"text": text})) == error


@pytest.mark.parametrize("said", [None, "neutral", {"value": 3}], ids=repr)
def test_unscored_without_text(said: Any) -> None:
    assert expectation("contains", text="neutral").check(output(said)) is None
    assert expectation("not_contains", text="neutral").check(output(said)) is None
    assert expectation("matches", pattern="neutral").check(output(said)) is None


@pytest.mark.parametrize("type_", ["contains", "not_contains"])
@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        ({}, {"text"}),
        ({"text": ""}, {"text"}),
        ({"text": 3}, {"text"}),
        ({"text": "\x00"}, {"text"}),
        ({"text": "x" * 10_001}, {"text"}),
        ({"text": "x", "ignore_case": 1}, {"ignore_case"}),
        ({"text": "x", "ignore_case": None}, {"ignore_case"}),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_contains_bad_fields(type_: Any, fields: Any, bad: Any) -> None:
    assert errors(type_, **fields).keys() == bad


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "a{2,1}",
        "*",
        r"(a)\1",  # no back references in RE2
        "(?=a)",  # no look-around either
        "((a{100}){100}){100}",
        r"(\pL{1,100}){10}",
        "x" * 1_001,
        "",
        3,
        None,
        "\ud800",
    ],
    ids=lambda value: repr(value)[:30],
)
def test_bad_pattern(pattern: Any) -> None:
    assert errors("matches", pattern=pattern).keys() == {"pattern"}


def test_the_compiler_says_what_is_wrong() -> None:
    assert "missing )" in errors("matches", pattern="(a")["pattern"][0]


@pytest.mark.timeout(60)  # a backtracking engine would take longer than the universe is old
@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*$", "(.*a){20}$", "(a?){50}a{50}$", "^(([a-z])+.)+[A-Z]([a-z])+$"]
)
def test_a_pattern_that_hangs_a_backtracking_engine(pattern: Any) -> None:
    said = output({"text": "a" * 50_000 + "!"})
    assert expectation("matches", pattern=pattern).check(said) in (0.0, 1.0)


@pytest.mark.timeout(60)
def test_a_text_too_long_for_the_pattern_is_unscored() -> None:
    expected = expectation("matches", pattern="((a|b){100}){10}c")
    assert expected.check(output({"text": "ab" * 5_000_000})) is None
    assert expected.check(output({"text": "ab" * 500 + "c"})) == 0.0
