"""An uploaded picture as an input: its pixels and nothing else of the file, the same ones always as the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image

from evaluation.types import JSON
from tracker.board.arrays import Scale, pixel_numbers, scale_of
from tracker.board.rasters import NotShown, TooManyPixels, as_png, data_uri, decoded, opened

MAX_BYTES = 5 * 1024 * 1024
MAX_SIDE = 2048

WHITE, OPAQUE = 255, 255
MODES = {0: "L", 1: "L", 3: "RGB", 4: "RGBA"}


@dataclass(frozen=True)
class LikeArray:
    """What an array of the project looks like: `channels` is 0 where a pixel is a number, not a list of them."""

    height: int
    width: int
    channels: int
    scale: Scale
    is_whole: bool

    @property
    def words(self) -> str:
        told = {"low": f"{self.scale.low:g}", "high": f"{self.scale.high:g}"}
        if MODES[self.channels] == "L":
            return _("grey values from %(low)s to %(high)s") % told
        return _("colour values from %(low)s to %(high)s") % told


def like_array(newest: Sequence[JSON]) -> LikeArray | None:
    """Return what the newest input looks like, if it is an array; its scale is that of all of its size."""
    arrays = [pixel_numbers(value) for value in newest]
    first = arrays[0] if arrays else None
    if first is None:
        return None
    given = np.asarray(newest[0])
    alike = np.stack([array for array in arrays if array is not None and array.shape == first.shape])
    return LikeArray(
        height=first.shape[0],
        width=first.shape[1],
        channels=given.shape[2] if given.ndim == 3 else 0,
        scale=scale_of(alike),
        # a mask of zeros and ones does not say that a model takes nothing between
        is_whole=scale_of(alike).high > 1 and bool((alike == np.round(alike)).all()),
    )


def limits() -> str:
    return _("PNG, JPEG, GIF or WebP, at most %(mb)d MB and %(side)d by %(side)d pixels.") % {
        "mb": MAX_BYTES // 1024**2,
        "side": MAX_SIDE,
    }


def uri_of_upload(upload: UploadedFile[Any]) -> str:
    """Return the picture as the data URI of a PNG. Raises NotShown."""
    return data_uri(as_png(_picture(upload)))


def array_of_upload(upload: UploadedFile[Any], like: LikeArray) -> JSON:
    """Return the picture as an array like those of the project. Raises NotShown."""
    image = _picture(upload)
    if image.size != (like.width, like.height):
        raise NotShown(
            _(
                "The inputs of this project have %(width)d by %(height)d pixels, and this picture has "
                "%(has_width)d by %(has_height)d. Scale it first: how that is done changes what the model sees."
            )
            % {
                "width": like.width,
                "height": like.height,
                "has_width": image.width,
                "has_height": image.height,
            }
        )
    mode = MODES[like.channels]
    if mode != "RGBA" and image.mode == "RGBA":
        if image.getchannel("A").getextrema() != (OPAQUE, OPAQUE):
            raise NotShown(
                _("The picture has transparent parts, which the inputs of this project cannot have.")
            )
        image = image.convert("RGB")
    levels = _levels(image, mode)
    numbers = like.scale.low + levels * (like.scale.high - like.scale.low)
    if like.channels == 1:
        numbers = numbers[:, :, np.newaxis]
    listed: JSON = np.rint(numbers).astype(int).tolist() if like.is_whole else numbers.round(6).tolist()
    return listed


def _levels(image: Image.Image, mode: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the pixels from 0 (black) to 1 (white)."""
    if image.mode == "I;16":
        grey = np.asarray(image, dtype=np.float64) / 65535
        return grey if mode == "L" else np.repeat(grey[:, :, np.newaxis], 3, axis=2)
    return np.asarray(image.convert(mode), dtype=np.float64) / WHITE


def _picture(upload: UploadedFile[Any]) -> Image.Image:
    if (upload.size or 0) > MAX_BYTES:
        raise NotShown(
            _("The file has %(mb).1f MB; at most %(most)d MB are taken.")
            % {"mb": (upload.size or 0) / 1024**2, "most": MAX_BYTES // 1024**2}
        )
    raw = upload.read()
    if not raw:
        raise NotShown(_("The file is empty."))
    try:
        image = opened(raw)
    except TooManyPixels as error:
        raise NotShown(_too_large()) from error
    if max(image.size) > MAX_SIDE:
        raise NotShown(_too_large())
    # Cameras put a small second picture into a JPEG; what moves has no one picture that a model was given.
    if image.format != "JPEG" and getattr(image, "n_frames", 1) > 1:
        raise NotShown(_("The picture moves: it has several frames. Only still pictures are taken."))
    return decoded(image)


def _too_large() -> str:
    return _("The picture has more than %(side)d by %(side)d pixels, the most that is taken.") % {
        "side": MAX_SIDE
    }
