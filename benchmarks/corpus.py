"""Made-up texts like people's: about 20 words, a few words in most of them, most words in few, no two texts alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

LABELS = ("complaint", "praise", "question", "request")
WORDS = 30_000
STEEPNESS = 1.05  # of Zipf's law: the n-th most frequent word is used n^-1.05 times as often as the first
TOPIC_WORDS = 400  # of each label
ON_TOPIC = 0.2  # the part of a text's words that are its topic's
OFF_TOPIC = 0.35  # the part of those that are another label's after all: no model gets everything right
CHUNK = 20_000

_VOCABULARY_SEED = 4
_SYLLABLES = [first + vowel for first in "bcdfghlmnprstvw" for vowel in "aeiou"]


@dataclass(frozen=True, slots=True)
class Text:
    words: str
    label: str


@cache
def vocabulary() -> NDArray[np.object_]:
    """Return WORDS distinct words, the short ones first, as in a language."""
    rng = np.random.default_rng(_VOCABULARY_SEED)
    words: dict[str, None] = {}
    while len(words) < WORDS:
        syllables = 1 + len(words) // 8_000 + int(rng.integers(2))
        words["".join(rng.choice(_SYLLABLES, syllables)) + "nrst"[int(rng.integers(4))]] = None
    return np.array(list(words), dtype=object)


def texts(count: int, *, seed: int) -> Iterator[Text]:
    """Return `count` distinct texts with the labels that they were written for."""
    rng = np.random.default_rng(seed)
    seen: set[int] = set()  # hashes: of a million texts, a few may be taken for others and are left out
    while len(seen) < count:
        for text in _chunk(min(CHUNK, count), rng):
            mark = hash(text.words)
            if mark not in seen and len(seen) < count:
                seen.add(mark)
                yield text


def _chunk(count: int, rng: np.random.Generator) -> Iterator[Text]:
    lengths = np.clip(rng.normal(20, 6, count).round(), 6, 45).astype(np.intp)
    labels = rng.integers(len(LABELS), size=count)
    total = int(lengths.sum())
    words = np.searchsorted(_frequencies(), rng.random(total), side="right")
    topics = np.repeat(labels, lengths)
    strays = rng.random(total) < OFF_TOPIC
    topics[strays] = rng.integers(len(LABELS), size=int(strays.sum()))
    on_topic = rng.random(total) < ON_TOPIC
    words[on_topic] = _topic_words()[topics, rng.integers(TOPIC_WORDS, size=total)][on_topic]
    spelt = vocabulary()[words].tolist()
    start = 0
    for length, label in zip(lengths.tolist(), labels.tolist(), strict=True):
        yield Text(" ".join(spelt[start : start + length]), LABELS[label])
        start += length


@cache
def _frequencies() -> NDArray[np.float64]:
    """Return the cumulated frequencies of the words."""
    shares = np.arange(1, WORDS + 1, dtype=np.float64) ** -STEEPNESS
    cumulated: NDArray[np.float64] = np.cumsum(shares / shares.sum())
    cumulated[-1] = 1.0
    return cumulated


@cache
def _topic_words() -> NDArray[np.intp]:
    """Return each label's own words, by position in the vocabulary."""
    rng = np.random.default_rng(_VOCABULARY_SEED + 1)
    drawn = rng.choice(np.arange(200, WORDS), len(LABELS) * TOPIC_WORDS, replace=False)
    return drawn.reshape(len(LABELS), TOPIC_WORDS)
