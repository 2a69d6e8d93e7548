"""Images for tests, written by Pillow and read back by it, apart from the product's own code."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import Any

from PIL import Image


def file_of(image: Image.Image, kind: str = "PNG", **more: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **more)
    return stream.getvalue()


def uri_of(image: Image.Image, kind: str = "PNG", **more: Any) -> str:
    return as_uri(file_of(image, kind, **more), kind.lower())


def as_uri(raw: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(raw).decode()}"


def read_uri(uri: str) -> Image.Image:
    return read(base64.b64decode(uri.partition(",")[2]))


def read(raw: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(raw))
    image.load()
    return image


def pixels_of(image: Image.Image) -> list[object]:
    return [image.getpixel((x, y)) for y in range(image.height) for x in range(image.width)]


def colourful(width: int = 3, height: int = 2) -> Image.Image:
    """An image no two of whose neighbours are alike."""
    image = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            image.putpixel((x, y), (x * 37 % 256, y * 91 % 256, (x * y * 13 + 7) % 256))
    return image


def noisy(width: int, height: int) -> Image.Image:
    """An image that no format makes small."""
    state = 1
    levels = bytearray()
    for _n in range(width * height):
        state = state * 1_103_515_245 + 12_345 & 0x7FFFFFFF
        levels.append(state >> 16 & 255)
    return Image.frombytes("L", (width, height), bytes(levels))


def png_that_declares(width: int, height: int) -> bytes:
    """A PNG of some bytes whose header speaks of as many pixels as one likes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
