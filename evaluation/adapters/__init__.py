"""The ways of reaching a model: one module a kind, one line here.

>>> config = validate({"kind": "http", "url": "https://models.example.org/predict"})
>>> adapter = open_adapter(config, labels=["no", "yes"], policy=Policy(), file=None)
>>> outputs = adapter.predict(["was it kind?"])
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.adapters import http, mlflow, onnx, open_inference, openai, python, recorded, skops
from evaluation.adapters.base import (
    Adapter,
    AdapterError,
    AdapterKind,
    AdapterRefused,
    AdapterUnavailable,
    Exchange,
    Failure,
    InvalidAdapter,
    Opening,
    Policy,
)
from evaluation.adapters.server_address import check_holds_no_key
from evaluation.adapters.server_settings import note
from evaluation.adapters.skops import inspect_skops
from evaluation.fields import FieldReader
from evaluation.labels import Labels
from evaluation.messages import message as _

__all__ = [
    "ADAPTERS",
    "Adapter",
    "AdapterError",
    "AdapterKind",
    "AdapterRefused",
    "AdapterUnavailable",
    "Exchange",
    "Failure",
    "InvalidAdapter",
    "Policy",
    "inspect_skops",
    "open_adapter",
    "validate",
]

ADAPTERS: dict[str, AdapterKind] = {
    "recorded": recorded.KIND,
    "skops": skops.KIND,
    "onnx": onnx.KIND,
    "python": python.KIND,
    "http": http.KIND,
    "open_inference": open_inference.KIND,
    "mlflow": mlflow.KIND,
    "openai": openai.KIND,
}


def validate(config: Mapping[str, object], *, is_address_stored: bool = False) -> dict[str, Any]:
    """Check an adapter's settings and return them in normal form, `kind` and defaults included.

    A field that is null, as it is without being given, is left out. Raises InvalidAdapter with the errors per field.
    An address that is stored already may look as if it held a key: others, told of it, cannot change it any more.
    """
    name = config.get("kind")
    kind = ADAPTERS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise InvalidAdapter({"kind": [_("Must be one of %(choices)s.", choices=", ".join(ADAPTERS))]})
    given = {field: value for field, value in config.items() if field != "kind"}
    reader = FieldReader({**kind.defaults, **given}, allowed=kind.fields)
    settings = kind.read(reader)
    if kind.asks_server and not is_address_stored and "url" not in reader.errors:
        note(reader, "url", check_holds_no_key)
    if reader.errors:
        raise InvalidAdapter(reader.errors)
    told = {
        field: value
        for field, value in settings.items()
        if value is not None or kind.defaults.get(field) is not None
    }
    return {"kind": kind.name, **told}


def open_adapter(
    config: Mapping[str, object], *, labels: Sequence[str], policy: Policy, file: Path | None
) -> Adapter:
    """Open the adapter that `config` describes. `labels` are the project's, empty where any label is good.

    Raises InvalidAdapter for wrong settings, AdapterRefused where `policy` forbids it, AdapterUnavailable
    where it cannot be opened now. Nothing is connected to or loaded before the first batch.
    """
    settings = validate(config, is_address_stored=True)
    kind = ADAPTERS[settings.pop("kind")]
    if kind.needs_file and file is None:
        raise InvalidAdapter(
            {
                "file": [
                    _(
                        "A model of kind %(kind)s needs a %(suffix)s file.",
                        kind=kind.name,
                        suffix=kind.file_suffix,
                    )
                ]
            }
        )
    settings = {**kind.defaults, **settings}
    return kind.open(Opening(settings=settings, labels=Labels.of(labels), policy=policy, file=file))
