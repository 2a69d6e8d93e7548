"""Request templates."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.adapters.mapping.faults import Unsendable
from evaluation.adapters.mapping.template import Template
from evaluation.types import JSON

ROWS: list[JSON] = [{"text": "a", "age": 3}, {"text": "b", "age": None}]


@pytest.mark.parametrize(
    ("template", "request_body"),
    [
        ("{inputs}", ROWS),
        ({"data": "{inputs}", "n": 2, "on": True}, {"data": ROWS, "n": 2, "on": True}),
        (["{input.text}"], ["a", "b"]),
        ({"rows": [["{input.text}", "{input.age}"]]}, {"rows": [["a", 3], ["b", None]]}),
        (
            {"instances": [{"t": "Is {input.text} {input.age}?"}]},
            {"instances": [{"t": "Is a 3?"}, {"t": "Is b null?"}]},
        ),
        ([{"all": "{{{input}}}"}], [{"all": '{{"text":"a","age":3}}'}, {"all": '{{"text":"b","age":null}}'}]),
        (
            [{"q": "{input.text}", "of": "{labels}"}],
            [{"q": "a", "of": ["no", "yes"]}, {"q": "b", "of": ["no", "yes"]}],
        ),
        (
            {"x": ["{input.text}"], "options": ["fast"], "none": []},
            {"x": ["a", "b"], "options": ["fast"], "none": []},
        ),
        ({"deep": [{"deeper": ["{input.text}"]}]}, {"deep": [{"deeper": ["a"]}, {"deeper": ["b"]}]}),
    ],
)
def test_inputs_are_filled_in(template: object, request_body: JSON) -> None:
    parsed = Template.parse(template)

    assert not parsed.takes_one
    assert parsed.fill(ROWS, ["no", "yes"]) == request_body


@pytest.mark.parametrize(
    ("template", "request_body"),
    [
        ("{input}", ROWS[0]),
        ({"q": "{input.text}"}, {"q": "a"}),
        (["{input.text}", "{input.age}"], ["a", 3]),
        (
            [{"role": "system", "content": "x"}, {"role": "user", "content": "{input.text}"}],
            [{"role": "system", "content": "x"}, {"role": "user", "content": "a"}],
        ),
    ],
)
def test_a_template_outside_a_repeated_list_takes_one_input(template: object, request_body: JSON) -> None:
    parsed = Template.parse(template)

    assert parsed.takes_one
    assert parsed.fill(ROWS[:1]) == request_body


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ({"data": "no place"}, "every request is the same"),
        ("{inptus}", r"no placeholder \{inptus\}"),
        ("{input.}", "no placeholder"),
        ("{inputs[0]}", "no placeholder"),
        ("{input[*]}", "no placeholder"),
        ("{input} }", "single brace"),
        ("{input} {", "single brace"),
        ("{input.a..b}", "path"),
        ({"{input}": "{input}"}, "values"),
        ("{input}" * 10_000, "at most 50,000"),
    ],
)
def test_a_wrong_template_is_refused(template: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Template.parse(template)


def test_a_deep_template_is_refused() -> None:
    template: Any = "{input}"
    for _ in range(40):
        template = [template]

    with pytest.raises(ValueError, match="nested"):
        Template.parse(template)


def test_an_input_without_what_is_asked_for_is_named() -> None:
    with pytest.raises(Unsendable, match=r"needs “age”, where there is an object with text"):
        Template.parse(["{input.age}"]).fill([{"text": "a"}])


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(_JSON, min_size=1, max_size=4))
def test_what_is_filled_in_is_never_read_as_a_template(inputs: list[Any]) -> None:
    """An input with braces of its own arrives as it is, whatever it holds."""
    assert Template.parse({"x": "{inputs}", "y": ["{input}"]}).fill(inputs) == {"x": inputs, "y": inputs}


@given(st.text(max_size=50), st.text(max_size=50))
def test_doubled_braces_write_every_text(before: str, after: str) -> None:
    def doubled(text: str) -> str:
        return text.replace("{", "{{").replace("}", "}}")

    template = Template.parse_text(f"{doubled(before)}{{input}}{doubled(after)}")

    assert template.fill(["{input}"]) == f"{before}{{input}}{after}"
