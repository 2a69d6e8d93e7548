"""Models behind servers: any JSON server, Open Inference, MLflow."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.board.forms.register.connection import CONNECTION, PLACES, READING, PlacesForm, ReadingForm
from tracker.board.forms.register.fields import JSONSetting, Names, Place, Template, with_placeholders


class HttpForm(PlacesForm):
    """Any server that gets JSON and answers with JSON."""

    kind = "http"
    address_hint = gettext_lazy("Where requests are sent, such as https://models.example.org/predict")
    folded = (*PLACES, *READING, *CONNECTION)
    field_order = (
        "version",
        "trained_at",
        "url",
        "headers",
        "many",
        "request",
        "answers_at",
        "volatile",
        "ask_again_every",
    )

    many = forms.ChoiceField(
        label=gettext_lazy("One request asks for"),
        required=False,
        choices=[("yes", gettext_lazy("several inputs")), ("no", gettext_lazy("one input"))],
        initial="yes",
    )
    request = Template(label=gettext_lazy("Request"))
    answers_at = Place(
        label=gettext_lazy("Where the predictions are"),
        help_text=gettext_lazy(
            "A path into the answer, such as result.predictions. Empty: the answer itself."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["request"].help_text = with_placeholders(
            _(
                "JSON with {inputs} where the list of inputs goes, or {input} for the only one, such as {example}. "
                "Empty: the plain list, or the plain input."
            ),
            "inputs",
            "input",
            example='{"rows": "{inputs}"}',
        )

    def adapter(self) -> dict[str, Any]:
        return super().adapter() | {"many": self.cleaned_data["many"] != "no"}


class OpenInferenceForm(ReadingForm):
    """The Open Inference Protocol, version 2."""

    kind = "open_inference"
    address_hint = gettext_lazy("Up to where /v2 begins, such as https://models.example.org")
    folded = ("model_version", "inputs", "content_type", "outputs", *READING, *CONNECTION)
    field_order = ("version", "trained_at", "url", "model", "headers", "volatile", "ask_again_every")

    model = forms.CharField(
        label=gettext_lazy("Model"), max_length=500, help_text=gettext_lazy("Its name on the server.")
    )
    model_version = forms.CharField(
        label=gettext_lazy("Version on the server"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Empty: the one that the server takes."),
    )
    inputs = JSONSetting(
        label=gettext_lazy("Inputs of the model"),
        help_text=gettext_lazy(
            'Such as [{"name": "text", "datatype": "BYTES", "shape": [-1, 1]}]. Empty: the server is asked.'
        ),
    )
    content_type = forms.CharField(
        label=gettext_lazy("Content type of inputs"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("For servers that want to be told, such as pd or str."),
    )
    outputs = JSONSetting(
        label=gettext_lazy("Outputs to read"),
        help_text=gettext_lazy(
            'Such as {"label": "predict", "scores": "predict_proba"}. Empty: by their types.'
        ),
    )


class MlflowForm(PlacesForm):
    """MLflow's scoring server."""

    kind = "mlflow"
    address_hint = gettext_lazy("Up to where /invocations begins.")
    folded = ("columns", "params", *PLACES, *READING, *CONNECTION)
    field_order = ("version", "trained_at", "url", "headers", "format", "volatile", "ask_again_every")

    format = forms.ChoiceField(
        label=gettext_lazy("Form of the request"),
        required=False,
        choices=[
            ("dataframe_split", gettext_lazy("a table of rows (dataframe_split)")),
            ("instances", gettext_lazy("a list of inputs (instances)")),
            ("inputs", gettext_lazy("tensors (inputs)")),
        ],
        initial="dataframe_split",
    )
    columns = Names(
        label=gettext_lazy("Columns"),
        help_text=gettext_lazy("One a line, in the model’s order. Empty: those of the input."),
    )
    params = JSONSetting(
        label=gettext_lazy("Parameters"), help_text=gettext_lazy("An object that is sent beside the inputs.")
    )
