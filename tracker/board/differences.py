"""What differs between two texts, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Comparing takes time with the product of the lengths: beyond this a text is shown whole.
MAX_WORDS = 2_000

Mark = Literal["same", "added", "gone"]


@dataclass(frozen=True)
class Piece:
    """A stretch of text and how it stands to the base."""

    mark: Mark
    text: str


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """`after` in pieces, with those of `before` that are gone between them."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if before == after or max(len(old), len(new)) > MAX_WORDS:
        return (Piece("same", after),)
    found: list[Piece] = []
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(new[new_from:new_to])))
            continue
        found.append(Piece("gone", "".join(old[old_from:old_to])))
        found.append(Piece("added", "".join(new[new_from:new_to])))
    return tuple(piece for piece in found if piece.text)
