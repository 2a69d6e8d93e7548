"""What can be seen in a scan without asking any model: the rules that test patterns are drawn by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tracker.demo.digits.corpus import Scan

STROKE_COLUMNS = 3  # as wide as one stroke of these pens is
ONE_STROKE_SHARE = 0.85
LEG_ROWS = slice(6, 8)
LEG_SIDE = slice(0, 3)
BARE_INK = 6


def stroke_share(image: NDArray[np.int64]) -> float:
    """Return the share of the ink, 0 to 1, in the three neighbouring columns that hold most of it."""
    columns = image.sum(axis=0)
    places = range(len(columns) - STROKE_COLUMNS + 1)
    most = max(columns[left : left + STROKE_COLUMNS].sum() for left in places)
    return float(most / columns.sum())


def is_wide_one(scan: Scan) -> bool:
    """A one with a flag at its top or a foot under it: more than one upright stroke."""
    return scan.label == "1" and stroke_share(scan.image) < ONE_STROKE_SHARE


def is_straight_nine(scan: Scan) -> bool:
    """A nine that ends in a straight leg: next to no ink where others curl back to the left."""
    return scan.label == "9" and int(scan.image[LEG_ROWS, LEG_SIDE].sum()) <= BARE_INK


def has_room_beside(scan: Scan) -> bool:
    """Whether the outermost column on each side is empty, so that a shift by one cell loses no ink."""
    return not scan.image[:, 0].any() and not scan.image[:, -1].any()
