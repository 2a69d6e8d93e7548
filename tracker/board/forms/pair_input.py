"""Two texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from evaluation.types import JSON
from tracker.board.examples import named_texts
from tracker.board.forms.input_shape import Shape, Typed, lines_as_typed, survives


@dataclass(frozen=True)
class TypedPair(Typed):
    first: str = ""
    second: str = ""


class PairShape(Shape[TypedPair]):
    """Named as the newest pair of the project names them; a list of two where it has no names."""

    template = "_fragments/_input_pair.html"

    def __init__(self, newest: Sequence[JSON]) -> None:
        like = next((pair for pair in map(named_texts, newest) if pair), None)
        self.names = [name for name, _text in like or []] if like and like[0][0] else []

    def typed(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> TypedPair:
        first, second = (data.get(f"{name}_{part}", "") for part in ("first", "second"))
        return TypedPair(data.get(name, ""), first, second)

    def parts(self, value: JSON) -> TypedPair | None:
        pair = named_texts(value)
        if pair is None or [name for name, _text in pair if name] != self.names:
            return None
        if not all(survives(text) for _name, text in pair):
            return None
        return TypedPair("", pair[0][1], pair[1][1])

    def is_blank(self, typed: TypedPair) -> bool:
        return not typed.first and not typed.second

    def assembled(self, typed: TypedPair) -> JSON:
        if not typed.first or not typed.second:
            raise forms.ValidationError(_("Give both texts."))
        first, second = lines_as_typed(typed.first), lines_as_typed(typed.second)
        return dict(zip(self.names, [first, second], strict=True)) if self.names else [first, second]

    def with_raw(self, raw: str) -> TypedPair:
        return TypedPair(raw)

    def context(self, typed: TypedPair) -> dict[str, Any]:
        first, second = self.names or (_("First text"), _("Second text"))
        return {"first_name": first, "second_name": second}
