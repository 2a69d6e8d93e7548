"""How an example is shown: as what it is where it has the shape of the input kind, else as pretty JSON.

Drawn by templates/_fragments/_example.html.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from tracker.board.differences import Piece, pieces
from tracker.board.pictures import Picture, picture


@dataclass(frozen=True)
class Text:
    """A text with a name: a side of a pair, a turn of a chat, a cell. `changed` compares with the base."""

    name: str
    pieces: tuple[Piece, ...]
    changed: bool = False


@dataclass(frozen=True)
class Shown:
    """An example, ready to draw. `kind` is one of text, text_pair, chat, table, image, json."""

    kind: str
    texts: tuple[Text, ...] = ()
    picture: Picture | None = None


def is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def in_words(value: object) -> str:
    """A value as text: strings as they are, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def named_texts(value: object) -> list[tuple[str, str]] | None:
    """Two texts, of a list or of an object with two of them."""
    if isinstance(value, list):
        value = dict(enumerate(value))
    if not isinstance(value, dict) or len(value) != 2:
        return None
    if not all(isinstance(each, str) for each in value.values()):
        return None
    return [(name if isinstance(name, str) else "", each) for name, each in value.items()]


def is_turn(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("role"), str) and "content" in value


def turns(value: object) -> list[tuple[str, str]] | None:
    """A chat: a list of objects with a role and a content, or an object whose `messages` is one."""
    messages = value.get("messages") if isinstance(value, dict) else value
    if not isinstance(messages, list) or not messages or not all(is_turn(each) for each in messages):
        return None
    return [(each["role"], in_words(each["content"])) for each in messages]


def cells(value: object) -> list[tuple[str, str]] | None:
    """A table row: an object of plain values."""
    if not isinstance(value, dict) or not value or not all(is_plain(each) for each in value.values()):
        return None
    return [(name, in_words(each)) for name, each in value.items()]


def one_text(value: object) -> list[tuple[str, str]] | None:
    return [("", value)] if isinstance(value, str) else None


READERS: dict[str, Callable[[object], list[tuple[str, str]] | None]] = {
    "text": one_text,
    "text_pair": named_texts,
    "chat": turns,
    "table": cells,
}


def compared(texts: list[tuple[str, str]], base: list[tuple[str, str]] | None) -> tuple[Text, ...]:
    """The texts, with what differs from the base's text in the same place (or of the same name) marked."""
    if base is None:
        return tuple(Text(name, (Piece("same", text),)) for name, text in texts)
    by_place = dict(enumerate(base))
    by_name = {name: text for name, text in base if name}
    result = []
    for place, (name, text) in enumerate(texts):
        before = by_name.get(name, "") if by_name else by_place.get(place, ("", ""))[1]
        result.append(Text(name, pieces(before, text), changed=before != text))
    return tuple(result)


def shown(value: object, input_kind: str, base: object = None) -> Shown:
    """An example for `_example.html`. With a base, what differs from it is marked (null is never a base)."""
    if input_kind == "image" and (image := picture(value)):
        return Shown("image", picture=image)
    # a plain string needs no quotes whatever the project's inputs are
    kind = "text" if isinstance(value, str) else input_kind
    read = READERS.get(kind)
    texts = read(value) if read else None
    if texts is not None and read is not None:
        return Shown(kind, compared(texts, None if base is None else read(base)))
    pretty = [("", json.dumps(value, ensure_ascii=False, indent=2))]
    before = None if base is None else [("", json.dumps(base, ensure_ascii=False, indent=2))]
    return Shown("json", compared(pretty, before))
