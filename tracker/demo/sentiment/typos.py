"""Typing errors as people make them. All are deterministic given their `rng`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np


def typos_of(word: str, count: int, *, rng: np.random.Generator) -> list[str]:
    """Draw `count` different misspellings of a word, each one slip away from it; its ends stay as they are."""
    slips = sorted({slip for slip in _slips(word) if slip != word})
    return [slips[place] for place in sorted(rng.permutation(len(slips))[:count])]


def _slips(word: str) -> Iterator[str]:
    for place in range(1, len(word) - 1):
        head, letter, rest = word[:place], word[place], word[place + 1 :]
        yield head + rest  # left out
        yield head + letter + letter + rest  # typed twice
        if len(rest) > 1:
            yield head + rest[0] + letter + rest[1:]  # two in the wrong order
