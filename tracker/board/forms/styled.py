"""The look of every form field, and fields that several forms share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.canonical import InvalidJSON, parse_json
from evaluation.types import JSON
from tracker.projects.errors import translated
from tracker.projects.models import InputKind, Project

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


class ExampleText(JSONText):
    """An input: plain text in a project of texts, else JSON."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("strip", False)
        super().__init__(*args, **kwargs)
        self.is_text = False

    def fit(self, project: Project) -> None:
        """Read and explain what this project's inputs are."""
        self.is_text = project.input_kind == InputKind.TEXT
        self.widget.attrs.update({"rows": 3 if self.is_text else 6, "spellcheck": "false"})
        if not self.is_text:
            self.widget.attrs["class"] = "form-control mono"
            self.help_text = HINTS.get(InputKind(project.input_kind), _("JSON, as the model gets it."))

    def to_python(self, value: Any) -> Any:
        return forms.CharField.to_python(self, value) if self.is_text else super().to_python(value)


HINTS = {
    InputKind.TEXT_PAIR: _('JSON, two texts: ["How old are you?", "What is your age?"]'),
    InputKind.CHAT: _('JSON, the turns: [{"role": "user", "content": "Hello"}]'),
    InputKind.TABLE: _('JSON, one row: {"age": 41, "city": "Oslo"}'),
    InputKind.IMAGE: _("JSON: rows of grey values such as [[0, 16], [16, 0]], or a data URI in quotes."),
}


def lines_of(text: str) -> list[str]:
    """Return the lines that have something on them, without spaces around it."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def words_of(text: str) -> list[str]:
    """Return what stands between commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def pretty(value: JSON) -> str:
    return json.dumps(value, ensure_ascii=False)
