"""Laying another problem over a chart."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.board.forms.styled import StyledForm
from tracker.board.pages.overlays import MOST
from tracker.board.problems import named_problem
from tracker.problems.models import Problem


class OverlayForm(StyledForm):
    """`problem` becomes the other problem; `laid` are the numbers that lie over the chart already."""

    problem = forms.CharField(
        label=gettext_lazy("Problem"),
        max_length=300,
        widget=forms.TextInput({"list": "problem-choices", "autocomplete": "off"}),
        help_text=gettext_lazy("Its number, or one of the list."),
    )

    def __init__(self, *args: Any, over: Problem, laid: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._over, self._laid = over, laid

    def clean_problem(self) -> Problem:
        found = named_problem(self._over.project, self.cleaned_data["problem"])
        if found is None:
            raise forms.ValidationError(_("There is no such problem; choose one of the list."))
        if found.pk == self._over.pk:
            raise forms.ValidationError(_("This is the problem that the chart is of."))
        if found.number not in self._laid and len(self._laid) >= MOST:
            told = {"most": MOST}
            raise forms.ValidationError(
                _("At most %(most)s lines can be told apart. Take one away first.") % told
            )
        return found
