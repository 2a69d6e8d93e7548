"""What users put under the scanner: digits of the traffic pool, as they are and under everyday conditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tracker.demo.digits.copies import (
    cut_off_at_top,
    on_grey_paper,
    shifted,
    tilted,
    white_on_black,
    with_pressure,
    with_specks,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tracker.demo.digits.corpus import Scan

    Condition = Callable[[NDArray[np.int64], np.random.Generator], NDArray[np.int64]]


class Seen(StrEnum):
    """What a person who looks at the picture sees of the conditions it was made under."""

    CLEAN = "clean"
    OFF_CENTRE = "off centre"
    FAINT = "faint"
    TILTED_LEFT = "tilted to the left"
    TILTED_RIGHT = "tilted to the right"
    GREY = "grey paper"
    CUT_OFF = "cut off"
    DUSTY = "dusty"
    INVERTED = "white on black"


@dataclass(frozen=True, eq=False, slots=True)
class Reading:
    """One use of the product: a user scans one digit. `image` is 8 x 8, whole numbers from 0 to FULL_INK."""

    scan: Scan
    seen: Seen
    image: NDArray[np.int64]


CONDITIONS: dict[Seen, tuple[float, Condition]] = {
    Seen.CLEAN: (0.54, lambda image, rng: with_pressure(image, pressure=rng.uniform(0.75, 1.0))),
    Seen.OFF_CENTRE: (0.13, lambda image, rng: shifted(image, right=int(rng.choice([-1, 1])))),
    Seen.FAINT: (0.08, lambda image, rng: with_pressure(image, pressure=rng.uniform(0.3, 0.5))),
    Seen.TILTED_LEFT: (0.04, lambda image, rng: tilted(image, degrees=rng.uniform(10, 25))),
    Seen.TILTED_RIGHT: (0.04, lambda image, rng: tilted(image, degrees=-rng.uniform(10, 25))),
    Seen.GREY: (0.06, lambda image, rng: on_grey_paper(image, grey=int(rng.integers(3, 7)))),
    Seen.CUT_OFF: (0.05, lambda image, rng: cut_off_at_top(image)),
    Seen.DUSTY: (0.05, lambda image, rng: with_specks(image, specks=int(rng.integers(1, 5)), rng=rng)),
    Seen.INVERTED: (0.01, lambda image, rng: white_on_black(image)),
}
"""How often each is met (the shares add up to 1), and what it does to a scan."""


def scanned_as_they_are(pool: Sequence[Scan]) -> list[Reading]:
    """One reading of every scan of the pool, with nothing done to it."""
    return [Reading(scan, Seen.CLEAN, scan.image) for scan in pool]


def everyday_readings(pool: Sequence[Scan], count: int, *, rng: np.random.Generator) -> list[Reading]:
    """Draw `count` readings: a scan of the pool and a condition each, both by chance."""
    conditions = list(CONDITIONS)
    shares = [share for share, _alter in CONDITIONS.values()]
    readings = []
    for place, condition in zip(
        rng.integers(len(pool), size=count), rng.choice(len(conditions), size=count, p=shares), strict=True
    ):
        seen = conditions[condition]
        readings.append(Reading(pool[place], seen, CONDITIONS[seen][1](pool[place].image, rng)))
    return readings
