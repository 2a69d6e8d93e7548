"""Models from uploaded files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from evaluation.adapters.onnx import MOST_ROWS
from tracker.board.forms.register.base import RegisterForm
from tracker.board.forms.register.fields import Names


class SkopsForm(RegisterForm):
    """A scikit-learn model."""

    kind = "skops"
    folded = ("batch_size",)

    file = forms.FileField(
        label=gettext_lazy("Model file"),
        help_text=gettext_lazy("A .skops file. One that would run code is refused."),
    )
    input = forms.ChoiceField(
        label=gettext_lazy("What it takes"),
        choices=[
            ("text", gettext_lazy("a text")),
            ("array", gettext_lazy("a list of numbers")),
            ("table", gettext_lazy("a table row")),
        ],
        initial="array",
    )
    batch_size = forms.IntegerField(label=gettext_lazy("Inputs in one call"), required=False, min_value=1)


class OnnxForm(RegisterForm):
    """A model that onnxruntime runs."""

    kind = "onnx"
    folded = ("output", "softmax", "batch_size")

    file = forms.FileField(
        label=gettext_lazy("Model file"),
        help_text=gettext_lazy(
            "One .onnx file with its weights inside. Weights in other files and operators of your own are refused."
        ),
    )
    classes = Names(
        label=gettext_lazy("Classes"),
        help_text=gettext_lazy(
            "One a line, in the model’s own order. Empty: those that the file names, else the project’s labels."
        ),
    )
    columns = Names(
        label=gettext_lazy("Columns"),
        help_text=gettext_lazy(
            "For table rows that the model takes as one list of numbers: their names, one a line, in its order."
        ),
    )
    output = forms.CharField(
        label=gettext_lazy("Output to read"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Its name in the model. Empty: all of them."),
    )
    softmax = forms.BooleanField(
        label=gettext_lazy("Its scores are logits"),
        required=False,
        help_text=gettext_lazy("Then they are brought to probabilities that add up to 1."),
    )
    batch_size = forms.IntegerField(
        label=gettext_lazy("Inputs in one call"),
        required=False,
        min_value=1,
        max_value=MOST_ROWS,
    )

    def adapter(self) -> dict[str, Any]:
        adapter = super().adapter()
        return (
            adapter
            if adapter.get("softmax")
            else {name: adapter[name] for name in adapter if name != "softmax"}
        )
