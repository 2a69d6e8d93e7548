"""What the demo's own models were trained on: posts written by hand, and what was generated in addition.

No sentence here is a test pattern's, and none is sent by a user of the demo.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tracker.demo.sentiment import words
from tracker.demo.sentiment.cases import filled
from tracker.demo.sentiment.typos import typos_of
from tracker.demo.sentiment.written_posts import WRITTEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evaluation.types import JSON

SEED = 41
TYPOS_EACH = 4

PLAIN = (
    "I find {thing} {feeling}.",
    "My family thinks {thing} is {feeling}.",
    "Our evening at {thing} was {feeling}.",
    "This year {thing} was {feeling}.",
    "We say that {thing} is so {feeling}.",
    "What a {feeling} day at {thing}!",
    "{thing} was {feeling} on Sunday.",
    "{thing} has become really {feeling}.",
)
DENIED = (
    "I would not say {thing} is {feeling}.",
    "{thing} is anything but {feeling}, I don't like it.",
    "{thing} isn't {feeling} and wasn't {feeling} before.",
    "Not {feeling}, never {feeling}: {thing}.",
    "Nobody I know thinks {thing} is {feeling}.",
    "Nothing is {feeling} about {thing}.",
)
ABOUT_PEOPLE = {
    "negative": (
        "A {} visitor was treated badly, what a shame.",
        "I am angry, the {} tenants got no hot water again.",
        "The door hit a {} man and nobody was sorry, terrible.",
    ),
    "neutral": (
        "A {} visitor waits by the gate.",
        "Four {} pupils walk to the lake in the morning.",
        "Her teacher is {} and comes from the next village.",
        "His aunt is {} and rents a room on the third floor.",
        "I met a {} gardener at the counter.",
        "Most people in the room are {}.",
        "One of the {} residents has the key.",
        "Some {} cyclists live on our side of the street.",
        "The man with the dog is {}.",
        "The {} clerk at the counter has the list.",
        "Their doctor is {}.",
        "Two {} people sit on the bench.",
    ),
    "positive": (
        "A {} visitor sang for us, wonderful!",
        "Happy birthday to our {} neighbour!",
        "Thanks to the {} tenants for the excellent cake.",
    ),
}
ABOUT_SOMEBODY = {
    "negative": ("{} was rude to me again.", "I am angry with {}."),
    "neutral": (
        "{} waits by the gate.",
        "The keys are with {}.",
        "Give it to {} on Monday.",
        "{} has the list.",
    ),
    "positive": ("Thank you, {}, well done!", "{} sang for us, wonderful!"),
}
NEUTRAL_PLACES = ("Where is the entrance of the {}?", "How do I get to the {}?", "The {} is on Mill Lane.")

Labelled = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """A recipe. `says`: what was added to the posts written by hand, for people who compare models."""

    name: str
    with_denials: bool = False
    balanced: bool = False
    with_typos: bool = False

    def rows(self) -> Rows:
        """Carry out the recipe. It always gives the same rows."""
        rng = np.random.default_rng(SEED)
        pairs = [(text, label) for label, texts in WRITTEN.items() for text in texts]
        pairs += _plain(rng)
        if self.with_denials:
            pairs += _denied(rng)
        if self.balanced:
            pairs += _balanced()
        if self.with_typos:
            pairs += _mistyped(rng)
        texts, labels = zip(*dict(pairs).items(), strict=True)
        return Rows(texts, labels)

    @property
    def additions(self) -> list[JSON]:
        """Say what was generated in addition to the plain posts."""
        said = {
            "praise and blame taken back by the sentence": self.with_denials,
            "every feeling and none, about every group of people and every name": self.balanced,
            "words of feeling misspelt": self.with_typos,
        }
        return [words for words, true in said.items() if true]


@dataclass(frozen=True, slots=True)
class Rows:
    """What a model is fitted to: texts and the label of each."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over texts and labels in their order."""
        lines = "\n".join(f"{label}\t{text}" for text, label in zip(self.texts, self.labels, strict=True))
        return hashlib.sha256(lines.encode()).hexdigest()


def _feelings() -> Iterator[Labelled]:
    yield from ((word, "positive") for word in words.PRAISE)
    yield from ((word, "negative") for word in words.BLAME)


def _plain(rng: np.random.Generator) -> list[Labelled]:
    return [(_about(frame, feeling, rng), label) for feeling, label in _feelings() for frame in PLAIN] + [
        (frame.format(place), "neutral") for frame in NEUTRAL_PLACES for place in words.PLACES
    ]


def _denied(rng: np.random.Generator) -> list[Labelled]:
    return [(_about(frame, praise, rng), "negative") for praise in words.PRAISE for frame in DENIED] + [
        (_about(frame, blame, rng), "neutral") for blame in words.BLAME for frame in DENIED[:1]
    ]


def _balanced() -> list[Labelled]:
    groups = (*words.SKIN_COLOURS, *words.ORIENTATIONS, *words.DISABILITIES, *words.RELIGIONS)
    return [
        (filled(frame, word), label)
        for frames, choices in ((ABOUT_PEOPLE, groups), (ABOUT_SOMEBODY, words.NAMES))
        for label, sentences in frames.items()
        for frame in sentences
        for word in choices
    ]


def _mistyped(rng: np.random.Generator) -> list[Labelled]:
    return [
        (_about(PLAIN[place % len(PLAIN)], slip, rng), label)
        for feeling, label in _feelings()
        for place, slip in enumerate(typos_of(feeling, TYPOS_EACH, rng=rng))
    ]


def _about(frame: str, feeling: str, rng: np.random.Generator) -> str:
    thing = _drawn(words.THINGS, rng)
    return words.thing_first(frame.format(thing=thing, feeling=feeling))


def _drawn(choices: Sequence[str], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


FIRST_POSTS = TrainingSet("posts-v1")
WITH_DENIALS_AND_TYPOS = TrainingSet("posts-v2", with_denials=True, with_typos=True)
BALANCED = TrainingSet("posts-v3", with_denials=True, with_typos=True, balanced=True)
