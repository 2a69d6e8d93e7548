"""`onnx`: an ONNX model from an uploaded file, in a child process without network, files or secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evaluation.adapters.base import AdapterKind, InvalidAdapter, Opening, Policy
from evaluation.adapters.uploaded import UploadedModel, start_child
from evaluation.fields import REQUIRED, FieldReader
from evaluation.messages import message as _
from evaluation.strings import string_fault

MOST_ROWS = 500  # in one batch: text pipelines need some 0.4 MB a row
MOST_NAMES = 10_000
_CHILD = "evaluation.adapters.onnx_child"
_DEFAULTS: dict[str, Any] = {
    "columns": [],
    "classes": [],
    "output": "",
    "softmax": False,
    "batch_size": 200,
}


def inspect_onnx(path: Path, policy: Policy | None = None) -> None:
    """Raise AdapterRefused if `path` is no ONNX file, is not whole in itself, or needs operators of others.

    It is loaded in a child process to find out; that takes a second or two.
    """
    settings = {name: _DEFAULTS[name] for name in ("columns", "classes", "output", "softmax")}
    start_child(_CHILD, path, {**settings, "labels": []}, policy or Policy()).close()


def _read(reader: FieldReader) -> dict[str, Any]:
    output = reader.fields["output"]
    if not isinstance(output, str) or len(output) > 500 or string_fault(output):
        reader.fail("output", _("Must be the name of one of the model's outputs."))
    return {
        "columns": _names(reader, "columns"),
        "classes": _names(reader, "classes"),
        "output": output,
        "softmax": reader.boolean("softmax", default=False),
        "batch_size": reader.integer("batch_size", least=1, most=MOST_ROWS),
    }


def _names(reader: FieldReader, field: str) -> list[str]:
    """A list of names, each once."""
    names = reader.fields[field]
    if not isinstance(names, list) or len(names) > MOST_NAMES:
        reader.fail(field, _("Must be a list of names, %(most)s at most.", most=f"{MOST_NAMES:,}"))
        return []
    for name in names:
        if not isinstance(name, str) or not name:
            reader.fail(field, _("Each name must be a text."))
            return []
        if fault := string_fault(name):
            reader.fail(field, fault)
            return []
    if len(set(names)) < len(names):
        reader.fail(field, _("Each name may be there only once."))
    return names


def _open(opening: Opening) -> UploadedModel:
    if opening.file is None:
        raise InvalidAdapter({"file": [REQUIRED]})
    settings = {name: value for name, value in opening.settings.items() if name != "batch_size"}
    return UploadedModel(
        _CHILD,
        opening.file,
        {**settings, "labels": list(opening.labels)},
        labels=opening.labels,
        policy=opening.policy,
        batch_size=opening.settings["batch_size"],
    )


KIND = AdapterKind(
    name="onnx",
    fields=tuple(_DEFAULTS),
    defaults=_DEFAULTS,
    read=_read,
    open=_open,
    needs_file=True,
    file_suffix=".onnx",
    inspect_file=inspect_onnx,
)
