"""What becomes of reports: the problem that they belong to, or why they are dismissed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.board.forms.styled import StyledForm
from tracker.board.problems import named_problem
from tracker.problems.models import Problem
from tracker.projects.models import Project

COMMON_REASONS = {
    "right": gettext_lazy("The prediction is right"),
    "unclear": gettext_lazy("Too little to go on"),
    "try": gettext_lazy("A try or spam"),
    "outside": gettext_lazy("Outside what the model is for"),
}


class LinkForm(StyledForm):
    """A problem, chosen from the list or named."""

    q = forms.CharField(label=gettext_lazy("Problem"), required=False)
    problem = forms.CharField(required=False)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = self.cleaned_data
        named = told.get("problem") or told.get("q") or ""
        told["found"] = named_problem(self.project, named)
        if told["found"] is None:
            self.add_error("q", _("Say which problem: choose one from the list."))
        return told

    def found(self) -> Problem:
        problem: Problem = self.cleaned_data["found"]
        return problem


class DismissForm(StyledForm):
    """Why reports describe no problem: a common reason, words, or both."""

    common = forms.ChoiceField(
        label=gettext_lazy("Why"),
        required=False,
        choices=[*COMMON_REASONS.items(), ("", gettext_lazy("Something else"))],
        widget=forms.RadioSelect({"autofocus": True}),
    )
    reason = forms.CharField(label=gettext_lazy("In words"), required=False, max_length=2_000)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = self.cleaned_data
        parts = [str(COMMON_REASONS.get(told.get("common", ""), "")), told.get("reason", "")]
        told["whole"] = ": ".join(part for part in parts if part)
        if not told["whole"] and not self.errors:
            self.add_error("reason", _("Say why they are dismissed."))
        return told

    def whole(self) -> str:
        """Return the reason as it is kept."""
        reason: str = self.cleaned_data["whole"]
        return reason
