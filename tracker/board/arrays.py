"""Images that are arrays of numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_PIXELS = 512 * 512


@dataclass(frozen=True)
class Scale:
    """Which numbers are black and white."""

    low: float
    high: float


# The usual ranges of pixel values; the first that holds all values is the scale.
USUAL = (Scale(0, 1), Scale(0, 16), Scale(0, 255), Scale(-1, 1))


def pixel_numbers(value: object) -> NDArray[np.float64] | None:
    """Rows of numbers (height x width, or height x width x 1, 3 or 4) as they are; None where it is no image."""
    if not isinstance(value, list) or not value or not isinstance(value[0], list):
        return None
    try:
        given = np.asarray(value)
    except (TypeError, ValueError, OverflowError):  # rows of unequal length
        return None
    if given.dtype.kind not in "biuf" or given.size == 0:
        return None
    numbers = given.astype(np.float64)
    if numbers.ndim == 3 and numbers.shape[2] == 1:
        numbers = numbers[:, :, 0]
    is_image = numbers.ndim == 2 or (numbers.ndim == 3 and numbers.shape[2] in {3, 4})
    if not is_image or not np.isfinite(numbers).all():
        return None
    return numbers


def scale_of(numbers: NDArray[np.float64]) -> Scale:
    low, high = float(numbers.min()), float(numbers.max())
    usual = (scale for scale in USUAL if scale.low <= low and high <= scale.high)
    return next(usual, Scale(min(low, 0.0), high))


def as_pixels(value: object) -> NDArray[np.uint8] | None:
    """The array as bytes of an image; None where it is none, or has more pixels than pages draw."""
    numbers = pixel_numbers(value)
    if numbers is None or numbers.shape[0] * numbers.shape[1] > MAX_PIXELS:
        return None
    scale = scale_of(numbers)
    share = (numbers - scale.low) / ((scale.high - scale.low) or 1.0)
    return np.clip(share * 255, 0, 255).round().astype(np.uint8)
