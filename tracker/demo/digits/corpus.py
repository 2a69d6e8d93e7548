"""The scans that the demo rests on: scikit-learn's digits, cut into three pools that share no image.

`sklearn.datasets.load_digits` holds 1797 scans of handwritten digits, 8 x 8 cells of ink from 0 (none) to 16.
They come in the order in which they were written. Every form asks for the same row of digits, so the places
where that row begins anew tell the fourteen forms apart. A form is one hand: one way to draw a one or a nine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.datasets import load_digits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FULL_INK = 16
FORM_STARTS = (0, 130, 256, 386, 516, 646, 776, 906, 1029, 1157, 1287, 1415, 1545, 1667)
SHARES = {"training": 0.40, "traffic": 0.15, "patterns": 0.45}


@dataclass(frozen=True, eq=False, slots=True)
class Scan:
    """One handwritten digit. `image` is 8 x 8, whole numbers from 0 to FULL_INK; `form` counts from 1."""

    number: int
    form: int
    label: str
    image: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Three disjoint pools: what models learn from, what users send, what test patterns are drawn from."""

    training: tuple[Scan, ...]
    traffic: tuple[Scan, ...]
    patterns: tuple[Scan, ...]


def read_scans() -> list[Scan]:
    """Return all scans in the order of the data set."""
    digits = load_digits()
    images = digits.images.astype(np.int64)
    forms = np.searchsorted(FORM_STARTS, np.arange(len(images)), side="right")
    return [
        Scan(number, int(form), str(label), image)
        for number, (form, label, image) in enumerate(zip(forms, digits.target, images, strict=True))
    ]


def split(scans: Sequence[Scan], *, rng: np.random.Generator) -> Corpus:
    """Deal the scans of every form and label to the three pools by SHARES, by chance."""
    cells: dict[tuple[int, str], list[Scan]] = {}
    for scan in scans:
        cells.setdefault((scan.form, scan.label), []).append(scan)
    pools: dict[str, list[Scan]] = {name: [] for name in SHARES}
    for cell in cells.values():
        shuffled = [cell[place] for place in rng.permutation(len(cell))]
        bounds = np.rint(np.cumsum([0, *SHARES.values()]) * len(cell)).astype(int)
        for pool, start, end in zip(pools.values(), bounds, bounds[1:], strict=False):
            pool.extend(shuffled[start:end])
    return Corpus(**{name: tuple(sorted(pool, key=_number)) for name, pool in pools.items()})


def _number(scan: Scan) -> int:
    return scan.number
