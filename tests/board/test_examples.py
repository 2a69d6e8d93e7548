import base64
import io

import pytest
from PIL import Image

from tracker.board.differences import Piece
from tracker.board.examples import shown


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
    value: object, input_kind: str, kind: str, texts: list[tuple[str, str]]
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
        ([[1, 2], [3]], "image"),
        ([[float("inf")]], "image"),
        ([[0] * 513] * 513, "image"),
        (41, "text"),
        (None, "table"),
    ],
)
def test_what_has_another_shape_is_shown_as_json(value: object, input_kind: str) -> None:
    assert shown(value, input_kind).kind == "json"


def pixels_of(source: str) -> tuple[tuple[int, int], list[object]]:
    image = Image.open(io.BytesIO(base64.b64decode(source.removeprefix("data:image/png;base64,"))))
    return image.size, [image.getpixel((x, y)) for y in range(image.height) for x in range(image.width)]


def test_rows_of_numbers_become_an_image_on_their_usual_scale() -> None:
    picture = shown([[0, 8, 15], [4, 2, 0]], "image").picture
    assert picture is not None
    # 15 is within 0 to 16: 8/16, 15/16, 4/16 and 2/16 of 255, rounded to the even one
    assert pixels_of(picture.source) == ((3, 2), [0, 128, 239, 64, 32, 0])
    assert picture.label == "Image of 3 by 2 pixels"


def test_colours_are_kept() -> None:
    picture = shown([[[255, 0, 128]]], "image").picture
    assert picture is not None
    assert pixels_of(picture.source) == ((1, 1), [(255, 0, 128)])


def test_an_image_may_be_a_raster_data_uri_but_no_drawing_and_no_address() -> None:
    assert shown("data:image/png;base64,AAAA", "image").kind == "image"
    for other in (
        "data:image/svg+xml;base64,AAAA",
        "https://example.org/a.png",
        'data:image/png;base64,AA" onerror="x',
    ):
        assert shown(other, "image").kind == "text"


def test_what_differs_from_the_base_is_marked() -> None:
    (text,) = shown("Maria was kind", "text", "John was kind").texts
    assert text.pieces == (Piece("gone", "John"), Piece("added", "Maria"), Piece("same", " was kind"))
    assert text.changed


def test_cells_are_compared_by_name() -> None:
    age, city = shown({"age": 42, "city": "Rome"}, "table", {"city": "Rome", "age": 41}).texts
    assert age.changed
    assert not city.changed


def test_texts_too_long_to_compare_are_shown_whole() -> None:
    long = "word " * 2_000
    (text,) = shown(long, "text", "another").texts
    assert text.pieces == (Piece("same", long),)
