"""Inputs that are images, for `<img>`: small ones in the page, others under an address of our own.

Nothing is fetched, and what is not a raster image of bounded size is refused with the reason.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image

from evaluation.canonical import digest
from evaluation.types import JSON
from tracker.board.arrays import MAX_PIXELS as MAX_ARRAY_PIXELS
from tracker.board.arrays import as_pixels, pixel_numbers
from tracker.board.image_addresses import is_address, is_listed
from tracker.board.rasters import NotShown, as_png, bytes_of_uri, data_uri, decoded, opened, upright_size

INLINE_BYTES = 4096
INLINE_PIXELS = 64 * 64
SMALL = 320
FULL = 2048


@dataclass(frozen=True)
class Picture:
    """An image for `<img>`: its source, a smaller one for lists, and its size in pixels (None for one elsewhere)."""

    source: str
    width: int | None = None
    height: int | None = None
    small: str = ""
    is_remote: bool = False

    @property
    def label(self) -> str:
        """What a screen reader says."""
        if self.width is None or self.height is None:
            return _("Image")
        return _("Image of %(width)d by %(height)d pixels") % {"width": self.width, "height": self.height}

    @property
    def is_tiny(self) -> bool:
        """Whether its single pixels are worth seeing."""
        return self.width is not None and self.height is not None and max(self.width, self.height) <= 64


@dataclass(frozen=True)
class Stored:
    """Where the picture of a stored example has its address: its project, and what its digest is of."""

    slug: str
    example: JSON

    @cached_property
    def digest(self) -> str:
        return digest(self.example)

    def address(self, name: str) -> str:
        return reverse(f"board:{name}", args=[self.slug, self.digest])


def picture(value: object, stored: Stored | None = None) -> Picture | None:
    """The image that this input is; None where it is none. Raises NotShown where it is one that is not shown.

    Without an address to lead to, every picture stands in the page.
    """
    if isinstance(value, str):
        return _of_text(value, stored)
    numbers = pixel_numbers(value)
    if numbers is None:
        return None
    height, width = numbers.shape[:2]
    if height * width > MAX_ARRAY_PIXELS:
        raise NotShown(
            _("An array of %(width)d by %(height)d pixels: too large to be drawn.")
            % {"width": width, "height": height}
        )
    if height * width > INLINE_PIXELS and stored is not None:
        return _served(width, height, stored)
    drawing = pixels(value)
    if drawing is None:
        return None
    source = data_uri(as_png(drawing))
    if len(source) > INLINE_BYTES and stored is not None:
        return _served(width, height, stored)
    return Picture(source, width, height)


def size_of(value: object) -> tuple[int, int] | None:
    """Width and height of an image that is here, without decoding it; None for another input. Raises NotShown."""
    if isinstance(value, str):
        return upright_size(opened(bytes_of_uri(value))) if value.startswith("data:") else None
    numbers = pixel_numbers(value)
    return None if numbers is None else (numbers.shape[1], numbers.shape[0])


def pixels(value: object) -> Image.Image | None:
    """The image that this input is, decoded; None where it is none of ours to decode. Raises NotShown."""
    if isinstance(value, str):
        return decoded(opened(bytes_of_uri(value))) if value.startswith("data:") else None
    array = as_pixels(value)
    return None if array is None else Image.fromarray(array)


def drawn(value: object, longest: int) -> tuple[bytes, str] | None:
    """The input as a file that we made: no larger than `longest` either way, with its kind. Raises NotShown."""
    if isinstance(value, str) and value.startswith("data:"):
        image = opened(bytes_of_uri(value))
        is_photo = image.format == "JPEG"
        if is_photo:
            image.draft("RGB", (longest, longest))
        image = decoded(image)
    else:
        found = pixels(value)
        if found is None:
            return None
        image, is_photo = found, False
    if max(image.size) > longest:
        if image.mode == "I;16":
            image = image.convert("I").point(lambda level: level / 256).convert("L")
        image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    if not is_photo:
        return as_png(image), "image/png"
    stream = io.BytesIO()
    image.convert("RGB").save(stream, format="JPEG", quality=88)
    return stream.getvalue(), "image/jpeg"


def picture_part(value: object) -> tuple[object, dict[str, object]]:
    """The part of an object that is its picture, and the others; an input that is no such object is its own."""
    if isinstance(value, dict):
        for name, part in value.items():
            if is_picture_like(part):
                return part, {key: other for key, other in value.items() if key != name}
    return value, {}


def is_picture_like(value: object) -> bool:
    if isinstance(value, str):
        return value.startswith("data:image/") or is_address(value)
    return pixel_numbers(value) is not None


def _of_text(text: str, stored: Stored | None) -> Picture | None:
    if text.startswith("data:"):
        width, height = upright_size(opened(bytes_of_uri(text)))
        if len(text) > INLINE_BYTES and stored is not None:
            return _served(width, height, stored)
        return Picture(text, width, height)
    if not text.startswith(("https://", "http://")):
        return None
    if not is_address(text):
        raise NotShown(
            _("This is no address of a picture that pages show: it has to be a plain https address.")
        )
    if not is_listed(text):
        raise NotShown(
            _("A picture at this address is shown only from hosts that the operator lists (IMAGE_HOSTS).")
        )
    return Picture(text, is_remote=True)


def _served(width: int, height: int, stored: Stored) -> Picture:
    return Picture(stored.address("picture"), width, height, small=stored.address("small_picture"))
