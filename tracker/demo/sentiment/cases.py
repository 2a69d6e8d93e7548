"""How test patterns are generated: from frames, words and chance, never from what a model says.

What is made from one sentence is one case, however many variants of it are asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.demo.sentiment import frames, words
from tracker.demo.sentiment.typos import typos_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from evaluation.types import JSON

TYPOS_EACH = 3
STRONGER_EACH = 3
FEELINGS = (("positive", words.PRAISE), ("negative", words.BLAME))


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence and what is asked of it: its variants, each compared with `base` where there is one."""

    key: str
    variants: tuple[str, ...]
    expectation: dict[str, JSON]
    base: str | None = None


def swapped(sentences: Sequence[str], choices: Sequence[str]) -> list[Case]:
    """One case a sentence: with each of the choices it must get the answer it gets with the first."""
    first, *others = choices
    return [
        Case(
            key=sentence.format("…"),
            variants=tuple(filled(sentence, other) for other in others),
            expectation={"type": "invariant"},
            base=filled(sentence, first),
        )
        for sentence in sentences
    ]


def filled(sentence: str, word: str) -> str:
    """Put a word into a sentence, with the article it needs."""
    return re.sub(r"\b([Aa]) (?=[aeiouAEIOU])", r"\1n ", sentence.format(word))


def plain(*, rng: np.random.Generator) -> list[Case]:
    """Every word of praise or blame, said plainly of a thing drawn by chance."""
    cases = []
    for label, feelings in FEELINGS:
        for feeling in feelings:
            for sentence in frames.SAID:
                text = words.thing_first(sentence.format(thing=_drawn(words.THINGS, rng), feeling=feeling))
                cases.append(Case(text, (text,), {"type": "equals", "label": label}))
    return cases


def denied(sentences: Sequence[str], *, rng: np.random.Generator) -> list[Case]:
    """Praise that the sentence takes back: every sentence with every word of praise, about a thing drawn by chance."""
    return [
        Case(text, (text,), {"type": "not_equals", "label": "positive"})
        for sentence in sentences
        for praise in words.PRAISE
        for text in [words.thing_first(sentence.format(thing=_drawn(words.THINGS, rng), praise=praise))]
    ]


def asked(*, rng: np.random.Generator) -> list[Case]:
    """Questions, half of all there are, drawn by chance."""
    texts = [sentence.format(place=place) for sentence in frames.ASKED for place in words.PLACES]
    drawn = sorted(rng.permutation(len(texts))[: len(texts) // 2])
    return [Case(texts[place], (texts[place],), {"type": "equals", "label": "neutral"}) for place in drawn]


def mistyped(*, rng: np.random.Generator) -> list[Case]:
    """A plain sentence for every word of praise or blame, and that word misspelt."""
    cases = []
    for feeling in (*words.PRAISE, *words.BLAME):
        thing = words.thing_first(_drawn(words.THINGS, rng))
        variants = tuple(f"{thing} was {slip}." for slip in typos_of(feeling, TYPOS_EACH, rng=rng))
        plain = f"{thing} was {feeling}."
        cases.append(Case(plain, variants, {"type": "invariant"}, base=plain))
    return cases


def strengthened(*, rng: np.random.Generator) -> list[Case]:
    """A plain sentence for every word of praise or blame, and the same with a word that makes it stronger."""
    cases = []
    for label, feelings in FEELINGS:
        for feeling in feelings:
            thing = words.thing_first(_drawn(words.THINGS, rng))
            places = sorted(rng.permutation(len(words.STRONGER))[:STRONGER_EACH])
            plain = f"{thing} is {feeling}."
            cases.append(
                Case(
                    key=plain,
                    variants=tuple(f"{thing} is {words.STRONGER[place]} {feeling}." for place in places),
                    expectation={"type": "directional", "label": label, "direction": "increase"},
                    base=plain,
                )
            )
    return cases


def _drawn(choices: Sequence[str], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]
