"""The form field of an input: it asks for what the project's inputs are, and takes any of them as JSON too."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from evaluation.canonical import InvalidJSON, parse_json
from evaluation.types import JSON
from tracker.board.forms.chat_input import ChatShape
from tracker.board.forms.image_input import ImageShape
from tracker.board.forms.input_shape import Shape, lines_as_typed
from tracker.board.forms.pair_input import PairShape
from tracker.board.forms.row_input import RowShape
from tracker.projects.errors import translated
from tracker.projects.models import Example, InputKind, Project

SHAPES: dict[InputKind, type[Shape[Any]]] = {
    InputKind.TEXT_PAIR: PairShape,
    InputKind.CHAT: ChatShape,
    InputKind.TABLE: RowShape,
    InputKind.IMAGE: ImageShape,
}
NEWEST = 3
"""So many inputs are looked at for what this project's look like."""


class ExampleText(forms.CharField):
    """An input: plain text in a project of texts, fields of its own for other kinds, else JSON."""

    widget: Any = forms.Textarea

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("strip", False)
        super().__init__(*args, **kwargs)
        self.is_text = False
        self.shape: Shape[Any] | None = None
        self.offered: JSON = None
        """What the form offers until somebody types, None for nothing."""

    def fit(self, project: Project) -> None:
        """Ask for what this project's inputs are, in the shape that its newest ones have."""
        kind = InputKind(project.input_kind)
        self.is_text = kind == InputKind.TEXT
        if kind in SHAPES:
            newest = Example.objects.newest_of(project)[:NEWEST]
            self.shape = SHAPES[kind]([example.input for example in newest])
            self.widget = self.shape.widget(required=self.required)
            return
        self.widget.attrs.update({"rows": 3 if self.is_text else 6, "spellcheck": "false"})
        if not self.is_text:
            self.widget.attrs["class"] = "form-control mono"
            self.help_text = _("JSON, as the model gets it.")

    def to_python(self, value: Any) -> Any:
        if self.shape is not None:
            return self.shape.read(value, offered=self.offered)
        text = super().to_python(value) or ""
        return lines_as_typed(text) if self.is_text else json_of(text)

    def validate(self, value: Any) -> None:
        if self.required and (value is None or value == ""):
            raise forms.ValidationError(self.error_messages["required"], code="required")


def json_of(text: str) -> JSON:
    """Return what a JSON text says; None where nothing was typed. Raises ValidationError."""
    if not text.strip():
        return None
    try:
        return parse_json(text.encode())
    except (InvalidJSON, UnicodeEncodeError) as error:
        raise forms.ValidationError(translated(str(error))) from error
