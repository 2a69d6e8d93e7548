from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tracker.demo.digits.copies import (
    cut_off_at_top,
    on_grey_paper,
    shifted,
    tilted,
    white_on_black,
    with_pressure,
    with_specks,
)


@pytest.fixture
def image() -> NDArray[np.int64]:
    drawn = np.zeros((8, 8), dtype=np.int64)
    drawn[0, 2] = 16
    drawn[3, 7] = 5
    return drawn


def test_a_shift_moves_every_cell_and_loses_what_leaves(image: NDArray[np.int64]) -> None:
    right = shifted(image, right=1)
    assert right[0, 3] == 16
    assert right.sum() == 16
    left = shifted(image, right=-2)
    assert (left[0, 0], left[3, 5], left.sum()) == (16, 5, 21)


def test_pressure_scales_the_ink(image: NDArray[np.int64]) -> None:
    faint = with_pressure(image, pressure=0.4)
    # 16 x 0.4 = 6.4 and 5 x 0.4 = 2.
    assert (faint[0, 2], faint[3, 7], faint.sum()) == (6, 2, 8)


def test_a_quarter_turn_is_against_the_clock(image: NDArray[np.int64]) -> None:
    assert np.array_equal(tilted(image, degrees=90), np.rot90(image))
    assert np.array_equal(tilted(image, degrees=0), image)


def test_grey_paper_adds_to_every_cell_up_to_black(image: NDArray[np.int64]) -> None:
    grey = on_grey_paper(image, grey=6)
    assert (grey[0, 2], grey[3, 7], grey[7, 7]) == (16, 11, 6)


def test_specks_are_black_and_as_many_as_said(image: NDArray[np.int64]) -> None:
    blank = np.zeros((8, 8), dtype=np.int64)
    dusty = with_specks(blank, specks=3, rng=np.random.default_rng(1))
    assert sorted(dusty.ravel().tolist())[-4:] == [0, 16, 16, 16]
    assert not blank.any()


def test_the_cut_takes_the_top_row(image: NDArray[np.int64]) -> None:
    assert cut_off_at_top(image).sum() == 5
    assert image.sum() == 21


def test_white_on_black_twice_is_the_image(image: NDArray[np.int64]) -> None:
    assert white_on_black(image)[0, 2] == 0
    assert np.array_equal(white_on_black(white_on_black(image)), image)
