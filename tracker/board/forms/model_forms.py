"""Forms that register models and bring their outputs."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.adapters.skops import FORMS as SKOPS_FORMS
from tracker.board.forms.styled import StyledForm, lines_of
from tracker.candidates.model_changes import UploadedFile

LINEAGE = ("data", "code", "preprocessing", "parameters", "environment")


def adapter_kinds() -> dict[str, str]:
    """Return the ways of reaching a model that a person may choose here, with what each means."""
    kinds = {
        "recorded": _("outputs that you upload"),
        "skops": _("a scikit-learn file"),
        "http": _("a server"),
    }
    if settings.PYTHON_CALLABLES:
        kinds["python"] = _("a Python callable")
    return kinds


class RegisterForm(StyledForm):
    """A new version of the model under test; the fields of its adapter depend on the kind."""

    version = forms.CharField(
        label=gettext_lazy("Version"),
        max_length=100,
        help_text=gettext_lazy("A name that never changes, such as sentiment-7"),
    )
    trained_at = forms.DateTimeField(
        label=gettext_lazy("Trained"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("In UTC. Models are ordered by it; without it, by the time of registration."),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        lineage: dict[str, forms.Field] = {f"lineage_{name}": _lineage_field(name) for name in LINEAGE}
        super().__init__(*args, extra=_adapter_fields(kind) | lineage, **kwargs)

    def adapter(self) -> dict[str, Any]:
        """Return the adapter's settings; fields left empty are left out, so that their defaults hold."""
        told = self.cleaned_data
        names = [name for name in _adapter_fields(self.kind) if name not in {"file", "volatile"}]
        adapter = {name: told[name] for name in names if told.get(name) not in (None, "")}
        if "headers" in adapter:
            adapter["headers"] = dict(line.split(":", 1) for line in lines_of(adapter["headers"]))
            adapter["headers"] = {name.strip(): value.strip() for name, value in adapter["headers"].items()}
        return {"kind": self.kind, **adapter}

    def clean_headers(self) -> str:
        text: str = self.cleaned_data["headers"]
        if wrong := next((line for line in lines_of(text) if ":" not in line), None):
            raise forms.ValidationError(_("“%(line)s” has no colon.") % {"line": wrong})
        return text

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `register_model`."""
        told = self.cleaned_data
        upload = told.get("file")
        trained_at = told["trained_at"]
        return {
            "version": told["version"],
            "adapter": self.adapter(),
            "trained_at": trained_at.astimezone(UTC) if trained_at else None,
            "frozen": not told.get("volatile"),
            "lineage": {name: told[f"lineage_{name}"] for name in LINEAGE if told[f"lineage_{name}"]},
            "file": UploadedFile(upload.name, upload.read()) if upload else None,
        }


def _lineage_field(name: str) -> forms.CharField:
    labels = {
        "data": _("Data"),
        "code": _("Code"),
        "preprocessing": _("Preprocessing"),
        "parameters": _("Parameters"),
        "environment": _("Environment"),
    }
    return forms.CharField(label=labels[name], required=False, max_length=2_000)


def _adapter_fields(kind: str) -> dict[str, forms.Field]:
    if kind == "skops":
        words = {"text": _("a text"), "array": _("a list of numbers"), "table": _("a table row")}
        shapes = [(name, words.get(name, name)) for name in SKOPS_FORMS]
        return {
            "file": forms.FileField(
                label=_("Model file"), help_text=_("A .skops file. One that would run code is refused.")
            ),
            "input": forms.ChoiceField(
                label=_("What it takes"),
                choices=shapes,
                initial="array",
            ),
        }
    if kind == "http":
        return {
            "url": forms.CharField(
                label=_("Address"),
                help_text=_("Gets a JSON list of inputs by POST and answers with a JSON list of outputs."),
            ),
            "headers": forms.CharField(
                label=_("Headers"),
                required=False,
                widget=forms.Textarea({"rows": 2}),
                help_text=_("One a line, as Name: value. Never shown again."),
            ),
            "batch_size": forms.IntegerField(
                label=_("Inputs in one call"), required=False, min_value=1, help_text=_("Empty: 32.")
            ),
            "volatile": forms.BooleanField(
                label=_("It may answer differently another time"),
                required=False,
                help_text=_("Then every run asks again and the history of its outputs is kept."),
            ),
        }
    if kind == "python":
        names = [(name, name) for name in settings.PYTHON_CALLABLES]
        return {"callable": forms.ChoiceField(label=_("Callable"), choices=names)}
    return {}


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
