"""Raster images from people: looked at by their header before a pixel is decoded, and never passed on as they came."""

import base64
import binascii
import io
import struct
import zlib

from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
MAX_PIXELS = 16 * 1024 * 1024
"""What a server decodes to show a picture: 64 MB of memory, whatever a header of a few bytes declares."""

# What Pillow raises for files that are broken, cut off or made to break it.
BROKEN = (
    OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError, OverflowError, AttributeError,
    struct.error, zlib.error,
)  # fmt: skip
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class NotShown(ValueError):
    """Why something is no picture that pages show; the message is a sentence for people."""


class TooManyPixels(NotShown):
    """The header declares more pixels than pages show."""

    def __init__(self) -> None:
        super().__init__(_("The picture says that it has more than 16 million pixels: too many to be shown."))


def opened(raw: bytes) -> Image.Image:
    """Return the image with its header read and nothing decoded. Raises NotShown."""
    try:
        image = Image.open(io.BytesIO(raw), formats=FORMATS)
    except BOMBS as error:
        raise TooManyPixels from error
    except BROKEN as error:
        raise NotShown(what_it_is(raw)) from error
    if image.width * image.height > MAX_PIXELS:
        raise TooManyPixels
    return image


def upright_size(image: Image.Image) -> tuple[int, int]:
    """Return width and height as viewers show it: cameras store pictures lying, with a note of how to turn them."""
    try:
        lies = image.getexif().get(ExifTags.Base.Orientation) in {5, 6, 7, 8}
    except BROKEN:
        lies = False
    return (image.height, image.width) if lies else image.size


def decoded(image: Image.Image) -> Image.Image:
    """Return the pixels of an opened image, upright, without anything else that the file held. Raises NotShown."""
    try:
        image.load()
        upright = ImageOps.exif_transpose(image)
        mode = "RGBA" if upright.has_transparency_data else PLAIN.get(upright.mode, "RGB")
        plain = upright.convert(mode) if upright.mode != mode else upright.copy()
    except BROKEN as error:
        raise NotShown(_("The picture cannot be read to its end: the file is damaged.")) from error
    plain.info = {}
    return plain


# Modes that PNG holds as they are; 16-bit grey values keep their bits.
PLAIN = {"1": "L", "L": "L", "LA": "L", "I;16": "I;16", "I;16B": "I;16", "RGB": "RGB", "RGBA": "RGBA"}


def as_png(image: Image.Image) -> bytes:
    """Return the image as PNG: the same pixels give the same bytes."""
    stream = io.BytesIO()
    image.save(stream, format="PNG")
    return stream.getvalue()


def data_uri(raw: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(raw).decode('ascii')}"


def bytes_of_uri(uri: str) -> bytes:
    """Return what a data URI of a raster image holds. Raises NotShown."""
    head, comma, body = uri.partition(",")
    kind = head[len("data:") :].partition(";")[0].strip().lower()
    if kind == "image/svg+xml":
        raise NotShown(_svg())
    if kind not in {"image/png", "image/jpeg", "image/gif", "image/webp"}:
        raise NotShown(_("This is no data URI of a PNG, JPEG, GIF or WebP picture."))
    if not comma or not head.lower().endswith(";base64"):
        raise NotShown(_("The data URI is not written in base64."))
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotShown(_("The base64 of the data URI is broken.")) from error


def what_it_is(raw: bytes) -> str:
    """Return why a file is no picture, by its first bytes."""
    head = raw[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in head or head.startswith(b"<?xml"):
        return _svg()
    if head.startswith(b"%pdf"):
        return _("This is a PDF. Only PNG, JPEG, GIF and WebP pictures are taken.")
    return _("This is no PNG, JPEG, GIF or WebP picture, or its file is damaged.")


def _svg() -> str:
    return _(
        "This is an SVG drawing, which can carry scripts. Only PNG, JPEG, GIF and WebP pictures are taken."
    )
