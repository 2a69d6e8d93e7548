"""The forms that register a model: one for each way of reaching it."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from tracker.board.forms.register.base import RegisterForm
from tracker.board.forms.register.chat import OpenAIForm
from tracker.board.forms.register.files import OnnxForm, SkopsForm
from tracker.board.forms.register.here import PythonForm, RecordedForm
from tracker.board.forms.register.servers import HttpForm, MlflowForm, OpenInferenceForm

__all__ = ["REGISTER_FORMS", "RegisterForm", "adapter_kinds"]

REGISTER_FORMS: dict[str, type[RegisterForm]] = {
    "recorded": RecordedForm,
    "skops": SkopsForm,
    "onnx": OnnxForm,
    "http": HttpForm,
    "open_inference": OpenInferenceForm,
    "mlflow": MlflowForm,
    "openai": OpenAIForm,
    "python": PythonForm,
}


def adapter_kinds() -> dict[str, str]:
    """Return the ways of reaching a model that a person may choose here, with what each means."""
    kinds = {
        "recorded": _("outputs that you upload"),
        "skops": _("a scikit-learn file"),
        "onnx": _("an ONNX file"),
        "http": _("any JSON server"),
        "open_inference": _("an Open Inference server"),
        "mlflow": _("an MLflow server"),
        "openai": _("a chat server"),
    }
    if settings.PYTHON_CALLABLES:
        kinds["python"] = _("a Python callable")
    return kinds
