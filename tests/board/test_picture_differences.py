"""What differs between two pictures, counted and drawn."""

from __future__ import annotations

from typing import Any

import pytest

from tests.board.images import colourful, noisy, pixels_of, read_uri, uri_of
from tracker.board.examples import shown

MARK = (213, 94, 0)


def test_pixels_that_differ_are_counted_and_marked() -> None:
    example = shown([[0, 16, 3], [4, 5, 6]], "image", [[0, 16, 3], [4, 9, 7]])
    assert example.difference is not None
    assert example.difference.sentence == "2 of 6 pixels differ from the base."
    assert example.difference.drawing is not None
    drawn = pixels_of(read_uri(example.difference.drawing.source).convert("RGB"))
    assert [pixel == MARK for pixel in drawn] == [False, False, False, False, True, True]
    assert example.base_picture is not None


def test_one_colour_of_one_pixel_is_a_difference() -> None:
    changed = colourful()
    changed.putpixel((2, 1), (74, 91, 34))  # was (74, 91, 33)
    example = shown(uri_of(changed), "image", uri_of(colourful()))
    assert example.difference is not None
    assert example.difference.sentence == "1 of 6 pixels differs from the base."


def test_an_array_and_a_file_of_the_same_pixels_are_the_same() -> None:
    example = shown([[0, 17, 255]], "image", uri_of(read_uri(shown([[0, 17, 255]], "image").picture.source)))  # type: ignore[union-attr]
    assert example.difference is not None
    assert example.difference.sentence == "0 of 3 pixels differ from the base."


@pytest.mark.parametrize(
    ("value", "base", "sentence"),
    [
        ([[0, 1]], [[0, 1], [1, 0]], "The base has another size: 2 by 2 pixels."),
        (uri_of(noisy(300, 300)), uri_of(noisy(300, 300)), "Too large to be compared pixel by pixel here."),
    ],
)
def test_what_cannot_be_compared_says_so(value: Any, base: Any, sentence: str) -> None:
    example = shown(value, "image", base, slug="shop")
    assert example.difference is not None
    assert (example.difference.sentence, example.difference.drawing) == (sentence, None)


@pytest.mark.parametrize(
    "base", ["https://example.org/a.png", "no picture", "data:image/png;base64,AAAA", {"a": 1}]
)
def test_a_base_that_is_no_picture_here_is_not_compared(base: Any) -> None:
    example = shown([[0, 1]], "image", base)
    assert (example.kind, example.difference, example.base_picture) == ("image", None, None)
