"""What differs between two texts, in stretches that people read as one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.board.differences import Piece, line_pieces, pieces
from tracker.board.tokens import word_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("It's  so-so.", ["It", "'", "s", "  ", "so", "-", "so", "."]),
        ("cafe\u0301 a", ["cafe\u0301", " ", "a"]),
        ("👩‍💻👍🏽 🇩🇪🇩🇰", ["👩‍💻", "👍🏽", " ", "🇩🇪", "🇩🇰"]),
        ("हिन्दी है", ["हिन्दी", " ", "है"]),
        ("不好", ["不", "好"]),
        ("می‌خواهم", ["می‌خواهم"]),
        ("", []),
    ],
)
def test_words_accents_and_emoji_stay_whole(text: str, tokens: list[str]) -> None:
    assert word_tokens(text) == tokens


@given(
    st.text(alphabet=st.sampled_from("ab \n,\u0301\u200d👍🏽不"), max_size=40),
    st.text(alphabet="ab ,👍", max_size=40),
)
def test_the_pieces_hold_both_texts(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.mark != "gone") == after
    assert "".join(piece.text for piece in found if piece.mark != "added") == before


def test_an_emoji_that_changes_is_not_cut() -> None:
    assert pieces("👨‍💻 ok", "👩‍💻 ok") == (
        Piece("gone", "👨‍💻"),
        Piece("added", "👩‍💻"),
        Piece("same", " ok"),
    )


def test_json_is_compared_line_by_line() -> None:
    assert line_pieces("{\n 1,\n 2\n}", "{\n 1,\n 3\n}") == (
        Piece("same", "{\n 1,\n"), Piece("gone", " 2\n"), Piece("added", " 3\n"), Piece("same", "}"),
    )  # fmt: skip


def test_a_word_changed_in_a_long_text_is_found() -> None:
    words = [f"word{number % 50}" for number in range(1500)]
    changed = [*words[:700], "another", *words[701:]]
    assert [piece.mark for piece in pieces(" ".join(words), " ".join(changed))] == [
        "same",
        "gone",
        "added",
        "same",
    ]


def test_texts_made_to_take_long_do_not() -> None:
    # 2,000 equal words that stand in no order with 2,000 others take half a minute to compare in full
    before, after = "a b " * 1000, "c b a a " * 500
    started = time.perf_counter()
    assert pieces(before, after) == (Piece("same", after),)
    assert time.perf_counter() - started < 5
