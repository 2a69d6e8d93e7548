"""Copies of a scan as scanners, pens and paper make them.

Each takes and returns 8 x 8 whole numbers from 0 to FULL_INK; the image given is left as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from tracker.demo.digits.corpus import FULL_INK

if TYPE_CHECKING:
    from numpy.typing import NDArray


def shifted(image: NDArray[np.int64], *, right: int) -> NDArray[np.int64]:
    """Move the digit by `right` cells, to the left where negative; what leaves the picture is lost."""
    moved = np.zeros_like(image)
    if right >= 0:
        moved[:, right:] = image[:, : image.shape[1] - right]
    else:
        moved[:, :right] = image[:, -right:]
    return moved


def with_pressure(image: NDArray[np.int64], *, pressure: float) -> NDArray[np.int64]:
    """Write it again with a pen that leaves this share of the ink."""
    return _as_ink(image * pressure)


def tilted(image: NDArray[np.int64], *, degrees: float) -> NDArray[np.int64]:
    """Turn the digit about its middle, against the clock where positive."""
    return _as_ink(ndimage.rotate(image.astype(float), degrees, reshape=False, order=1))


def on_grey_paper(image: NDArray[np.int64], *, grey: int) -> NDArray[np.int64]:
    """Scan it on paper that itself counts as `grey` ink."""
    return _as_ink(image + grey)


def with_specks(image: NDArray[np.int64], *, specks: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Scan it on a dusty glass: `specks` cells, drawn by chance, are black."""
    dusty = image.copy()
    dusty.reshape(-1)[rng.choice(dusty.size, specks, replace=False)] = FULL_INK
    return dusty


def cut_off_at_top(image: NDArray[np.int64]) -> NDArray[np.int64]:
    """Lose the top row, as under a scanner's edge."""
    cut = image.copy()
    cut[0] = 0
    return cut


def white_on_black(image: NDArray[np.int64]) -> NDArray[np.int64]:
    """Swap ink and paper."""
    return FULL_INK - image


def _as_ink(image: NDArray[np.floating] | NDArray[np.int64]) -> NDArray[np.int64]:
    return np.clip(np.rint(image), 0, FULL_INK).astype(np.int64)
