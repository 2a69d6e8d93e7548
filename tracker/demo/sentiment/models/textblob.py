"""TextBlob: the word list of the pattern library, with rules for negation and degree. Its default analyser."""

from __future__ import annotations

from importlib.metadata import version as package_version
from typing import TYPE_CHECKING

from textblob.en import sentiment as word_list
from textblob.en.sentiments import PatternAnalyzer

from tracker.demo.sentiment.moods import mood

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.types import JSON

DEAD_ZONE = 0.05
"""The package names no threshold. VADER's is used, so that the two differ in their words and rules alone."""


def textblob(texts: Sequence[str]) -> list[dict[str, JSON]]:
    analyze = PatternAnalyzer().analyze
    return [mood(analyze(text).polarity, dead_zone=DEAD_ZONE) for text in texts]


def lineage(_version: str) -> dict[str, JSON]:
    word_list.load()
    return {
        "data": {"word list": "en-sentiment.xml", "words and phrases": len(word_list)},
        "code": {"package": "textblob", "call": "PatternAnalyzer.analyze"},
        "preprocessing": ["split into words and punctuation"],
        "parameters": {"neutral below": DEAD_ZONE},
        "environment": {"textblob": package_version("textblob"), "nltk": package_version("nltk")},
    }
