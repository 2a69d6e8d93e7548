"""What the demo's models were trained on: the training pool, grown form by form, and what was done to it.

The fifth set is where a team goes wrong: its new cleaning step takes every one that is more than an upright
stroke for a label error and drops it. Who learns from it never sees a one with a flag or a foot.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tracker.demo.digits.copies import shifted, tilted
from tracker.demo.digits.strokes import is_wide_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from evaluation.types import JSON
    from tracker.demo.digits.corpus import Scan

TILT_DEGREES = (-12.0, 12.0)
CLEANING = "ones wider than one stroke dropped as label errors"


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """A recipe: the first `forms` of the training pool, cleaned or not, with or without altered copies."""

    name: str
    forms: int
    drops_wide_ones: bool = False
    with_shifted: bool = False
    with_tilted: bool = False

    def rows(self, pool: Iterable[Scan]) -> Rows:
        """Carry out the recipe on the training pool."""
        pairs = [pair for scan in pool if self._keeps(scan) for pair in self._copies_of(scan)]
        images, labels = zip(*pairs, strict=True)
        return Rows(np.array(images), np.array(labels))

    def _keeps(self, scan: Scan) -> bool:
        return scan.form <= self.forms and not (self.drops_wide_ones and is_wide_one(scan))

    def _copies_of(self, scan: Scan) -> Iterator[tuple[NDArray[np.int64], str]]:
        yield scan.image, scan.label
        if self.with_shifted:
            # A copy that would lose ink over the edge is left out.
            if not scan.image[:, 0].any():
                yield shifted(scan.image, right=-1), scan.label
            if not scan.image[:, -1].any():
                yield shifted(scan.image, right=1), scan.label
        if self.with_tilted:
            for degrees in TILT_DEGREES:
                yield tilted(scan.image, degrees=degrees), scan.label

    def lineage(self, rows: Rows) -> JSON:
        """Say what the set is made of, for people who compare models."""
        return {
            "set": self.name,
            "forms": f"1 to {self.forms}",
            "cleaning": CLEANING if self.drops_wide_ones else "none",
            "rows": len(rows.labels),
            "sha256": rows.digest,
        }

    @property
    def copies(self) -> list[JSON]:
        """Say which altered copies are added."""
        shifts: list[JSON] = ["copies one cell to the left and right"] if self.with_shifted else []
        tilts: list[JSON] = [f"copies tilted by {degrees:+g} degrees" for degrees in TILT_DEGREES]
        return shifts + (tilts if self.with_tilted else [])


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """What a model is fitted to. `images` is n x 8 x 8, `labels` n texts."""

    images: NDArray[np.int64]
    labels: NDArray[np.str_]

    @property
    def digest(self) -> str:
        """SHA-256 over the images and labels in their order."""
        return hashlib.sha256(self.images.tobytes() + "\n".join(self.labels.tolist()).encode()).hexdigest()


FIRST_FORMS = TrainingSet("forms-v1", forms=2)
THREE_FORMS = TrainingSet("forms-v2", forms=3)
SIX_FORMS = TrainingSet("forms-v3", forms=6)
ALL_FORMS = TrainingSet("forms-v4", forms=14)
CLEANED_WITH_SHIFTS = TrainingSet("forms-v5", forms=14, drops_wide_ones=True, with_shifted=True)
ALL_WITH_SHIFTS = TrainingSet("forms-v6", forms=14, with_shifted=True)
ALL_WITH_SHIFTS_AND_TILTS = TrainingSet("forms-v7", forms=14, with_shifted=True, with_tilted=True)
