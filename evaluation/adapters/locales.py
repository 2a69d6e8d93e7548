"""The locale that onnxruntime lower-cases texts under, for machines that come without it."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

ENGLISH = "en_US.UTF-8"
_ALL_CATEGORIES = 0x1FBF  # LC_ALL_MASK of glibc's locale.h
# Where Debian, Ubuntu and others keep the locale that is always there. Its letters are those of any UTF-8 locale.
_ALWAYS_THERE = ("/usr/lib/locale/C.utf8", "/usr/lib/locale/C.UTF-8")


def hold_english(folder: Path) -> None:
    """Load the locale `en_US.UTF-8` for as long as this process lives, which may open no files later.

    A text pipeline of skl2onnx asks for it by name; slim images do not have it. There the one that is always there is
    given that name, by a link in `folder`.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    libc.newlocale.restype = ctypes.c_void_p
    if libc.newlocale(_ALL_CATEGORIES, ENGLISH.encode(), None):
        return
    found = next((place for place in _ALWAYS_THERE if Path(place).is_dir()), None)
    if found is not None:
        (folder / ENGLISH).symlink_to(found)
        os.environ["LOCPATH"] = str(folder)
        libc.newlocale(_ALL_CATEGORIES, ENGLISH.encode(), None)
