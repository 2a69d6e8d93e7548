"""How an example is shown: as what it is where it has the shape of the input kind, else as pretty JSON.

Drawn by templates/_fragments/_example.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.types import JSON
from tracker.board.differences import Piece, line_pieces
from tracker.board.example_texts import MAX_TEXTS, Text, compared_by_name, compared_by_place, compared_turns
from tracker.board.expectation_words import LONGEST
from tracker.board.json_lines import pretty
from tracker.board.picture_differences import PictureDifference, picture_difference
from tracker.board.pictures import Picture, Stored, picture, picture_part
from tracker.board.rasters import NotShown

# In a list, so many cells or turns are seen at first.
FIRST_CELLS = 12
LAST_TURNS = 4

READ_FIRST = {"original", "premise", "prompt", "query", "question", "source"}
LIKE_A_NUMBER = re.compile(r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?|true|false|null")

Named = list[tuple[str, str]]


@dataclass(frozen=True)
class Shown:
    """An example, ready to draw. `kind` is one of text, text_pair, chat, table, image, json.

    `note` says why an input of a project of images is not shown as one. `whole` is where all of an input can be
    read of which a part is left out here; `left_out` counts the cells or turns that are, `is_beginning` says that
    JSON goes on.
    """

    kind: str
    texts: tuple[Text, ...] = ()
    picture: Picture | None = None
    base_picture: Picture | None = None
    difference: PictureDifference | None = None
    note: str = ""
    whole: str = ""
    left_out: int = 0
    is_beginning: bool = False

    @property
    def first(self) -> Sequence[Text]:
        """The cells that a list shows at once; `rest` are the others."""
        return self.texts[:FIRST_CELLS] if len(self.texts) > FIRST_CELLS + 2 else self.texts

    @property
    def rest(self) -> Sequence[Text]:
        return self.texts[len(self.first) :]

    @property
    def last(self) -> Sequence[Text]:
        """The turns that a list shows at once; `earlier` are the others."""
        return self.texts[-LAST_TURNS:] if len(self.texts) > LAST_TURNS + 1 else self.texts

    @property
    def earlier(self) -> Sequence[Text]:
        return self.texts[: len(self.texts) - len(self.last)]

    @property
    def rest_changed(self) -> bool:
        return any(text.changed for text in self.rest)

    @property
    def earlier_changed(self) -> bool:
        return any(text.changed for text in self.earlier)


def is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def in_words(value: object) -> str:
    """A value as text: strings as they are, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def named_texts(value: object) -> Named | None:
    """Two texts, of a list or of an object with two of them."""
    if isinstance(value, list):
        value = dict(enumerate(value))
    if not isinstance(value, dict) or len(value) != 2:
        return None
    if not all(isinstance(each, str) for each in value.values()):
        return None
    pair = [(name if isinstance(name, str) else "", each) for name, each in value.items()]
    # Stored JSON has its keys in alphabetical order, and nobody reads the answer before the question.
    return pair[::-1] if pair[1][0] in READ_FIRST else pair


def is_turn(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("role"), str) and "content" in value


def turns(value: object) -> Named | None:
    """A chat: a list of objects with a role and a content, or an object whose `messages` is one."""
    messages = value.get("messages") if isinstance(value, dict) else value
    if not isinstance(messages, list) or not messages or not all(is_turn(each) for each in messages):
        return None
    return [(each["role"], in_words(each["content"])) for each in messages]


def cells(value: object) -> Named | None:
    """A table row: an object of plain values."""
    if not isinstance(value, dict) or not value or not all(is_plain(each) for each in value.values()):
        return None
    return [(name, in_cell(each)) for name, each in value.items()]


def in_cell(value: object) -> str:
    """A cell as text; in quotes where a reader would take the text for a number, or miss a space at its end."""
    if isinstance(value, str) and (value != value.strip() or LIKE_A_NUMBER.fullmatch(value)):
        return json.dumps(value, ensure_ascii=False)
    return in_words(value)


def one_text(value: object) -> Named | None:
    return [("", value)] if isinstance(value, str) else None


READERS: dict[str, Callable[[object], Named | None]] = {
    "text": one_text,
    "text_pair": named_texts,
    "chat": turns,
    "table": cells,
}
COMPARERS: dict[str, Callable[[Named, Named | None], tuple[Text, ...]]] = {
    "text": compared_by_place,
    "text_pair": compared_by_place,
    "chat": compared_turns,
    "table": compared_by_name,
}


def shown(value: Any, input_kind: str, base: Any = None, *, slug: str = "") -> Shown:
    """An example for `_example.html`. With a base, what differs from it is marked (null is never a base).

    `slug` is that of the project whose stored example this is: what is large gets an address there.
    """
    stored = Stored(slug, value) if slug else None
    note = ""
    if input_kind == "image":
        try:
            if image := _image(value, base, slug, stored):
                return image
        except NotShown as reason:
            note = str(reason)
    # a plain string needs no quotes whatever the project's inputs are
    kind = "text" if isinstance(value, str) else input_kind
    read = READERS.get(kind)
    texts = read(value) if read else None
    if texts is not None and read is not None:
        compared = COMPARERS[kind](texts, None if base is None else read(base))
        return _bounded(kind, compared, note, stored, left_out=max(0, len(texts) - MAX_TEXTS))
    return _json(value, base, note, stored)


def shown_output(output: Mapping[str, Any] | None) -> Shown | None:
    """The text that a model said, where a line is not enough for it: it is long, or JSON. Else None."""
    text = (output or {}).get("text")
    if not isinstance(text, str):
        return None
    example = shown_text(text)
    return example if example.kind == "json" or len(text) > LONGEST or "\n" in text else None


def shown_text(text: str) -> Shown:
    """A text that is no example: JSON where it reads as an object or a list."""
    try:
        value = json.loads(text) if text.lstrip()[:1] in {"{", "["} else None
    except (ValueError, RecursionError):
        value = None
    return Shown("text", (Text.compared("", text, None),)) if value is None else _json(value, None)


def _json(value: JSON, base: JSON, note: str = "", stored: Stored | None = None) -> Shown:
    text, is_whole = pretty(value)
    before = None if base is None else pretty(base)[0]
    whole = "" if is_whole or stored is None else stored.address("example")
    texts = (Text.compared("", text, before, line_pieces),)
    return Shown("json", texts, note=note, whole=whole, is_beginning=not is_whole)


def _image(value: JSON, base: JSON, slug: str, stored: Stored | None) -> Shown | None:
    part, others = picture_part(value)
    image = picture(part, stored)
    if image is None or not all(is_plain(each) for each in others.values()):
        return None
    base_part, base_others = picture_part(base)
    texts = compared_by_name(cells(others) or [], None if base is None else cells(base_others) or [])
    try:
        base_image = None if base is None else picture(base_part, Stored(slug, base) if slug else None)
    except NotShown:
        base_image = None
    difference = picture_difference(part, base_part) if base_image else None
    return Shown("image", texts, image, base_image, difference)


def _bounded(
    kind: str, texts: tuple[Text, ...], note: str, stored: Stored | None, *, left_out: int = 0
) -> Shown:
    texts = texts[: 2 * MAX_TEXTS]  # those of the base that are gone stand among them
    is_cut = bool(left_out or any(text.left_out for text in texts))
    whole = stored.address("example") if is_cut and stored else ""
    return Shown(kind, texts, note=note, whole=whole, left_out=left_out)


__all__ = ["Piece", "Shown", "Text", "in_words", "shown", "shown_output", "shown_text"]
