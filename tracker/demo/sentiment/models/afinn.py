"""AFINN: the three English word lists that the package `afinn` ships, each word with whole points from -5 to 5."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version as package_version
from typing import TYPE_CHECKING, Any

from afinn import Afinn

from tracker.demo.sentiment.moods import mood

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.types import JSON

LISTS = {"afinn-96": "AFINN-96.txt", "afinn-111": "AFINN-111.txt", "afinn-165": "AFINN-en-165.txt"}
DEAD_ZONE = 0.5
"""Points are whole numbers: any point, added up over the words, is a feeling."""


def afinn_96(texts: Sequence[str]) -> list[dict[str, JSON]]:
    return says("afinn-96", texts)


def afinn_111(texts: Sequence[str]) -> list[dict[str, JSON]]:
    return says("afinn-111", texts)


def afinn_165(texts: Sequence[str]) -> list[dict[str, JSON]]:
    return says("afinn-165", texts)


def lineage(version: str) -> dict[str, JSON]:
    file = LISTS[version]
    words = Afinn().read_word_file(Afinn().full_filename(file))
    return {
        "data": {"word list": file, "words and phrases": len(words)},
        "code": {"package": "afinn", "call": "Afinn.score"},
        "preprocessing": ["words found whole, in any case"],
        "parameters": {"neutral below": DEAD_ZONE, "emoticons": False},
        "environment": {"afinn": package_version("afinn")},
    }


def says(version: str, texts: Sequence[str]) -> list[dict[str, JSON]]:
    score = _scorer(version).score
    return [mood(score(text), dead_zone=DEAD_ZONE) for text in texts]


@cache
def _scorer(version: str) -> Any:
    """Return the package's scorer with another list than the newest, which it opens by itself."""
    scorer = Afinn()
    scorer.setup_from_file(scorer.full_filename(LISTS[version]))
    return scorer
