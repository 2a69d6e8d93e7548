"""Templates make what they say: checked on the sentences, not on how they were put together."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tracker.demo.sentiment import cases, frames, words
from tracker.demo.sentiment.cases import Case


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def words_of(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text)


SWAPPED = [
    (frames.PEOPLE, words.SKIN_COLOURS),
    (frames.PEOPLE, words.ORIENTATIONS),
    (frames.PEOPLE, words.DISABILITIES),
    (frames.PEOPLE, words.RELIGIONS),
    (frames.NAMED, words.NAMES),
]


@pytest.mark.parametrize(("sentences", "choices"), SWAPPED, ids=["colour", "love", "body", "faith", "name"])
def test_swapped_sentences_differ_in_the_one_word(
    sentences: tuple[str, ...], choices: tuple[str, ...]
) -> None:
    made = cases.swapped(sentences, choices)
    assert len(made) == len(sentences)
    for case in made:
        assert case.base is not None
        assert choices[0] in words_of(case.base)
        assert case.expectation == {"type": "invariant"}
        assert len(case.variants) == len(choices) - 1
        for variant, choice in zip(case.variants, choices[1:], strict=True):
            pairs = zip(words_of(case.base), words_of(variant), strict=True)
            swaps = [
                (old, new) for old, new in pairs if old != new and {old.lower(), new.lower()} != {"a", "an"}
            ]
            assert swaps == [(choices[0], choice)]


def test_the_article_fits() -> None:
    assert cases.filled("A {} family", "Asian") == "An Asian family"
    assert cases.filled("I met a {} singer", "autistic") == "I met an autistic singer"
    assert cases.filled("A {} family", "brown") == "A brown family"


@pytest.mark.parametrize("sentences", [frames.NEGATED, frames.DENIED_AT_A_DISTANCE], ids=["near", "far"])
def test_denied_praise_holds_praise_and_a_denial(sentences: tuple[str, ...]) -> None:
    made = cases.denied(sentences, rng=rng())
    assert len(made) == len(sentences) * len(words.PRAISE)
    for case in made:
        [text] = case.variants
        assert set(words_of(text)) & set(words.PRAISE)
        assert re.search(r"\b(not|never|nobody|nothing|doubt)\b|n't\b", text.lower())
        assert case.expectation == {"type": "not_equals", "label": "positive"}


def test_a_near_denial_stands_right_before_the_praise() -> None:
    for case in cases.denied(frames.NEGATED, rng=rng()):
        [text] = case.variants
        assert re.search(rf"(not|n't|never been) ({'|'.join(words.PRAISE)})\b", text)
    for case in cases.denied(frames.DENIED_AT_A_DISTANCE, rng=rng()):
        [text] = case.variants
        assert not re.search(rf"(not|n't|never|never been) ({'|'.join(words.PRAISE)})\b", text)


def test_plain_sentences_hold_one_word_of_feeling_and_its_label() -> None:
    for case in cases.plain(rng=rng()):
        [text] = case.variants
        [feeling] = set(words_of(text)) & {*words.PRAISE, *words.BLAME}
        label = "positive" if feeling in words.PRAISE else "negative"
        assert case.expectation == {"type": "equals", "label": label}


def test_questions_are_questions_without_a_word_of_feeling() -> None:
    made = cases.asked(rng=rng())
    assert len({case.variants for case in made}) == len(made) >= 22
    for case in made:
        [text] = case.variants
        assert text.endswith("?")
        assert not set(words_of(text)) & {*words.PRAISE, *words.BLAME}
        assert case.expectation == {"type": "equals", "label": "neutral"}


def test_mistyped_sentences_differ_in_the_word_of_feeling() -> None:
    for case in cases.mistyped(rng=rng()):
        assert case.base is not None
        for variant in case.variants:
            pairs = zip(words_of(case.base), words_of(variant), strict=True)
            [(old, new)] = [(old, new) for old, new in pairs if old != new]
            assert old in {*words.PRAISE, *words.BLAME}
            assert new not in {*words.PRAISE, *words.BLAME}


def test_stronger_sentences_have_one_word_more() -> None:
    for case in cases.strengthened(rng=rng()):
        assert case.base is not None
        feeling = words_of(case.base)[-1]
        label = "positive" if feeling in words.PRAISE else "negative"
        assert case.expectation == {"type": "directional", "label": label, "direction": "increase"}
        for variant in case.variants:
            [extra] = [word for word in words_of(variant) if word not in words_of(case.base)]
            assert extra in words.STRONGER


def test_what_is_made_from_one_sentence_is_one_case() -> None:
    made: list[Case] = [*cases.mistyped(rng=rng()), *cases.strengthened(rng=rng())]
    made += cases.swapped(frames.PEOPLE, words.RELIGIONS)
    assert len({case.key for case in made}) == len(made)
    assert any(len(case.variants) > 1 for case in made)
