"""What every form that registers a model has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.adapters import ADAPTERS
from tracker.board.forms.styled import StyledForm
from tracker.candidates.model_changes import UploadedFile

LINEAGE = ("data", "code", "preprocessing", "parameters", "environment")
NOTHING: tuple[object, ...] = (None, "", [], {})


class RegisterForm(StyledForm):
    """A new version of the model under test. Settings are fields of their names; those left empty are left out."""

    kind: ClassVar[str]
    folded: ClassVar[Sequence[str]] = ()
    """Settings that most people leave alone."""
    carried: ClassVar[Sequence[str]] = (
        "version",
        "trained_at",
        "url",
        *(f"lineage_{name}" for name in LINEAGE),
    )
    """What is kept when another way of reaching the model is chosen."""

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        lineage: dict[str, forms.Field] = {f"lineage_{name}": _lineage_field(name) for name in LINEAGE}
        super().__init__(*args, extra=lineage, **kwargs)
        self._tell_defaults()
        for name in ADAPTERS[self.kind].secret_fields:
            if self.is_bound and self.data.get(name):
                self.fields[name].help_text = _("Enter it again: what was typed here is never shown again.")
        if self.is_bound and self.files.get("file") and "file" in self.fields:
            self.fields["file"].help_text = _("Choose it again: browsers do not keep files.")

    def _tell_defaults(self) -> None:
        """Add to each number that may be left empty what it is then."""
        for name, default in ADAPTERS[self.kind].defaults.items():
            field = self.fields.get(name)
            is_number = isinstance(field, forms.IntegerField) and isinstance(default, int | float)
            if field is not None and is_number and field.initial is None:
                told = _("Empty: %(default)s.") % {
                    "default": number_format(f"{default:g}", force_grouping=True)
                }
                field.help_text = f"{field.help_text} {told}" if field.help_text else told

    @property
    def takes_file(self) -> bool:
        return ADAPTERS[self.kind].needs_file

    @property
    def can_be_tried(self) -> bool:
        return ADAPTERS[self.kind].asks

    def first_fields(self) -> list[BoundField]:
        return [field for field in self if field.name not in self.folded and not _is_lineage(field.name)]

    def folded_fields(self) -> list[BoundField]:
        return [self[name] for name in self.folded]

    def folded_has_errors(self) -> bool:
        return any(name in self.errors for name in self.folded)

    def lineage_fields(self) -> list[BoundField]:
        return [field for field in self if _is_lineage(field.name)]

    def adapter(self) -> dict[str, Any]:
        """Return the adapter's settings; of fields left empty the defaults hold."""
        told = self.cleaned_data
        names = [name for name in ADAPTERS[self.kind].fields if name in self.fields]
        return {"kind": self.kind} | {name: told[name] for name in names if told.get(name) not in NOTHING}

    def settings_are_good(self) -> bool:
        """Whether the model could be asked, whatever is missing to register it."""
        self.is_valid()
        for name in ("version", "trained_at", *(f"lineage_{name}" for name in LINEAGE)):
            self.errors.pop(name, None)
        return not self.errors

    def uploaded(self) -> UploadedFile | None:
        upload = self.cleaned_data.get("file")
        return UploadedFile(upload.name, upload.read()) if upload else None

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of `register_model`."""
        told = self.cleaned_data
        trained_at = told["trained_at"]
        return {
            "version": told["version"],
            "adapter": self.adapter(),
            "trained_at": trained_at.astimezone(UTC) if trained_at else None,
            "lineage": {name: told[f"lineage_{name}"] for name in LINEAGE if told[f"lineage_{name}"]},
            "file": self.uploaded(),
        }


def _is_lineage(name: str) -> bool:
    return name.startswith("lineage_")


def _lineage_field(name: str) -> forms.CharField:
    labels = {
        "data": _("Data"),
        "code": _("Code"),
        "preprocessing": _("Preprocessing"),
        "parameters": _("Parameters"),
        "environment": _("Environment"),
    }
    hints = {
        "data": _("Such as reviews-2026, 50,000 rows"),
        "code": _("Such as the commit, 3f2a1c9"),
        "preprocessing": _("Such as lower case, links removed"),
        "parameters": _("Such as C = 3, pairs of words"),
        "environment": _("Such as Python 3.12, scikit-learn 1.7"),
    }
    return forms.CharField(label=labels[name], required=False, max_length=2_000, help_text=hints[name])
