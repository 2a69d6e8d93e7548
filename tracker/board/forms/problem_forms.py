"""Forms about a problem."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.types import RULES
from tracker.board.figures import plain
from tracker.board.forms.styled import StyledForm, words_of
from tracker.board.problems import named_problem
from tracker.problems.models import Problem, Status
from tracker.projects.models import Project

AS_NUMBER = "="
"""The harm that stands now, given as a number: it stays."""
CRITERION = ("rule", "max_error", "confidence", "min_cases")


class ProblemForm(StyledForm):
    """What people say about a problem."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        help_text=gettext_lazy("The kind of wrong prediction, such as: “doctor” completed as “drug dealer”"),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"), required=False, widget=forms.Textarea({"rows": 4})
    )
    harm = forms.ChoiceField(
        label=gettext_lazy("Harm"),
        required=False,
        help_text=gettext_lazy("How bad is one wrong answer of this kind for the person who gets it?"),
    )
    assignee = forms.ChoiceField(label=gettext_lazy("Assignee"), required=False)
    labels = forms.CharField(
        label=gettext_lazy("Labels"), required=False, help_text=gettext_lazy("Between commas.")
    )

    def __init__(self, *args: Any, project: Project, harm: float | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scale = [(name, f"{name} ({plain(weight)})") for name, weight in project.harms]
        as_number = (
            [(AS_NUMBER, _("%(harm)s, given as a number") % {"harm": plain(harm)})]
            if harm is not None
            else []
        )
        self._choose("harm", [("", _("Not set yet")), *as_number, *scale])
        members = project.memberships.order_by("user__username").values_list("user__username", flat=True)
        self._choose("assignee", [("", _("Nobody")), *((name, name) for name in members)])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.typed(name, forms.ChoiceField).choices = choices

    def changes(self) -> dict[str, Any]:
        """Return the arguments of `create_problem` and `update_problem`."""
        told = self.cleaned_data
        changes: dict[str, Any] = {
            "title": told["title"],
            "description": told["description"].replace("\r\n", "\n"),
            "assignee": told["assignee"] or None,
            "labels": words_of(told["labels"]),
        }
        if told["harm"] != AS_NUMBER:
            changes["harm"] = told["harm"] or None
        return changes


class NewProblemForm(ProblemForm):
    """A new problem, maybe out of reports."""

    with_patterns = forms.BooleanField(
        label=gettext_lazy("Make a test pattern of each report"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "Reported cases are shown for every model; no model is judged on a case that its own failure put there."
        ),
    )

    def __init__(self, *args: Any, has_reports: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_reports:
            del self.fields["with_patterns"]


class EditProblemForm(ProblemForm):
    """All that people may set on a problem, the reach by hand and a criterion of its own among it."""

    users_affected_percent = forms.FloatField(
        label=gettext_lazy("Users affected, by hand"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("A percentage. Empty: from the reports."),
    )
    users_affected_reason = forms.CharField(
        label=gettext_lazy("Where that percentage is from"), required=False, max_length=2000
    )
    own_criterion = forms.BooleanField(
        label=gettext_lazy("This problem has a fix criterion of its own"), required=False
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("It counts as fixed when"),
        choices=[
            (RULES[0], gettext_lazy("its cases prove that the error is small enough")),
            (RULES[1], gettext_lazy("every case passes")),
        ],
    )
    max_error = forms.FloatField(label=gettext_lazy("Largest error allowed"))
    confidence = forms.FloatField(label=gettext_lazy("Confidence"))
    min_cases = forms.IntegerField(label=gettext_lazy("Fewest cases that can decide"), min_value=1)

    @classmethod
    def of(cls, problem: Problem, data: Any = None) -> EditProblemForm:
        """Return the form with what stands now, or with what was typed."""
        as_number = problem.harm is not None and problem.harm_name is None
        return cls(
            data,
            project=problem.project,
            harm=problem.harm if as_number else None,
            initial={
                "title": problem.title,
                "description": problem.description,
                "harm": AS_NUMBER if as_number else problem.harm_name or "",
                "assignee": problem.assignee.get_username() if problem.assignee else "",
                "labels": ", ".join(problem.labels),
                "users_affected_percent": problem.users_affected_by_hand,
                "users_affected_reason": problem.users_affected_reason,
                "own_criterion": problem.fix_criterion is not None,
                **problem.criterion.to_json(),
            },
        )

    @property
    def people_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in {*CRITERION, "own_criterion"}]

    @property
    def criterion_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in CRITERION]

    def changes(self) -> dict[str, Any]:
        told = self.cleaned_data
        criterion = {name: told[name] for name in CRITERION}
        return super().changes() | {
            "users_affected_percent": told["users_affected_percent"],
            "users_affected_reason": told["users_affected_reason"],
            "fix_criterion": criterion if told["own_criterion"] else None,
        }


class ProblemField(forms.CharField):
    """A search select: text with the problems as suggestions; the value is the problem."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project: Project | None = None

    def fit(self, project: Project) -> None:
        self.project = project
        self.widget.attrs.update({"list": "problem-choices", "autocomplete": "off", "class": "form-control"})
        self.widget.attrs["placeholder"] = _("Number or title")

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text or self.project is None:
            return None
        found = named_problem(self.project, text)
        if found is None:
            raise forms.ValidationError(
                _("There is no such problem in this project. Choose one from the list.")
            )
        return found


class MoveForm(StyledForm):
    """Moving a problem; what is asked depends on where it goes."""

    to = forms.ChoiceField(choices=Status.choices, widget=forms.HiddenInput)
    duplicate_of = ProblemField(label=gettext_lazy("Duplicate of"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=10_000, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, project: Project, to: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.typed("duplicate_of", ProblemField).fit(project)
        if to != Status.DUPLICATE:
            del self.fields["duplicate_of"]
        if to == Status.REJECTED:
            self.fields["reason"].help_text = _(
                "Such as: label error, ambiguous, out of scope, data bug, won't fix."
            )
