"""Images that are arrays of numbers, as PNG data URIs.

Nothing is fetched, and what is not a small raster image is refused.
"""

import base64
import io
import re
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from PIL import Image

MAX_PIXELS = 512 * 512
# The usual ranges of pixel values; the first that holds all values is the scale.
RANGES = (1.0, 16.0, 255.0)
RASTER_URI = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+=*\Z")


@dataclass(frozen=True)
class Picture:
    """An image for `<img>`: its source and size in pixels (None where only decoding would tell)."""

    source: str
    width: int | None
    height: int | None

    @property
    def label(self) -> str:
        """What a screen reader says."""
        if self.width is None or self.height is None:
            return _("Image")
        return _("Image of %(width)d by %(height)d pixels") % {"width": self.width, "height": self.height}


def as_pixels(value: object) -> NDArray[np.uint8] | None:
    """Rows of numbers (height x width, or height x width x 3) as bytes; None where it is no image."""
    if not isinstance(value, list) or not value:
        return None
    try:
        numbers = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    is_image = numbers.ndim == 2 or (numbers.ndim == 3 and numbers.shape[2] == 3)
    if not is_image or not 0 < numbers.shape[0] * numbers.shape[1] <= MAX_PIXELS:
        return None
    if not np.isfinite(numbers).all():
        return None
    top = float(numbers.max())
    scale = next((limit for limit in RANGES if top <= limit), top)
    return np.clip(numbers / scale * 255, 0, 255).round().astype(np.uint8)


def picture(value: object) -> Picture | None:
    """The image that this input is, or None."""
    if isinstance(value, str):
        return Picture(value, None, None) if RASTER_URI.match(value) else None
    pixels = as_pixels(value)
    if pixels is None:
        return None
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format="PNG")
    encoded = base64.b64encode(stream.getvalue()).decode("ascii")
    return Picture(f"data:image/png;base64,{encoded}", pixels.shape[1], pixels.shape[0])
