"""Paths into answers."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evaluation.adapters.mapping.faults import Unreadable
from evaluation.adapters.mapping.paths import EACH, LONGEST_PATH, Path

ANSWER = {
    "outputs": [{"data": [0.25, 0.75]}, {"data": ["yes"], "a.b": {"sepal length (cm)": 5.1}}],
    "labels": ["no", "yes"],
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ANSWER),
        ("labels", ["no", "yes"]),
        ("outputs[0].data", [0.25, 0.75]),
        ("outputs[-1].data[0]", "yes"),
        ('outputs[1]["a.b"].sepal length (cm)', 5.1),
        ('["labels"][1]', "yes"),
        ("labels[*]", "yes"),
    ],
)
def test_a_path_leads_to_a_value(text: str, found: object) -> None:
    assert Path.parse(text).get(ANSWER, place=1) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("results", "needs “results”, where there is an object with outputs, labels"),
        ("labels.first", "needs “first”, where there is a list of 2"),
        ("labels[2]", "needs place 2, where there is a list of 2"),
        ("labels[0].deeper", "needs “deeper”, where there is no list or object"),
        ("outputs[0][0]", "needs place 0, where there is an object with data"),
        ("outputs[0].data[*].x[*]", "needs “x”, where there is no list or object"),
    ],
)
def test_a_path_that_ends_too_early_says_where(text: str, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        Path.parse(text).get(ANSWER)

    assert caught.value.why.endswith(f"{words}.")
    assert text in caught.value.why


@pytest.mark.parametrize(
    "text", [".a", "a.", "a..b", "a[", "a[x]", "a[1.5]", "[0]a", "a{b}", 'a["b]', " a", "a ", "x" * 301]
)
def test_what_is_not_a_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="path"):
        Path.parse(text)


def test_the_list_that_has_an_entry_for_each_input_is_known() -> None:
    path = Path.parse("outputs[0].data[*].label")

    assert path.has_each
    assert path.up_to_each() == Path.parse("outputs[0].data")
    assert path.steps == ("outputs", 0, "data", EACH, "label")


@given(st.lists(st.one_of(st.text(), st.integers(0, 3)), max_size=5))
def test_every_name_can_be_written_in_quotes(keys: list[str | int]) -> None:
    """Whatever signs the names have, a path of quoted names and places leads to where it says."""
    value: object = "found"
    for key in reversed(keys):
        value = {key: value} if isinstance(key, str) else [None] * key + [value]

    text = "".join(f"[{json.dumps(key)}]" for key in keys)
    assume(len(text) <= LONGEST_PATH)

    assert Path.parse(text).get(value) == "found"
