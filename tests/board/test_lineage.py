"""A model's lineage, in lines."""

import pytest

from tracker.board.pages.model_words import lineage_parts


@pytest.mark.parametrize("empty", [[], {}, "", None])
def test_a_part_recorded_as_empty_has_no_line(empty: object) -> None:
    # the page says so by a dash with its reason
    assert lineage_parts({"data": {"set": "v3"}, "code": empty})[0][1] == ["set: v3"]
    assert lineage_parts({"code": empty})[0][1] == []


def test_a_zero_is_not_empty() -> None:
    assert lineage_parts({"code": 0})[0][1] == ["0"]
