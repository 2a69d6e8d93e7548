"""The geometry of a sparkline: errors over the models, in a word's height.

Drawn by templates/_fragments/_sparkline.html.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 96, 28, 5
SYMBOL = 10
TOPS = (0.25, 0.5, 1.0)
"""What the height may stand for: the smallest that all errors fit under, so that small ones can be told apart."""


@dataclass(frozen=True)
class Mark:
    """What one model adds: its judged error (None: not known), its verdict, whether it is the active one."""

    error: float | None
    verdict: str | None
    active: bool = False


@dataclass(frozen=True)
class Dot:
    """Where a mark is drawn; the active model's as the symbol of its verdict, centred there."""

    x: float
    y: float
    verdict: str | None
    active: bool
    size: int = SYMBOL

    @property
    def left(self) -> float:
        return round(self.x - self.size / 2, 2)

    @property
    def top(self) -> float:
        return round(self.y - self.size / 2, 2)


@dataclass(frozen=True)
class Sparkline:
    """A dot a known error, lines between neighbours (an unknown error is a gap), the criterion's height."""

    lines: tuple[str, ...]
    dots: tuple[Dot, ...]
    criterion: float | None
    width: int = WIDTH
    height: int = HEIGHT


def top_of(errors: Sequence[float]) -> float:
    """The error that stands at the top."""
    return next((top for top in TOPS if all(error <= top for error in errors)), TOPS[-1])


def height_of(error: float, top: float = 1.0) -> float:
    """y of an error, 0 at the bottom."""
    return round(HEIGHT - MARGIN - error / top * (HEIGHT - 2 * MARGIN), 2)


def sparkline(marks: Sequence[Mark], max_error: float | None = None) -> Sparkline:
    """Lay out these marks, in model order, from left to right."""
    step = (WIDTH - 2 * MARGIN) / max(1, len(marks) - 1)
    known = [mark.error for mark in marks if mark.error is not None]
    top = top_of([*known, *([] if max_error is None else [max_error])])
    dots: list[Dot] = []
    lines: list[list[Dot]] = [[]]
    for place, mark in enumerate(marks):
        if mark.error is None:
            lines.append([])
            continue
        dot = Dot(round(MARGIN + place * step, 2), height_of(mark.error, top), mark.verdict, mark.active)
        dots.append(dot)
        lines[-1].append(dot)
    return Sparkline(
        lines=tuple(" ".join(f"{dot.x:g},{dot.y:g}" for dot in line) for line in lines if len(line) > 1),
        dots=tuple(dots),
        criterion=None if max_error is None else height_of(max_error, top),
    )
