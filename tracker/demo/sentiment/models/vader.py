"""VADER: a word list and rules for negation, degree, capitals and punctuation."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version as package_version
from typing import TYPE_CHECKING, Any

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from tracker.demo.sentiment.moods import mood

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.types import JSON

DEAD_ZONE = 0.05
"""From the package's documentation: positive from a compound score of 0.05, negative from -0.05."""


def vader(texts: Sequence[str]) -> list[dict[str, JSON]]:
    score = _analyzer().polarity_scores
    return [mood(score(text)["compound"], dead_zone=DEAD_ZONE) for text in texts]


def lineage(_version: str) -> dict[str, JSON]:
    return {
        "data": {"word list": "vader_lexicon.txt", "words and phrases": len(_analyzer().lexicon)},
        "code": {"package": "vaderSentiment", "call": "SentimentIntensityAnalyzer.polarity_scores"},
        "preprocessing": ["emojis replaced by their names"],
        "parameters": {"neutral below": DEAD_ZONE},
        "environment": {"vaderSentiment": package_version("vaderSentiment")},
    }


@cache
def _analyzer() -> Any:
    return SentimentIntensityAnalyzer()
