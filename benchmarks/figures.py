"""A figure: what was measured, how often, what came out, and what was asked for."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should be; one of the two bounds."""

    at_most: float | None = None
    at_least: float | None = None

    def met(self, value: float) -> bool:
        above = self.at_least is None or value >= self.at_least
        return above and (self.at_most is None or value <= self.at_most)

    def __str__(self) -> str:
        if self.at_most is not None and self.at_most == self.at_least:
            return f"= {self.at_most:.4g}"
        if self.at_most is not None:
            return f"<= {self.at_most:.4g}"
        return f">= {self.at_least:.4g}" if self.at_least is not None else "-"


@dataclass(frozen=True, slots=True)
class Round:
    """One measurement: what `ours` took beside what `other` took, in one unit, one right after the other."""

    ours: float
    other: float
    details: Mapping[str, float] = field(default_factory=dict)
    """More that was seen in this round, such as processor time, by name."""

    @property
    def ratio(self) -> float:
        return self.ours / self.other

    def to_json(self) -> dict[str, Any]:
        return {"ours": self.ours, "other": self.other, "ratio": self.ratio, **self.details}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. `value` is null where it could not be measured; `note` says why then."""

    name: str
    title: str
    unit: str = ""
    """"x" for a ratio, "%", "MB", or empty for a count."""
    value: float | None = None
    target: Target | None = None
    aim: float | None = None
    """Better than the target, and worth saying when reached."""
    sizes: Mapping[str, float | str] = field(default_factory=dict)
    rounds: Sequence[Round] = ()
    round_unit: str = "s"
    note: str = ""
    broken: bool = False
    """Whether measuring itself failed, which is worse than a missed target."""

    @property
    def met(self) -> bool | None:
        if self.value is None or self.target is None:
            return None
        return self.target.met(self.value)

    def to_json(self) -> dict[str, Any]:
        target = self.target or Target()
        return {
            "name": self.name,
            "title": self.title,
            "value": self.value,
            "unit": self.unit,
            "target": {"at_most": target.at_most, "at_least": target.at_least, "aim": self.aim},
            "met": self.met,
            "sizes": dict(self.sizes),
            "spread": spread([each.ratio for each in self.rounds]),
            "rounds": [each.to_json() for each in self.rounds],
            "round_unit": self.round_unit,
            "note": self.note,
            "broken": self.broken,
        }


def spread(values: Sequence[float]) -> dict[str, float] | None:
    """Return the least, the median and the greatest; None of nothing."""
    if not values:
        return None
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def ratio_figure(
    name: str,
    title: str,
    rounds: Sequence[Round],
    *,
    target: Target | None = None,
    aim: float | None = None,
    sizes: Mapping[str, float | str],
    note: str = "",
) -> Figure:
    """Return the figure whose value is the median of the rounds' ratios: a round with a hiccup moves it little."""
    value = statistics.median(each.ratio for each in rounds)
    return Figure(name, title, "x", value, target, aim, sizes, rounds, note=note)


def not_measured(name: str, title: str, why: str, *, target: Target | None = None) -> Figure:
    return Figure(name, title, target=target, note=why)
