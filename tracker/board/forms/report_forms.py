"""The form that reports a wrong prediction."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.board.forms.styled import ExampleText, StyledForm
from tracker.projects.models import Project, Task
from tracker.triage.report_bodies import ReportBody


class ReportForm(StyledForm):
    """One wrong prediction."""

    input = ExampleText(label=gettext_lazy("Input"), help_text=gettext_lazy("What the model was given."))
    predicted = forms.CharField(label=gettext_lazy("The model said"))
    expected = forms.CharField(
        label=gettext_lazy("It should have said"),
        required=False,
        help_text=gettext_lazy("Leave it empty where you know only that it was wrong."),
    )
    comment = forms.CharField(
        label=gettext_lazy("Comment"), required=False, max_length=10_000, widget=forms.Textarea({"rows": 2})
    )
    model = forms.ChoiceField(label=gettext_lazy("Model"), required=False)
    reporter = forms.CharField(
        label=gettext_lazy("Reporter"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Who saw it. Tells people apart, for the share of users affected; only a keyed hash is kept."
        ),
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        self.task = Task(project.task)
        if self.task == Task.CLASSIFICATION and project.labels:
            labels = [(label, label) for label in project.labels]
            kwargs["extra"] = {
                "predicted": forms.ChoiceField(
                    label=_("The model said"), choices=[("", _("Choose a label")), *labels]
                ),
                "expected": forms.ChoiceField(
                    label=_("It should have said"), required=False, choices=[("", _("Not known")), *labels]
                ),
            }
        super().__init__(*args, **kwargs)
        self.typed("input", ExampleText).fit(project)
        versions = project.models.in_model_order().values_list("version", flat=True)
        self.typed("model", forms.ChoiceField).choices = [
            ("", _("The active one")),
            *((version, version) for version in versions),
        ]

    def clean_predicted(self) -> Any:
        return self._output("predicted")

    def clean_expected(self) -> Any:
        return self._output("expected") if self.cleaned_data["expected"] else None

    def _output(self, field: str) -> Any:
        """Return what was typed as an output of the project's task."""
        text = self.cleaned_data[field]
        if self.task == Task.TEXT:
            return {"text": text}
        if self.task == Task.CLASSIFICATION:
            return text
        try:
            return {"value": float(text)}
        except ValueError:
            raise forms.ValidationError(_("Give a number.")) from None

    def body(self) -> ReportBody:
        told = self.cleaned_data
        return ReportBody(
            input=told["input"],
            predicted=told["predicted"],
            expected=told["expected"],
            comment=told["comment"] or None,
            model=told["model"] or None,
            reporter=told["reporter"] or None,
        )


class CommentForm(StyledForm):
    """A comment on a problem."""

    required_css_class = ""  # the one field

    text = forms.CharField(
        label=gettext_lazy("Comment"),
        max_length=10_000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy(
            "**bold**, `code`, - lists, > quotes and #12 for a problem are shown as such."
        ),
    )
