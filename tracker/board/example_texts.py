"""The texts of an example, each with what differs from the base's: of one place, one name, or one turn of a chat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from tracker.board.differences import Mark, Piece
from tracker.board.differences import pieces as word_pieces

MAX_CHARACTERS = 10_000
"""Of one text: what is beyond is left out, and can be read as a file."""
MAX_TEXTS = 200
LONG = 280
BEGINNING = 180
AROUND = 60
"""How much is seen before the first difference where that lies far inside a text."""

Named = Sequence[tuple[str, str]]
Compare = Callable[[str, str], tuple[Piece, ...]]


@dataclass(frozen=True)
class Text:
    """A text with a name: a side of a pair, a turn of a chat, a cell.

    `changed` compares with the base; `mark` says of the whole of it that the base lacks it (added), or alone has it
    (gone). `left_out` counts the characters that are not here.
    """

    name: str
    pieces: tuple[Piece, ...]
    changed: bool = False
    mark: Mark = "same"
    left_out: int = 0

    @classmethod
    def compared(cls, name: str, text: str, before: str | None, compare: Compare = word_pieces) -> Text:
        kept, left_out = text[:MAX_CHARACTERS], max(0, len(text) - MAX_CHARACTERS)
        if before is None:
            return cls(name, (Piece("same", kept),), left_out=left_out)
        return cls(name, compare(before[:MAX_CHARACTERS], kept), before != text, left_out=left_out)

    @classmethod
    def only(cls, name: str, text: str, mark: Mark) -> Text:
        left_out = max(0, len(text) - MAX_CHARACTERS)
        return cls(name, (Piece(mark, text[:MAX_CHARACTERS]),), True, mark, left_out)

    @property
    def length(self) -> int:
        return sum(len(piece.text) for piece in self.pieces if piece.mark != "gone") + self.left_out

    @property
    def is_long(self) -> bool:
        return sum(len(piece.text) for piece in self.pieces) > LONG

    @property
    def beginning(self) -> tuple[Piece, ...]:
        """What stands for a long text in a list: its first words, or those around the first difference."""
        first = next((n for n, piece in enumerate(self.pieces) if piece.mark != "same"), 0)
        found: list[Piece] = []
        ahead = "".join(piece.text for piece in self.pieces[:first])
        rest = self.pieces
        if len(ahead) > BEGINNING - AROUND:
            found.append(Piece("same", "…" + ahead[-AROUND:]))
            rest = self.pieces[first:]
        left = BEGINNING
        for piece in rest:
            found.append(Piece(piece.mark, piece.text[:left]))
            left -= len(piece.text)
            if left <= 0:
                break
        return (*found, Piece("same", "…"))


def compared_by_place(texts: Named, base: Named | None) -> tuple[Text, ...]:
    """Texts that have a place: the base's of the same name where it has names, else in the same place."""
    if base is None:
        return tuple(Text.compared(name, text, None) for name, text in texts)
    by_name = {name: text for name, text in base if name}
    by_place = [text for _name, text in base]
    result = []
    for place, (name, text) in enumerate(texts):
        before = by_name.get(name) if name and by_name else None
        if before is None:
            before = by_place[place] if place < len(by_place) else ""
        result.append(Text.compared(name, text, before))
    return tuple(result)


def compared_by_name(texts: Named, base: Named | None) -> tuple[Text, ...]:
    """Cells: changed ones, those that only the example has, and at the end those that only the base has."""
    if base is None:
        return tuple(Text.compared(name, text, None) for name, text in texts)
    before = dict(base)
    result = [
        Text.compared(name, text, before[name]) if name in before else Text.only(name, text, "added")
        for name, text in texts
    ]
    names = {name for name, _text in texts}
    result.extend(Text.only(name, text, "gone") for name, text in base if name not in names)
    return tuple(result)


def compared_turns(texts: Named, base: Named | None) -> tuple[Text, ...]:
    """Turns of a chat, in their order: the same, changed, added and gone ones."""
    if base is None:
        return tuple(Text.compared(name, text, None) for name, text in texts)
    return tuple(_turns(list(base)[:MAX_TEXTS], list(texts)[:MAX_TEXTS]))


def _turns(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> Iterator[Text]:
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        before, after = old[old_from:old_to], new[new_from:new_to]
        if kind == "equal":
            yield from (Text.compared(name, text, text) for name, text in after)
            continue
        # Turns that differ are compared in pairs while the same role speaks; the others came or went.
        while before and after and before[0][0] == after[0][0]:
            (name, text), (_role, was) = after.pop(0), before.pop(0)
            yield Text.compared(name, text, was)
        yield from (Text.only(name, text, "gone") for name, text in before)
        yield from (Text.only(name, text, "added") for name, text in after)
