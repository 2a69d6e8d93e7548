"""A table row, cell by cell."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from evaluation.canonical import InvalidJSON, parse_json
from evaluation.types import JSON
from tracker.board.examples import cells, in_words
from tracker.board.forms.input_shape import Shape, Typed, listed

FREE_ROWS = 2
FREE_ROWS_AT_FIRST = 5
MAX_COLUMNS = 200


@dataclass(frozen=True)
class TypedRow(Typed):
    cells: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Cell:
    """`kind` is number, truth, text or any: what the newest row of the project has in this column."""

    number: int
    name: str
    text: str
    kind: str


class RowShape(Shape[TypedRow]):
    """An object of plain values, with the columns of the newest row of the project and free ones."""

    template = "_fragments/_input_row.html"

    def __init__(self, newest: Sequence[JSON]) -> None:
        rows = [row for row in newest if isinstance(row, dict) and cells(row)]
        like = rows[0] if rows and len(rows[0]) <= MAX_COLUMNS else {}
        # a cell that is missing in the newest row may stand in the one before
        values = {name: _first_value(rows, name) for name in like}
        self.kinds = {name: _kind(value) for name, value in values.items()}

    def typed(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> TypedRow:
        names, values = listed(data, f"{name}_column"), listed(data, f"{name}_cell")
        return TypedRow(data.get(name, ""), tuple(zip(names, values, strict=False)))

    def parts(self, value: JSON) -> TypedRow | None:
        if not isinstance(value, dict) or cells(value) is None:
            return None
        if any(isinstance(cell, str) and not keeps(cell) for cell in value.values()) or "" in value:
            return None
        return TypedRow("", tuple((name, self._as_typed(name, cell)) for name, cell in value.items()))

    def is_blank(self, typed: TypedRow) -> bool:
        return not any(text or (name and name not in self.kinds) for name, text in typed.cells)

    def assembled(self, typed: TypedRow) -> JSON:
        row: dict[str, JSON] = {}
        wrong: list[str] = []
        for name, text in typed.cells:
            if not name:
                if text:
                    wrong.append(_("Name the column of “%(text)s”.") % {"text": text[:40]})
            elif name in row:
                wrong.append(_("The column “%(name)s” stands there twice.") % {"name": name[:40]})
            else:
                row[name] = self._value(name, text, wrong)
        if wrong:
            raise forms.ValidationError(wrong)
        return row

    def with_raw(self, raw: str) -> TypedRow:
        return TypedRow(raw)

    def context(self, typed: TypedRow) -> dict[str, Any]:
        given = dict(typed.cells)
        known = [
            Cell(number, name, given.get(name, ""), kind)
            for number, (name, kind) in enumerate(self.kinds.items(), start=1)
        ]
        others = [(name, text) for name, text in typed.cells if name not in self.kinds and (name or text)]
        blank = FREE_ROWS if known else max(FREE_ROWS, FREE_ROWS_AT_FIRST - len(others))
        free = [
            Cell(number, name, text, "any")
            for number, (name, text) in enumerate([*others, *[("", "")] * blank], start=len(known) + 1)
        ]
        return {"known": known, "free": free}

    def _value(self, name: str, text: str, wrong: list[str]) -> JSON:
        kind = self.kinds.get(name, "any")
        if kind == "text":
            return text or None
        if not text.strip():
            return None
        value = _plain(text)
        fits = {"number": _is_number(value), "truth": isinstance(value, bool)}.get(kind, True)
        if not fits and value is not None:
            asked = _("a number") if kind == "number" else _("true or false")
            wrong.append(
                _("%(name)s: give %(asked)s, not “%(text)s”.")
                % {"name": name, "asked": asked, "text": text[:40]}
            )
        return value

    def _as_typed(self, name: str, value: JSON) -> str:
        """Return a cell so that reading it gives the same value."""
        if value is None:
            return ""
        kind = self.kinds.get(name, "any")
        if isinstance(value, str) and kind != "text" and _plain(value) != value:
            return json.dumps(value, ensure_ascii=False)
        return in_words(value)


def keeps(text: str) -> bool:
    """Whether a field of one line gives a text back as it was."""
    return bool(text) and "\n" not in text and "\r" not in text


def _first_value(rows: Sequence[Mapping[str, JSON]], name: str) -> JSON:
    return next((row[name] for row in rows if row.get(name) is not None), None)


def _kind(value: JSON) -> str:
    if isinstance(value, bool):
        return "truth"
    if _is_number(value):
        return "number"
    return "text" if isinstance(value, str) else "any"


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(text: str) -> JSON:
    """Return a number, true, false, null or a text in quotes as what it is, anything else as text."""
    try:
        value = parse_json(text.strip().encode())
    except (InvalidJSON, UnicodeEncodeError):
        return text
    return text if isinstance(value, list | dict) else value
