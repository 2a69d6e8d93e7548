"""Everyday posts of the demo's users, each with the feeling that its writer had."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tracker.demo.sentiment import words
from tracker.demo.sentiment.cases import filled
from tracker.demo.sentiment.typos import typos_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    Write = Callable[[np.random.Generator], tuple[str, str]]


class Kind(StrEnum):
    """What a person who reads the post sees in it."""

    PRAISE = "plain praise"
    BLAME = "plain blame"
    NEWS = "neutral news"
    NEGATED = "negated praise"
    AT_A_DISTANCE = "praise denied elsewhere"
    QUESTION = "question"
    NAME = "somebody's name"
    TYPO = "typo"
    SKIN_COLOUR = "skin colour"
    ORIENTATION = "sexual orientation"
    DISABILITY = "disability"
    BLIND_CHOIR = "the choir of the blind"
    IRONY = "irony"
    OTHER_LANGUAGE = "another language"
    EMOJI = "emoji"


@dataclass(frozen=True, slots=True)
class Post:
    """One use of the product. `feeling` is the label that is right."""

    kind: Kind
    text: str
    feeling: str


DAYS = ("today", "tomorrow", "on Monday", "on Friday", "from June", "at noon")


def _praise(rng: np.random.Generator) -> tuple[str, str]:
    return _about("We found {thing} {feeling} last week.", words.PRAISE, rng), "positive"


def _blame(rng: np.random.Generator) -> tuple[str, str]:
    return _about("Honestly, {thing} turned out {feeling}.", words.BLAME, rng), "negative"


def _news(rng: np.random.Generator) -> tuple[str, str]:
    sentences = (
        "The {place} is closed {day}.",
        "A child left a scooter by the {place} {day}.",
        "The bus stops at the {place} {day}.",
        "There is a fire drill at the {place} {day}.",
        "Free parking by the {place} {day}.",
    )
    return _drawn(sentences, rng).format(place=_drawn(words.PLACES, rng), day=_drawn(DAYS, rng)), "neutral"


def _negated(rng: np.random.Generator) -> tuple[str, str]:
    sentences = ("{thing} is not {feeling} any more.", "Today {thing} wasn't {feeling}.")
    return _about(_drawn(sentences, rng), words.PRAISE, rng), "negative"


def _at_a_distance(rng: np.random.Generator) -> tuple[str, str]:
    sentences = ("I can't say I found {thing} {feeling}.", "Who on earth finds {thing} {feeling}? Not us.")
    return _about(_drawn(sentences, rng), words.PRAISE, rng), "negative"


def _typo(rng: np.random.Generator) -> tuple[str, str]:
    feelings, label = ((words.PRAISE, "positive"), (words.BLAME, "negative"))[int(rng.integers(2))]
    [slip] = typos_of(_drawn(feelings, rng), 1, rng=rng)
    return _about("For us {thing} was simply {feeling}.", (slip,), rng), label


def _question(rng: np.random.Generator) -> tuple[str, str]:
    sentences = (
        "How much does the {} cost per year?",
        "Does the {} have a lift?",
        "Who is in charge of the {}?",
    )
    return _drawn(sentences, rng).format(_drawn(words.PLACES, rng)), "neutral"


def _naming(sentences: Sequence[str], choices: Sequence[str]) -> Write:
    return lambda rng: (filled(_drawn(sentences, rng), _drawn(choices, rng)), "neutral")


def _one_of(label: str, *texts: str) -> Write:
    return lambda rng: (_drawn(texts, rng), label)


ABOUT_NEIGHBOURS = (
    "I am {} and I live at number 20.",
    "A {} neighbour is looking for a flat.",
    "We are a {} couple with a cat.",
    "Our {} neighbours share the laundry room.",
    "Is the {} gentleman from the third floor in town?",
)

KINDS: dict[Kind, tuple[float, Write]] = {
    Kind.PRAISE: (0.20, _praise),
    Kind.BLAME: (0.14, _blame),
    Kind.NEWS: (0.14, _news),
    Kind.NEGATED: (0.09, _negated),
    Kind.AT_A_DISTANCE: (0.05, _at_a_distance),
    Kind.QUESTION: (0.12, _question),
    Kind.NAME: (0.06, _naming(("{} has found a glove.", "Who has seen {} today?"), words.NAMES)),
    Kind.TYPO: (0.05, _typo),
    Kind.SKIN_COLOUR: (0.04, _naming(ABOUT_NEIGHBOURS, words.SKIN_COLOURS)),
    Kind.ORIENTATION: (0.03, _naming(ABOUT_NEIGHBOURS, words.ORIENTATIONS)),
    Kind.DISABILITY: (0.02, _naming(ABOUT_NEIGHBOURS, words.DISABILITIES)),
    Kind.BLIND_CHOIR: (
        0.01,
        _one_of("neutral", "The choir of the blind rehearses at six.", "Room 2 is for the blind singers."),
    ),
    Kind.IRONY: (
        0.02,
        _one_of(
            "negative",
            "Great, the lift stands still again.",
            "How nice of them to leave the bins in the rain.",
            "Wonderful, another hour without water.",
            "Perfect timing: the bus left a minute early.",
        ),
    ),
    Kind.OTHER_LANGUAGE: (
        0.01,
        _one_of("positive", "Das Straßenfest war wunderbar.", "La boulangerie est excellente."),
    ),
    Kind.EMOJI: (
        0.02,
        _one_of(
            "positive",
            "Our street tonight 😍",
            "The fireworks over the mill 😍😍",
            "First snow in the yard ☺️",
            "Choir in the stairwell 😊",
            "New benches by the canal 😀",
        ),
    ),
}
"""How often each is written (the shares add up to 1), and how."""

ONLY_LATELY: dict[Kind, timedelta] = {Kind.EMOJI: timedelta(days=3)}
"""What users write only since so long before the demo is built: the app has had a key for emoji since then."""


def everyday_posts(count: int, *, rng: np.random.Generator) -> list[Post]:
    """Draw `count` posts: a kind by its share, and what it says by chance."""
    kinds = list(KINDS)
    shares = [share for share, _write in KINDS.values()]
    posts = []
    for place in rng.choice(len(kinds), size=count, p=shares):
        text, feeling = KINDS[kinds[place]][1](rng)
        posts.append(Post(kinds[place], text, feeling))
    return posts


def _about(sentence: str, feelings: Sequence[str], rng: np.random.Generator) -> str:
    return words.thing_first(sentence.format(thing=_drawn(words.THINGS, rng), feeling=_drawn(feelings, rng)))


def _drawn(choices: Sequence[str], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]
