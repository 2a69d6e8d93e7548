"""Models without a server or a file: outputs that people bring, and callables on the workers' machine."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from tracker.board.forms.register.base import RegisterForm
from tracker.board.forms.register.volatile import VolatileForm


class RecordedForm(RegisterForm):
    """Its outputs are brought afterwards."""

    kind = "recorded"


class PythonForm(VolatileForm):
    """One of the callables that the operator has named."""

    kind = "python"
    folded = ("batch_size",)
    field_order = ("version", "trained_at", "callable", "volatile", "ask_again_every")

    callable = forms.ChoiceField(label=gettext_lazy("Callable"))
    batch_size = forms.IntegerField(label=gettext_lazy("Inputs in one call"), required=False, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(name, name) for name in settings.PYTHON_CALLABLES]
        self.typed("callable", forms.ChoiceField).choices = names
