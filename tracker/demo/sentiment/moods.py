"""From a polarity to an output: the label and the score of each label."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evaluation.types import JSON

LABELS = ["negative", "neutral", "positive"]


def mood(polarity: float, *, dead_zone: float) -> dict[str, JSON]:
    """Read a polarity, below 0 for negative and above 0 for positive, as an output.

    A text is neutral as long as its polarity stays within `dead_zone` of 0. The scores are the shares of the
    polarity and the dead zone in their sum, so the label has the largest score, a stronger polarity has a
    higher one, and the three add up to 1.
    """
    whole = abs(polarity) + dead_zone
    scores: dict[str, JSON] = {
        "negative": max(0.0, -polarity) / whole,
        "neutral": dead_zone / whole,
        "positive": max(0.0, polarity) / whole,
    }
    felt = "positive" if polarity > 0 else "negative"
    return {"label": "neutral" if abs(polarity) < dead_zone else felt, "scores": scores}
