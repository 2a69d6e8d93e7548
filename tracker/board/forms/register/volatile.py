"""What the forms of models share that may answer otherwise another time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tracker.board.forms.register.base import RegisterForm
from tracker.candidates.model_changes import DAILY, MOST_HOURS


class VolatileForm(RegisterForm):
    """A model that is frozen or volatile; the schedule stands beside, since it belongs to that answer."""

    volatile = forms.BooleanField(
        label=gettext_lazy("It may answer differently another time"),
        required=False,
        help_text=gettext_lazy(
            "Then it is volatile: asked again at every run, and the history of its outputs is kept."
        ),
    )
    ask_again_every = forms.IntegerField(
        label=gettext_lazy("Ask again every so many hours"),
        required=False,
        min_value=1,
        max_value=MOST_HOURS,
        initial=DAILY,
        help_text=gettext_lazy(
            "For a volatile model: about every input, to see whether it has changed. Empty: only by hand and when test "
            "patterns change. A frozen model is not asked again."
        ),
    )

    def arguments(self) -> dict[str, Any]:
        told = self.cleaned_data
        return super().arguments() | {
            "frozen": not told["volatile"],
            "ask_again_every": told["ask_again_every"],
        }
