"""Characters that nobody sees."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.template.loader import render_to_string

from tracker.board.examples import shown
from tracker.board.invisible import visible


def drawn(value: Any, kind: str = "text", base: Any = None, size: str = "") -> str:
    return render_to_string("_fragments/_example.html", {"example": shown(value, kind, base), "size": size})


def seen(html: str) -> str:
    """What stands there, without marks around it."""
    return " ".join(re.sub(r"<[^>]*>", "", html).split())


@pytest.mark.parametrize(
    ("hidden", "name"),
    [
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\x07", "U+0007 control character"),
        ("\xad", "U+00AD SOFT HYPHEN"),
        ("\U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
    ],
)
def test_what_nobody_sees_is_a_sign_with_its_name(hidden: str, name: str) -> None:
    html = visible(f"a{hidden}<b>")
    assert hidden not in html
    assert html == f'a<span class="sign" title="{name}">{name.split(maxsplit=1)[0]}</span>&lt;b&gt;'


@pytest.mark.parametrize("text", ["a\n\tb", "می‌خواهم", "👩‍💻", "cafe\u0301", "a & <b>"])
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert visible(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


def test_repeated_ones_are_counted_and_many_kinds_do_not_swell_the_page() -> None:
    assert "U+200B × 5000" in visible("\u200b" * 5000)
    assert len(visible("\u200b\u200e" * 5000)) < 12_000


@pytest.mark.parametrize(
    ("value", "base", "sign"),
    [
        ("end ", "end", '<mark title="not in the base"><span class="sign"'),
        ("end", "end ", '<del title="only in the base">'),
    ],
)
def test_a_space_that_is_all_that_differs_is_seen(value: str, base: str, sign: str) -> None:
    html = drawn(value, base=base)
    assert sign in html
    assert "␣" in html


def test_a_line_break_in_place_of_a_space_is_seen() -> None:
    assert "␣" in drawn("a\nb", base="a b")
    assert "↵" in drawn("a\nb", base="a b")
    assert "↵" not in drawn("a\nb")


def test_an_empty_text_says_so() -> None:
    assert seen(drawn({"city": ""}, "table")) == "city empty"


def test_texts_choose_their_own_direction() -> None:
    assert '<span class="pieces" dir="auto">مرحبا</span>' in drawn("مرحبا")


def test_a_long_text_is_folded_in_lists_and_whole_elsewhere() -> None:
    long = "many words " * 100 + "the end"
    assert "<details" in drawn(long, size="is-small")
    assert "All 1,107 characters" in seen(drawn(long, size="is-small"))
    assert "the end" in drawn(long, size="is-small")
    assert "<details" not in drawn(long)
    assert "<details" not in drawn("a few words", size="is-small")


def test_a_folded_text_begins_where_it_differs() -> None:
    long = "many words " * 100
    html = drawn(long + "at the end", base=long + "in the end", size="is-small")
    beginning = html[: html.index('class="example-more"')]
    assert "<mark" in beginning
    assert "the end" in seen(beginning)


def test_a_text_without_end_is_cut_and_says_so() -> None:
    html = drawn("x" * 25_000)
    assert len(html) < 12_000
    assert "… 15,000 more characters are not shown" in seen(html)
