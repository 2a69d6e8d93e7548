"""What differs between two texts: word by word, or line by line."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from tracker.board.tokens import line_tokens, word_tokens

# Comparing takes time with the equal pairs of words; beyond this a text is shown whole. Repeated words
# (n of the one, m of the other) are n x m pairs, so that it is these that a page must not be asked to compare.
MAX_PAIRS = 20_000
MAX_TOKENS = 4_000

Mark = Literal["same", "added", "gone"]


@dataclass(frozen=True)
class Piece:
    """A stretch of text and how it stands to the base."""

    mark: Mark
    text: str


def pieces(before: str, after: str, cut: Callable[[str], list[str]] = word_tokens) -> tuple[Piece, ...]:
    """`after` in pieces, with those of `before` that are gone between them."""
    if before == after:
        return (Piece("same", after),)
    old, new = cut(before), cut(after)
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    old_rest, new_rest = old[start : len(old) - end], new[start : len(new) - end]
    if _too_long(old_rest, new_rest):
        return (Piece("same", after),)
    found = [Piece("same", "".join(new[:start])), *_compared(old_rest, new_rest)]
    found.append(Piece("same", "".join(new[len(new) - end :])))
    return tuple(piece for piece in found if piece.text)


def line_pieces(before: str, after: str) -> tuple[Piece, ...]:
    return pieces(before, after, line_tokens)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Return with how many equal tokens both begin."""
    for n, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return n
    return min(len(one), len(other))


def _too_long(old: Sequence[str], new: Sequence[str]) -> bool:
    if max(len(old), len(new)) > MAX_TOKENS:
        return True
    counts = Counter(new)
    return sum(n * counts[token] for token, n in Counter(old).items() if not token.isspace()) > MAX_PAIRS


def _compared(old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    found: list[Piece] = []
    # Spaces are alike everywhere and say nothing of which words belong together.
    matcher = SequenceMatcher(isjunk=str.isspace, a=old, b=new, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(new[new_from:new_to])))
            continue
        found.append(Piece("gone", "".join(old[old_from:old_to])))
        found.append(Piece("added", "".join(new[new_from:new_to])))
    return found
