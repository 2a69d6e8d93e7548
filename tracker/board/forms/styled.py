"""The look of every form field, and fields that several forms share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms

from evaluation.canonical import InvalidJSON, parse_json
from evaluation.types import JSON
from tracker.board.forms.example_field import ExampleText
from tracker.projects.errors import translated

__all__ = ["ExampleText", "JSONText", "StyledForm", "lines_of", "pretty", "words_of"]

CLASSES: dict[type[forms.Widget], str] = {
    forms.CheckboxSelectMultiple: "form-check-input",
    forms.CheckboxInput: "form-check-input",
    forms.RadioSelect: "form-check-input",
    forms.Select: "form-select",
    forms.HiddenInput: "",
}


F = TypeVar("F", bound=forms.Field)


class StyledForm(forms.Form):
    """A form whose widgets have the classes of the page; templates draw fields by _field.html."""

    required_css_class = "is-required"

    def __init__(self, *args: Any, extra: Mapping[str, forms.Field] | None = None, **kwargs: Any) -> None:
        """`extra` fields replace those of the same name, else come after them."""
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        self.fields.update(extra or {})
        for field in self.fields.values():
            name = next((CLASSES[kind] for kind in CLASSES if isinstance(field.widget, kind)), "form-control")
            if name:
                field.widget.attrs.setdefault("class", name)

    def typed(self, name: str, kind: type[F]) -> F:
        """Return a field as what it is."""
        field = self.fields[name]
        if not isinstance(field, kind):
            raise TypeError(f"{name} is a {type(field).__name__}")
        return field


class JSONText(forms.CharField):
    """JSON as people type it; the value is what it says."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_json(text.encode())
        except InvalidJSON as error:
            raise forms.ValidationError(translated(str(error))) from error


def lines_of(text: str) -> list[str]:
    """Return the lines that have something on them, without spaces around it."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def words_of(text: str) -> list[str]:
    """Return what stands between commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def pretty(value: JSON) -> str:
    return json.dumps(value, ensure_ascii=False)
