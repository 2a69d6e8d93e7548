"""Request templates: JSON in which placeholders stand for inputs. There is no language in them, only places.

A string that is a placeholder and nothing else becomes the value, of whatever type; within a longer string a
placeholder becomes text, which for anything but text is its JSON. `{{` and `}}` stand for braces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from evaluation.adapters.mapping.faults import Unreadable, Unsendable
from evaluation.adapters.mapping.paths import Path
from evaluation.messages import message as _
from evaluation.types import JSON

DEEPEST = 30
LONGEST_TEMPLATE = 50_000  # characters of JSON

_SIGN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


@dataclass(frozen=True)
class Asked:
    """What is filled in: all inputs of the request, and the one that is at hand."""

    inputs: Sequence[JSON]
    labels: Sequence[str] = ()
    one: JSON = None


_Fill = Callable[[Asked], JSON]


@dataclass(frozen=True)
class _Place:
    """A part of the template, ready to be filled, and which placeholders are in it."""

    fill: _Fill
    one: bool = False
    every: bool = False


class Template:
    """A request template that was found good."""

    def __init__(self, place: _Place) -> None:
        self._place = place

    @classmethod
    def parse(cls, value: object) -> Template:
        """Read a template for requests. Raises ValueError in plain words.

        `{inputs}` is the list of all inputs of the request. A list with one entry that holds `{input}`, or a
        part of it such as `{input.text}`, has that entry once for each input.
        """
        _check_size(value)
        place = _compiled(value, depth=0, in_list=False)
        if not place.one and not place.every:
            raise ValueError(_("Must hold {inputs}, or {input} in a list: else every request is the same."))
        return cls(place)

    @classmethod
    def parse_text(cls, text: str) -> Template:
        """Read the template of a text about one input. Raises ValueError."""
        place = _text(text)
        if not place.one:
            raise ValueError(_("Must hold {input}: else every request is the same."))
        return cls(place)

    @property
    def takes_one(self) -> bool:
        """Whether `{input}` stands outside any list, so that a request can hold one input only."""
        return self._place.one

    def fill(self, inputs: Sequence[JSON], labels: Sequence[str] = ()) -> JSON:
        """The request for `inputs`. Raises Unsendable where an input lacks what the template asks for."""
        return self._place.fill(Asked(inputs, labels, inputs[0]))


def _check_size(value: object) -> None:
    try:
        text = msgspec.json.encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise ValueError(_("Must be JSON.")) from None
    if len(text) > LONGEST_TEMPLATE:
        raise ValueError(_("Must be at most %(longest)s characters.", longest=f"{LONGEST_TEMPLATE:,}"))


def _compiled(value: object, *, depth: int, in_list: bool) -> _Place:
    if depth > DEEPEST:
        raise ValueError(_("Must not be nested deeper than %(deepest)s levels.", deepest=DEEPEST))
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return _list(value, depth=depth, in_list=in_list)
    if isinstance(value, dict):
        return _object(value, depth=depth, in_list=in_list)
    constant: JSON = value  # type: ignore[assignment]
    return _Place(lambda asked: constant)


def _list(value: list[object], *, depth: int, in_list: bool) -> _Place:
    repeats = len(value) == 1 and not in_list
    parts = [_compiled(item, depth=depth + 1, in_list=in_list or repeats) for item in value]
    every = any(part.every for part in parts)
    if repeats and parts[0].one:
        fill = parts[0].fill
        return _Place(
            lambda asked: [fill(Asked(asked.inputs, asked.labels, one)) for one in asked.inputs], every=True
        )
    fills = [part.fill for part in parts]
    return _Place(
        lambda asked: [fill(asked) for fill in fills], one=any(part.one for part in parts), every=every
    )


def _object(value: Mapping[str, object], *, depth: int, in_list: bool) -> _Place:
    if any(_SIGN.search(name) for name in value):
        raise ValueError(_("Placeholders are for values; the names in an object have no braces."))
    parts = {name: _compiled(item, depth=depth + 1, in_list=in_list) for name, item in value.items()}
    fills = {name: part.fill for name, part in parts.items()}
    return _Place(
        lambda asked: {name: fill(asked) for name, fill in fills.items()},
        one=any(part.one for part in parts.values()),
        every=any(part.every for part in parts.values()),
    )


def _text(text: str) -> _Place:
    pieces: list[str | _Place] = []
    at = 0
    for sign in _SIGN.finditer(text):
        pieces.append(text[at : sign.start()])
        at = sign.end()
        if sign[0] in ("{{", "}}"):
            pieces.append(sign[0][0])
        elif sign[1] is None:
            raise ValueError(_("A single brace opens or ends no placeholder; write {{ and }} for braces."))
        else:
            pieces.append(_placeholder(sign[1]))
    pieces.append(text[at:])
    pieces = [piece for piece in pieces if piece != ""]
    places = [piece for piece in pieces if isinstance(piece, _Place)]
    if len(pieces) == 1 and places:
        return places[0]
    fills = [_constant(piece) if isinstance(piece, str) else piece.fill for piece in pieces]
    return _Place(
        lambda asked: "".join(_as_text(fill(asked)) for fill in fills),
        one=any(place.one for place in places),
        every=any(place.every for place in places),
    )


def _constant(text: str) -> _Fill:
    return lambda asked: text


def _placeholder(name: str) -> _Place:
    if name == "inputs":
        return _Place(lambda asked: list(asked.inputs), every=True)
    if name == "labels":
        return _Place(lambda asked: list(asked.labels))
    if name == "input":
        return _Place(lambda asked: asked.one, one=True)
    if name.startswith(("input.", "input[")):
        path = Path.parse(name.removeprefix("input").removeprefix("."))
        if path.steps and not path.has_each:
            return _Place(lambda asked: _part(path, asked.one), one=True)
    raise ValueError(
        _(
            "There is no placeholder {%(name)s}; there are {input}, parts of it such as {input.text}, {inputs} and "
            "{labels}. Write {{ and }} for braces.",
            name=name[:100],
        )
    )


def _part(path: Path, one: JSON) -> JSON:
    try:
        return path.get(one)  # type: ignore[return-value]
    except Unreadable as error:
        raise Unsendable(f"The input does not fit the request template. {error.why}") from None


def _as_text(value: JSON) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
