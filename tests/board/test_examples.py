from typing import Any

import pytest

from tracker.board.differences import Piece
from tracker.board.examples import shown, shown_output


@pytest.mark.parametrize(
    ("value", "input_kind", "kind", "texts"),
    [
        ("a text", "text", "text", [("", "a text")]),
        ("a text", "image", "text", [("", "a text")]),
        (["one", "two"], "text_pair", "text_pair", [("", "one"), ("", "two")]),
        ({"left": "one", "right": "two"}, "text_pair", "text_pair", [("left", "one"), ("right", "two")]),
        ([{"role": "user", "content": "hi"}], "chat", "chat", [("user", "hi")]),
        ({"messages": [{"role": "user", "content": "hi"}]}, "chat", "chat", [("user", "hi")]),
        (
            {"age": 41, "city": "Rome", "income": None},
            "table",
            "table",
            [("age", "41"), ("city", "Rome"), ("income", "null")],
        ),
    ],
)
def test_an_example_is_shown_as_what_it_is(
    value: Any, input_kind: str, kind: str, texts: list[tuple[str, str]]
) -> None:
    example = shown(value, input_kind)
    assert example.kind == kind
    assert [(text.name, "".join(piece.text for piece in text.pieces)) for text in example.texts] == texts


@pytest.mark.parametrize(
    ("value", "input_kind"),
    [
        (["one", "two", "three"], "text_pair"),
        ([{"content": "nobody said it"}], "chat"),
        ([], "chat"),
        ({"nested": {"a": 1}}, "table"),
        (41, "text"),
        (None, "table"),
    ],
)
def test_what_has_another_shape_is_shown_as_json(value: Any, input_kind: str) -> None:
    assert shown(value, input_kind).kind == "json"


def test_what_differs_from_the_base_is_marked() -> None:
    (text,) = shown("Maria was kind", "text", "John was kind").texts
    assert text.pieces == (Piece("gone", "John"), Piece("added", "Maria"), Piece("same", " was kind"))
    assert text.changed


def test_cells_are_compared_by_name() -> None:
    age, city = shown({"age": 42, "city": "Rome"}, "table", {"city": "Rome", "age": 41}).texts
    assert age.changed
    assert not city.changed


def names_and_marks(value: Any, kind: str, base: Any) -> list[tuple[str, str, bool]]:
    return [(text.name, text.mark, text.changed) for text in shown(value, kind, base).texts]


def test_columns_that_came_or_went_are_marked() -> None:
    found = names_and_marks({"age": 41, "town": "Rome"}, "table", {"age": 41, "city": "Rome"})
    assert found == [("age", "same", False), ("town", "added", True), ("city", "gone", True)]


def test_turns_that_changed_came_or_went_are_marked() -> None:
    base = [("system", "be kind"), ("user", "hi"), ("assistant", "hello"), ("user", "I need a doctor")]
    value = [("user", "hi"), ("assistant", "hello"), ("user", "I need a dealer"), ("assistant", "no")]
    as_chat = [[{"role": role, "content": text} for role, text in turns] for turns in (value, base)]
    assert names_and_marks(as_chat[0], "chat", as_chat[1]) == [
        ("system", "gone", True), ("user", "same", False), ("assistant", "same", False), ("user", "same", True),
        ("assistant", "added", True),
    ]  # fmt: skip


def test_both_texts_of_a_pair_are_compared() -> None:
    one, two = shown(
        {"premise": "a b", "hypothesis": "c"}, "text_pair", {"premise": "a", "hypothesis": "c"}
    ).texts
    assert (one.name, one.changed, two.name, two.changed) == ("premise", True, "hypothesis", False)


def test_the_question_stands_before_the_answer() -> None:
    # stored JSON has its keys in alphabetical order
    names = [text.name for text in shown({"answer": "no", "question": "why?"}, "text_pair").texts]
    assert names == ["question", "answer"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("41", '"41"'),
        (41, "41"),
        ("end ", '"end "'),
        ("null", '"null"'),
        (None, "null"),
        ("Oslo", "Oslo"),
        (True, "true"),
    ],
)
def test_a_text_that_looks_like_a_number_is_told_from_one(cell: Any, text: str) -> None:
    (found,) = shown({"a": cell}, "table").texts
    assert found.pieces == (Piece("same", text),)


def test_json_is_pretty_and_compared_line_by_line() -> None:
    (text,) = shown(
        {"q": [1, 2], "deep": {"er": {"k": 3}}}, "json", {"q": [1, 2], "deep": {"er": {"k": 4}}}
    ).texts
    assert [piece for piece in text.pieces if piece.mark != "same"] == [
        Piece("gone", '    "er": {"k": 4}\n'), Piece("added", '    "er": {"k": 3}\n'),
    ]  # fmt: skip
    assert text.pieces[0].text.startswith('{\n  "q": [1, 2],\n')


def test_json_without_end_is_cut_and_can_be_had_whole() -> None:
    example = shown(list(range(100_000)), "json", slug="shop")
    assert example.is_beginning
    assert len(example.texts[0].pieces[0].text) <= 10_000
    assert example.whole.startswith("/projects/shop/examples/")


def test_deep_json_is_shown() -> None:
    value: Any = 1
    for _level in range(64):
        value = {"n": value}
    assert shown(value, "json").texts[0].pieces[0].text.count("n") == 64


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        ({"text": '{"answer": 42}'}, "json"),
        ({"text": "long " * 100}, "text"),
        ({"text": "two\nlines"}, "text"),
        ({"text": "short"}, None),
        ({"text": "[not json"}, None),
        ({"label": "yes"}, None),
        (None, None),
    ],
)
def test_an_answer_for_which_a_line_is_not_enough_is_shown_whole(output: Any, kind: str | None) -> None:
    example = shown_output(output)
    assert (example.kind if example else None) == kind
