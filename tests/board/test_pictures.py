"""Inputs that are images: which are shown, from where, and what is refused with which reason."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from tests.board.images import (
    SVG,
    as_uri,
    colourful,
    file_of,
    noisy,
    pixels_of,
    png_that_declares,
    read_uri,
    uri_of,
)
from tracker.board.examples import shown
from tracker.board.pictures import Picture


def picture(value: Any, slug: str = "") -> Picture:
    found = shown(value, "image", slug=slug).picture
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # 15 is within 0 to 16: 8/16, 15/16, 4/16 and 2/16 of 255, rounded to the even one
        ([[0, 8, 15], [4, 2, 0]], [0, 128, 239, 64, 32, 0]),
        ([[0, 0.5, 1]], [0, 128, 255]),
        ([[0, 17, 255]], [0, 17, 255]),
        ([[True, False]], [255, 0]),
        ([[-1, 0, 1]], [0, 128, 255]),
        # beyond every usual scale: from the least to the largest, 510 halves to 255
        ([[0, 255, 510]], [0, 128, 255]),
        ([[[0], [16]]], [0, 255]),
        ([[[255, 0, 128]]], [(255, 0, 128)]),
        ([[[255, 0, 128, 255]]], [(255, 0, 128, 255)]),
        ([[0, 0]], [0, 0]),
    ],
)
def test_rows_of_numbers_become_an_image_on_their_usual_scale(rows: Any, expected: list[object]) -> None:
    assert pixels_of(read_uri(picture(rows).source)) == expected


def test_a_screen_reader_hears_the_size() -> None:
    assert picture([[0, 8, 15], [4, 2, 0]]).label == "Image of 3 by 2 pixels"
    assert picture(uri_of(colourful(5, 4))).label == "Image of 5 by 4 pixels"


@pytest.mark.parametrize(
    "value",
    [[["1", "2"]], [[1, 2], [3]], [[float("inf")]], [1, 2], [], [[]], [[None]], [[[1, 2]]], [[2**70]]],
)
def test_what_is_no_array_of_pixels_is_shown_as_json(value: Any) -> None:
    assert shown(value, "image").kind == "json"


def test_an_array_too_large_to_be_drawn_says_so() -> None:
    example = shown([[0] * 513] * 513, "image")
    assert example.kind == "json"
    assert example.note == "An array of 513 by 513 pixels: too large to be drawn."


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_small_data_uri_of_a_raster_image_is_shown_as_it_is(kind: str) -> None:
    uri = uri_of(colourful(), kind)
    assert (picture(uri).source, picture(uri).width, picture(uri).height) == (uri, 3, 2)


def test_what_is_large_has_an_address_instead_of_standing_in_the_page() -> None:
    uri = uri_of(noisy(100, 80))
    found = picture(uri, slug="shop")
    assert len(uri) > 4096
    assert found.source.startswith("/projects/shop/examples/")
    assert found.small == found.source + "small/"
    assert (found.width, found.height) == (100, 80)
    large = picture([[n * k % 256 for n in range(100)] for k in range(80)], slug="shop")
    assert large.source.endswith("/picture/")
    assert picture([[0, 1]], slug="shop").source.startswith("data:image/png;base64,")


def test_a_photo_that_lies_on_its_side_has_the_size_that_is_seen() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it by a quarter
    found = picture(uri_of(colourful(30, 20), "JPEG", exif=exif))
    assert (found.width, found.height) == (20, 30)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (as_uri(SVG, "svg+xml"), "This is an SVG drawing, which can carry scripts."),
        ("data:image/SVG+XML;base64,AAAA", "This is an SVG drawing"),
        (as_uri(SVG), "This is an SVG drawing"),
        (as_uri(b"%PDF-1.7 ..."), "This is a PDF."),
        (as_uri(b"GIF89a"), "This is no PNG, JPEG, GIF or WebP picture, or its file is damaged."),
        ("data:text/html;base64,AAAA", "This is no data URI of a PNG"),
        ("data:image/png,raw", "The data URI is not written in base64."),
        ("data:image/png;base64", "The data URI is not written in base64."),
        ('data:image/png;base64,AA" onerror="x', "The base64 of the data URI is broken."),
        (as_uri(png_that_declares(50_000, 50_000)), "more than 16 million pixels"),
        (as_uri(png_that_declares(5_000, 5_000)), "more than 16 million pixels"),
        ("https://pictures.example.org/a.png", "only from hosts that the operator lists (IMAGE_HOSTS)"),
        ("http://pictures.example.org/a.png", "it has to be a plain https address"),
        ("https://", "it has to be a plain https address"),
        ("https://ann:secret@listed.example.org/a.png", "it has to be a plain https address"),
        ("https://listed.example.org\\@evil.example.org/a.png", "it has to be a plain https address"),
        ("https://listed.example.org:99999/a.png", "it has to be a plain https address"),
        ("https://evil.example.org/?listed.example.org", "only from hosts that the operator lists"),
        ("https://listed.example.org.evil.example/a.png", "only from hosts that the operator lists"),
        ("https://listed.example.org:8443/a.png", "only from hosts that the operator lists"),
        ("https://notwide.example/a.png", "only from hosts that the operator lists"),
    ],
)
def test_what_is_refused_stands_there_as_text_with_the_reason(settings: Any, value: str, reason: str) -> None:
    settings.IMAGE_HOSTS = ["listed.example.org", "*.wide.example"]
    example = shown(value, "image", slug="shop")
    assert (example.kind, example.picture) == ("text", None)
    assert reason in example.note
    (text,) = example.texts
    assert text.pieces[0].text == value


@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", "//listed.example.org/a.png", " https://listed.example.org/a.png"]
)
def test_other_strings_are_texts(settings: Any, value: str) -> None:
    settings.IMAGE_HOSTS = ["listed.example.org"]
    assert shown(value, "image").kind == "text"
    assert shown(value, "image").picture is None


@pytest.mark.parametrize(
    "address",
    [
        "https://listed.example.org/a.png?size=2#top",
        "https://LISTED.example.org:443/a.png",
        "https://a.b.wide.example/a.png",
        "https://port.example:8443/a.png",
    ],
)
def test_an_address_of_a_listed_host_is_shown(settings: Any, address: str) -> None:
    settings.IMAGE_HOSTS = ["listed.example.org", "*.wide.example", "port.example:8443"]
    found = picture(address)
    assert (found.source, found.is_remote, found.label) == (address, True, "Image")


def test_an_address_is_no_picture_where_inputs_are_texts(settings: Any) -> None:
    settings.IMAGE_HOSTS = ["listed.example.org"]
    example = shown("https://listed.example.org/a.png", "text")
    assert (example.kind, example.picture, example.note) == ("text", None, "")


def test_a_picture_with_words_is_shown_with_them() -> None:
    example = shown({"image": uri_of(colourful()), "question": "Which colour?"}, "image")
    assert (example.kind, [text.name for text in example.texts]) == ("image", ["question"])
    assert shown({"image": uri_of(colourful()), "boxes": [{"x": 1}]}, "image").kind == "json"


def test_the_same_file_under_two_names_has_two_addresses_only_if_it_differs() -> None:
    one, other = uri_of(noisy(100, 80)), uri_of(noisy(80, 100))
    assert picture(one, slug="shop").source == picture(one, slug="shop").source
    assert picture(one, slug="shop").source != picture(other, slug="shop").source
    assert file_of(noisy(8, 8)) == file_of(noisy(8, 8))
