"""The one model that all runners ask: VADER, its compound score cut at 0.05, and the same fixed softmax for all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

LABELS = ("negative", "neutral", "positive")
CUT = 0.05
STEEPNESS = 5.0


@cache
def _analyzer() -> Any:
    return SentimentIntensityAnalyzer()


def scores(text: str) -> tuple[float, float, float]:
    """Return the scores of LABELS. The highest is that of the label that the cut gives."""
    compound = _analyzer().polarity_scores(text)["compound"]
    negative, positive = math.exp(-STEEPNESS * (compound + CUT)), math.exp(STEEPNESS * (compound - CUT))
    total = negative + 1.0 + positive
    return negative / total, 1.0 / total, positive / total


def classify(texts: Sequence[str]) -> list[dict[str, dict[str, float]]]:
    """Answer as the tracker's adapters want it."""
    return [{"scores": dict(zip(LABELS, scores(text), strict=True))} for text in texts]
