from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tracker.demo.digits.corpus import Scan
from tracker.demo.digits.strokes import has_room_beside, is_straight_nine, is_wide_one, stroke_share


def drawn(*ink: tuple[slice | int, slice | int, int]) -> NDArray[np.int64]:
    image = np.zeros((8, 8), dtype=np.int64)
    for rows, columns, amount in ink:
        image[rows, columns] = amount
    return image


def scan(label: str, image: NDArray[np.int64]) -> Scan:
    return Scan(number=0, form=1, label=label, image=image)


UPRIGHT = drawn((slice(0, 8), 3, 10))
WITH_FOOT = drawn((slice(0, 7), 3, 10), (7, slice(1, 7), 10))


def test_the_share_of_one_stroke() -> None:
    assert stroke_share(UPRIGHT) == 1.0
    # Columns 2 to 4 hold 70 + 10 + 10 + 10 of 70 + 60.
    assert stroke_share(WITH_FOOT) == pytest.approx(100 / 130)


def test_wide_ones_are_ones_with_more_than_a_stroke() -> None:
    assert is_wide_one(scan("1", WITH_FOOT))
    assert not is_wide_one(scan("1", UPRIGHT))
    assert not is_wide_one(scan("2", WITH_FOOT))


def test_straight_nines_do_not_curl_to_the_left() -> None:
    assert is_straight_nine(scan("9", UPRIGHT))
    assert not is_straight_nine(scan("9", drawn((7, slice(0, 4), 10))))
    assert not is_straight_nine(scan("4", UPRIGHT))


def test_room_is_needed_on_both_sides() -> None:
    assert has_room_beside(scan("1", UPRIGHT))
    assert not has_room_beside(scan("1", drawn((2, 0, 1))))
    assert not has_room_beside(scan("1", drawn((2, 7, 1))))
