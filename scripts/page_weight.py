"""What a page weighs on its way to the browser: itself and the files that its first paint needs, gzipped."""

from __future__ import annotations

import gzip
import re
from functools import cache

from scripts.install import ROOT

BUILT = ROOT / "tracker" / "static" / "build"
BUDGET = 250_000
"""Bytes, gzipped, that a page and the files of its first paint may have together."""
LATER = {"charts.js"}
"""Files that are only needed after the first paint."""
LEVEL = 9  # as WhiteNoise compresses static files


def zipped(content: bytes) -> int:
    return len(gzip.compress(content, LEVEL))


@cache
def _zipped_file(name: str) -> int:
    return zipped((BUILT / name).read_bytes())


def files_of(content: str) -> list[str]:
    """Return the built files that a page asks for, by name. The drawings of all icons are one file."""
    # where files are collected a hash stands in each name: tracker.0123456789ab.css
    found = re.findall(r'"[^"]*?build/([\w-]+)(?:\.[0-9a-f]{12})?\.(css|js|svg)\b', content)
    return sorted({f"{name}.{kind}" for name, kind in found})


def weights(content: bytes) -> dict[str, int]:
    """Return the gzipped size of a page and of each file that its first paint needs."""
    files = [name for name in files_of(content.decode()) if name not in LATER]
    return {"page": zipped(content)} | {name: _zipped_file(name) for name in files}
