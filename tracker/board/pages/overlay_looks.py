"""How the lines of other problems are told apart in a chart: by dash and shape first, by colour last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Look:
    """`number` names the colour (CSS: --overlay-1); `shape` is an SVG path in a box of 10 x 10."""

    number: int
    dash: tuple[int, ...]
    shape: str

    @property
    def dashes(self) -> str:
        """As an SVG attribute."""
        return " ".join(map(str, self.dash))

    def to_json(self) -> dict[str, Any]:
        return {"number": self.number, "dash": list(self.dash), "shape": self.shape}


LOOKS = (
    Look(1, (7, 3), "M1 1h8v8h-8z"),
    Look(2, (2, 2), "M5 0.5l4.75 8.5h-9.5z"),
    Look(3, (9, 3, 2, 3), "M5 9.5l-4.75 -8.5h9.5z"),
    Look(4, (4, 4), "M5 0l5 5l-5 5l-5 -5z"),
    Look(5, (12, 4), "M3.5 0h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5v-3h3.5z"),
)
"""One each; more lines than these cannot be told apart."""
