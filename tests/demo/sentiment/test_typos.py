from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tracker.demo.sentiment.typos import typos_of
from tracker.demo.sentiment.words import BLAME, PRAISE


def is_one_slip(word: str, typo: str) -> bool:
    """Whether one letter was left out, typed twice, or changed places with the next; told by comparing alone."""
    if len(typo) == len(word) - 1:
        return any(word[:place] + word[place + 1 :] == typo for place in range(len(word)))
    if len(typo) == len(word) + 1:
        doubled = [typo[:place] + typo[place + 1 :] == word for place in range(len(typo))]
        return any(doubled) and any(first == second for first, second in pairwise(typo))
    differ = [place for place in range(len(word)) if word[place] != typo[place]]
    return len(differ) == 2 and differ[1] == differ[0] + 1 and sorted(word) == sorted(typo)


@pytest.mark.parametrize("word", [*PRAISE, *BLAME])
def test_a_typo_is_one_slip_inside_the_word(word: str) -> None:
    typos = typos_of(word, 100, rng=np.random.default_rng(1))
    assert typos
    for typo in typos:
        assert typo != word
        assert (typo[0], typo[-1]) == (word[0], word[-1])
        assert is_one_slip(word, typo), typo


def test_typos_are_different_and_follow_the_seed() -> None:
    drawn = [typos_of("wonderful", 3, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert len(set(drawn[0])) == 3
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


def test_a_short_word_has_as_many_as_there_are() -> None:
    # "bad": "bd" without the a, "baad" with two.
    assert typos_of("bad", 3, rng=np.random.default_rng(1)) == ["baad", "bd"]
