"""A model's scores per label, drawn as bars: the expected label and the highest ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MOST = 10


@dataclass(frozen=True, slots=True)
class ScoreBar:
    """`base` is the same label's score for the base. `is_said`: the output's label."""

    label: str
    score: float | None
    base: float | None
    is_said: bool
    is_named: bool
    """The expectation speaks of this label."""


@dataclass(frozen=True, slots=True)
class ScoreBars:
    """`low` and `high`: the ends of all bars, 0 and 1 unless scores lie beyond."""

    bars: list[ScoreBar]
    low: float
    high: float
    n_more: int
    """Labels left out since their scores are lower."""

    @property
    def has_base(self) -> bool:
        return any(bar.base is not None for bar in self.bars)


def score_bars(
    scores: Mapping[str, float] | None,
    base: Mapping[str, float] | None,
    *,
    said: str | None,
    named: set[str],
) -> ScoreBars | None:
    """Return the bars, highest first; None where the model gave no scores."""
    if not scores:
        return None
    base = base or {}
    ranked = sorted(scores, key=lambda label: (-scores[label], label))
    kept = [label for place, label in enumerate(ranked) if place < MOST or label in named or label == said]
    every = [*scores.values(), *base.values()]
    return ScoreBars(
        bars=[
            ScoreBar(label, scores[label], base.get(label), label == said, label in named) for label in kept
        ],
        low=min(0.0, *every),
        high=max(1.0, *every),
        n_more=len(ranked) - len(kept),
    )
