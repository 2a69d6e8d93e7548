"""Forms of one model: its recorded outputs, an example to try it with, its keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.types import JSON
from tracker.board.forms.example_field import ExampleText
from tracker.board.forms.register.fields import Key
from tracker.board.forms.styled import StyledForm, pretty
from tracker.candidates.models import CandidateModel
from tracker.candidates.secrets import secret_names
from tracker.projects.models import Example, Project


class OutputsForm(StyledForm):
    """Recorded outputs of a model: pasted, or as a file."""

    lines = forms.CharField(
        label=gettext_lazy("JSON lines"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 5, "class": "form-control mono", "spellcheck": "false"}),
        help_text=gettext_lazy('One output a line, such as {"input": "I liked it", "label": "positive"}'),
    )
    file = forms.FileField(label=gettext_lazy("Or a file"), required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not (told.get("lines") or "").strip() and not told.get("file"):
            raise forms.ValidationError(_("Paste some lines or choose a file."))
        return told


class TryForm(StyledForm):
    """One example to try a model with: the project's newest, until somebody types another."""

    # Not required: the form around it may be sent without it.
    example = ExampleText(label=gettext_lazy("Example"), required=False)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.typed("example", ExampleText)
        field.fit(project)
        newest = Example.objects.newest_of(project).first()
        if newest is not None:
            self.initial["example"] = field.offered = self._as_typed(newest.input, field)

    def unchecked(self) -> TryForm:
        """Return the form with what was typed, whatever that is: something else was asked for."""
        self.errors.clear()
        return self

    def clean_example(self) -> JSON:
        example: JSON = self.cleaned_data["example"]
        if example is None or example == "":
            raise forms.ValidationError(_("Give an example to try it with."))
        return example

    def input(self) -> JSON:
        example: JSON = self.cleaned_data["example"]
        return example

    @staticmethod
    def _as_typed(value: JSON, field: ExampleText) -> JSON:
        if field.shape is not None or (field.is_text and isinstance(value, str)):
            return value
        return "" if field.is_text else pretty(value)


class KeysForm(StyledForm):
    """New values for the keys that a model is asked with; those left empty stay."""

    def __init__(self, *args: Any, model: CandidateModel, **kwargs: Any) -> None:
        self._model = model
        self._places = {f"key_{number}": place for number, place in enumerate(secret_names(model.adapter))}
        keys = {name: Key(label=label or _("Key")) for name, (_field, label) in self._places.items()}
        super().__init__(*args, extra=keys, **kwargs)

    def adapter(self) -> dict[str, Any]:
        """Return the model's adapter with the new values; what is shown stands for the others."""
        adapter = dict(self._model.adapter)
        for name, (field, label) in self._places.items():
            if typed := self.cleaned_data.get(name):
                adapter[field] = {**adapter[field], label: typed} if label else typed
        return adapter
