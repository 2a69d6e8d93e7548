"""Which pixels of two images of one size differ, drawn and counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray
from PIL import Image

from tracker.board.pictures import Picture, pixels, size_of
from tracker.board.rasters import NotShown, as_png, data_uri

# Both images are decoded while the page is made, and the drawing stands in it.
MAX_PIXELS = 256 * 256
GREYS = 8
CHANGED = (213, 94, 0)
"""Vermilion of Okabe and Ito: apart from every grey for everybody."""


@dataclass(frozen=True)
class PictureDifference:
    """What differs, in a sentence; and drawn, unless nothing can be compared pixel by pixel."""

    sentence: str
    drawing: Picture | None = None


def picture_difference(value: object, base: object) -> PictureDifference | None:
    """Compare two inputs that are images; None where one of them is elsewhere or cannot be read."""
    try:
        ours, theirs = size_of(value), size_of(base)
        if ours is None or theirs is None:
            return None
        if ours != theirs:
            return PictureDifference(
                _("The base has another size: %(width)d by %(height)d pixels.")
                % {"width": theirs[0], "height": theirs[1]}
            )
        if ours[0] * ours[1] > MAX_PIXELS:
            return PictureDifference(_("Too large to be compared pixel by pixel here."))
        new, old = pixels(value), pixels(base)
    except NotShown:
        return None
    return None if new is None or old is None else _compared(new, old)


def _compared(new: Image.Image, old: Image.Image) -> PictureDifference:
    ours, theirs = (np.asarray(image.convert("RGBA"), dtype=np.int16) for image in (new, old))
    changed = (ours != theirs).any(axis=2)
    n, total = int(changed.sum()), changed.size
    sentence = ngettext(
        "%(n)s of %(total)s pixels differs from the base.",
        "%(n)s of %(total)s pixels differ from the base.",
        n,
    ) % {"n": f"{n:,}", "total": f"{total:,}"}
    return PictureDifference(sentence, _drawing(new, changed))


def _drawing(image: Image.Image, changed: NDArray[np.bool_]) -> Picture:
    """The image in a few pale greys, with what changed in one colour."""
    greys = np.asarray(image.convert("L"), dtype=np.uint8) // (256 // GREYS)
    greys[changed] = GREYS
    drawing = Image.fromarray(greys, mode="P")
    palette = [level for n in range(GREYS) for level in (160 + 12 * n,) * 3]
    drawing.putpalette([*palette, *CHANGED])
    return Picture(data_uri(as_png(drawing)), image.width, image.height)
