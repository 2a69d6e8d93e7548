"""Forms about a project as a whole."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy

from evaluation.types import RULES
from tracker.board.figures import percent_digits, plain, share_of_percent
from tracker.board.forms.harm_rows import HarmScaleField, Rows, with_empty_rows
from tracker.board.forms.styled import StyledForm, lines_of
from tracker.projects.models import InputKind, Project, Task

LABELS_HINT = gettext_lazy("One a line, in the order that you want to see them. None: any label is good.")
ACTIVE_USERS_HINT = gettext_lazy(
    "How many people use the product that the model is in. Needed for the share of users that a problem reaches."
)


class NewProjectForm(StyledForm):
    """What a project needs to begin with; the rest stands in its settings."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    slug = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Small letters, digits and -. It stands in links and cannot change later."),
    )
    task = forms.ChoiceField(label=gettext_lazy("What the model gives"), choices=Task.choices)
    input_kind = forms.ChoiceField(label=gettext_lazy("What its inputs are"), choices=InputKind.choices)
    labels = forms.CharField(
        label=gettext_lazy("Labels"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=LABELS_HINT,
    )
    active_users = forms.IntegerField(
        label=gettext_lazy("Active users"), required=False, min_value=1, help_text=ACTIVE_USERS_HINT
    )

    def settings(self) -> dict[str, Any]:
        """Return the arguments of `create_project`."""
        told = self.cleaned_data
        return {
            "slug": told["slug"] or slugify(told["name"])[:80].strip("-_"),
            "name": told["name"],
            "task": told["task"],
            "input_kind": told["input_kind"],
            "labels": lines_of(told["labels"]),
            "active_users": told["active_users"],
        }


class SettingsForm(StyledForm):
    """The settings of a project."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    labels = forms.CharField(
        label=gettext_lazy("Labels"),
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text=LABELS_HINT,
    )
    active_users = forms.IntegerField(
        label=gettext_lazy("Active users"), required=False, min_value=1, help_text=ACTIVE_USERS_HINT
    )
    window_days = forms.IntegerField(
        label=gettext_lazy("Days that count"),
        min_value=1,
        help_text=gettext_lazy("Reporters within so many days count as affected users."),
    )
    harm_scale = HarmScaleField(
        label=gettext_lazy("Harm scale"),
        help_text=gettext_lazy("How much worse one harm is than another. Empty a row to remove it."),
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("A problem counts as fixed when"),
        choices=[
            (RULES[0], gettext_lazy("its cases prove that the error is small enough")),
            (RULES[1], gettext_lazy("every case passes (for few cases; proves nothing beyond them)")),
        ],
    )
    max_error = forms.FloatField(
        label=gettext_lazy("Largest error allowed"),
        help_text=gettext_lazy("Between 0 and 1. 0.1: at most one wrong answer in ten."),
    )
    confidence = forms.FloatField(
        label=gettext_lazy("Confidence"), help_text=gettext_lazy("From 0.5 to below 1, usually 0.9.")
    )
    min_cases = forms.IntegerField(label=gettext_lazy("Fewest cases that can decide"), min_value=1)
    activation_mode = forms.ChoiceField(
        label=gettext_lazy("Models go live"),
        choices=[
            ("by_hand", gettext_lazy("by hand: when an admin activates one")),
            (
                "automatic",
                gettext_lazy("automatically: when the gate passes and the remaining impact falls enough"),
            ),
        ],
    )
    min_cut_percent = forms.FloatField(
        label=gettext_lazy("By how much the remaining impact has to fall, in percent"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("For automatic activation only. 10: from 12.0 to 10.8 or less."),
    )

    @classmethod
    def of(cls, project: Project) -> SettingsForm:
        """Return the form with what stands now."""
        return cls(
            initial={
                "name": project.name,
                "labels": "\n".join(project.labels),
                "active_users": project.active_users,
                "window_days": project.window_days,
                "harm_scale": [(name, plain(weight)) for name, weight in project.harms],
                **project.criterion.to_json(),
                "activation_mode": project.policy.mode,
                "min_cut_percent": percent_digits(project.policy.min_cut),
            }
        )

    @property
    def harm_rows(self) -> Rows:
        """The rows to draw: what stands or was typed, and empty ones."""
        return with_empty_rows(self["harm_scale"].value() or [])

    def changes(self) -> dict[str, Any]:
        """Return the changes for `update_project`."""
        told = dict(self.cleaned_data)
        criterion = {name: told.pop(name) for name in ("rule", "max_error", "confidence", "min_cases")}
        policy = {
            "mode": told.pop("activation_mode"),
            "min_cut": share_of_percent(told.pop("min_cut_percent")),
        }
        return told | {
            "labels": lines_of(told["labels"]),
            "fix_criterion": criterion,
            "activation_policy": policy,
        }
