"""Small forms of one thing each, asked for by a key or a link: assignee, harm, users affected."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.board.figures import plain
from tracker.board.forms.problem_forms import AS_NUMBER
from tracker.board.forms.styled import StyledForm
from tracker.problems.models import Problem


class QuickForm(StyledForm):
    """A change of one thing; `of` a problem starts with what stands now."""

    filters_choices = False
    """Whether there may be so many choices that a box to narrow them helps."""
    has_digits = False
    """Whether digits choose."""

    def __init__(self, data: Any, *, problem: Problem, me: str) -> None:
        super().__init__(data)
        self.fit(problem, me)

    def fit(self, problem: Problem, me: str) -> None:
        raise NotImplementedError

    def changes(self) -> dict[str, Any]:
        """Return the arguments of `update_problem`."""
        raise NotImplementedError

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.typed(name, forms.ChoiceField).choices = choices


class AssignForm(QuickForm):
    """Who works on it: the person who asks comes first, and is proposed where nobody does."""

    filters_choices = True

    assignee = forms.ChoiceField(
        label=gettext_lazy("Assignee"), required=False, widget=forms.RadioSelect, choices=()
    )

    def fit(self, problem: Problem, me: str) -> None:
        members = problem.project.memberships.order_by("user__username")
        names = list(members.values_list("user__username", flat=True))
        first = [(me, _("%(name)s (me)") % {"name": me})] if me in names else []
        self.offer("assignee", [*first, ("", _("Nobody")), *((name, name) for name in names if name != me)])
        now = problem.assignee.get_username() if problem.assignee else ""
        self.fields["assignee"].initial = now if now in names else me if first else ""

    def changes(self) -> dict[str, Any]:
        return {"assignee": self.cleaned_data["assignee"] or None}


class HarmForm(QuickForm):
    """How bad one wrong answer is, on the project's scale."""

    has_digits = True

    harm = forms.ChoiceField(
        label=gettext_lazy("Harm"),
        required=False,
        widget=forms.RadioSelect,
        choices=(),
        help_text=gettext_lazy("How bad is one wrong answer of this kind for the person who gets it?"),
    )

    def fit(self, problem: Problem, me: str) -> None:
        scale = [(name, f"{name} × {plain(weight)}") for name, weight in problem.project.harms]
        as_number = problem.harm is not None and problem.harm_name is None
        if as_number:
            text = _("%(harm)s, given as a number") % {"harm": plain(problem.harm)}
            scale.append((AS_NUMBER, text))
        self.offer("harm", [*scale, ("", _("Not set"))])
        self.fields["harm"].initial = AS_NUMBER if as_number else problem.harm_name or ""

    def changes(self) -> dict[str, Any]:
        told = self.cleaned_data["harm"]
        return {} if told == AS_NUMBER else {"harm": told or None}


class ReachForm(QuickForm):
    """The percentage of users by hand, with where it is from; empty: back to what the reports say."""

    users_affected_percent = forms.FloatField(
        label=gettext_lazy("Users affected, in %"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("Empty: from the reports."),
    )
    users_affected_reason = forms.CharField(
        label=gettext_lazy("Where that percentage is from"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )

    def fit(self, problem: Problem, me: str) -> None:
        self.fields["users_affected_percent"].initial = problem.users_affected_by_hand
        self.fields["users_affected_reason"].initial = problem.users_affected_reason

    def changes(self) -> dict[str, Any]:
        percent = self.cleaned_data["users_affected_percent"]
        reason = self.cleaned_data["users_affected_reason"].replace("\r\n", "\n")
        # the reason of a percentage that is taken away goes with it
        return {"users_affected_percent": percent, "users_affected_reason": "" if percent is None else reason}
