"""Lists of ids in one column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.runs.id_list_field import read_ids, written_ids


@given(ids=st.lists(st.integers(0, 40) | st.integers(0, 2**63 - 1)))
def test_every_list_comes_back_in_its_order(ids: list[int]) -> None:
    assert read_ids(written_ids(ids)) == ids


@pytest.mark.parametrize(
    ("ids", "text"), [([], ""), ([7], "7"), ([7, 8, 9, 12], "7-9 12"), ([3, 2, 2], "3 2 2")]
)
def test_what_follows_one_another_is_a_stretch(ids: list[int], text: str) -> None:
    assert written_ids(ids) == text


def test_what_was_stored_as_json_is_read() -> None:
    assert read_ids("[3, 4, 9]") == [3, 4, 9]
