"""What the fields of every kind of input share: a widget of several parts with JSON as the way around them."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from evaluation.canonical import InvalidJSON, parse_json
from evaluation.types import JSON
from tracker.projects.errors import translated


@dataclass(frozen=True)
class Typed:
    """What was typed into the parts of an input, as it is shown again; `raw` is the JSON."""

    raw: str = ""


T = TypeVar("T", bound=Typed)


class Shape(ABC, Generic[T]):
    """One kind of input: how it is asked for, and how its JSON is made of what was typed."""

    template: ClassVar[str]
    takes_file: ClassVar[bool] = False

    def __init__(self, newest: Sequence[JSON]) -> None:
        """`newest` are some inputs of the project, the newest first: a new one should look like them."""

    @abstractmethod
    def typed(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> T:
        """Return what was sent under this name."""

    @abstractmethod
    def parts(self, value: JSON) -> T | None:
        """Return an input as it would be typed; None where it has another shape."""

    @abstractmethod
    def is_blank(self, typed: T) -> bool:
        """Whether nothing but JSON was typed."""

    @abstractmethod
    def assembled(self, typed: T) -> JSON:
        """Return the input that was typed in parts. Raises ValidationError."""

    @abstractmethod
    def with_raw(self, raw: str) -> T:
        """Return nothing typed but this JSON."""

    def context(self, typed: T) -> dict[str, Any]:
        """Return what the template needs beyond `typed`."""
        return {}

    def json_of(self, raw: str) -> JSON:
        return plain_json(raw)

    def read(self, typed: T, *, offered: JSON = None) -> JSON:
        """Return the input; None where nothing was typed. Raises ValidationError.

        `offered` stood in the field before anybody typed: its JSON does not stand against what was filled in.
        """
        raw = typed.raw.strip()
        if not raw or (raw == pretty_json(offered) and not self.is_blank(typed)):
            return None if self.is_blank(typed) else self.assembled(typed)
        if not self.is_blank(typed):
            raise forms.ValidationError(_("Fill in the fields or paste JSON, not both."))
        return self.json_of(typed.raw)

    def widget(self, *, required: bool) -> ShapeWidget:
        widget = ShapeWidget(self)
        widget.is_required = required
        return widget


class ShapeWidget(forms.Widget):
    """Draws a template of the pages instead of one of Django's forms."""

    use_fieldset = True
    is_shaped = True

    def __init__(self, shape: Shape[Any], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.shape = shape
        self.needs_multipart_form = shape.takes_file

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed:
        typed: Typed = self.shape.typed(data, files, name)
        return typed

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str, index: str = "0") -> str:
        return id_

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        typed: Typed = value if isinstance(value, Typed) else self._parts(value)
        context = {"name": name, "id": (attrs or {}).get("id", f"id_{name}"), "typed": typed}
        return render_to_string(self.shape.template, context | self.shape.context(typed))

    def _parts(self, value: Any) -> Typed:
        parts: Typed | None = None if value in (None, "") else self.shape.parts(value)
        raw: Typed = self.shape.with_raw("" if value in (None, "") else pretty_json(value))
        return parts or raw


def lines_as_typed(text: str) -> str:
    """Browsers send a newline as two characters; the one that was typed is the input's."""
    return text.replace("\r\n", "\n")


def survives(text: str) -> bool:
    """Whether a field of several lines gives a text back as it was, and as one that was filled in."""
    return bool(text) and "\r" not in text


def listed(data: Any, name: str) -> list[str]:
    """Return all that was sent under a name, in order."""
    return data.getlist(name) if hasattr(data, "getlist") else list(data.get(name, []))


def plain_json(raw: str) -> JSON:
    try:
        return parse_json(raw.encode())
    except (InvalidJSON, UnicodeEncodeError) as error:
        raise forms.ValidationError(translated(str(error))) from error


def pretty_json(value: JSON) -> str:
    return json.dumps(value, ensure_ascii=False)
