"""`skops`: a scikit-learn model from an uploaded file, in a child process without network or secrets."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from evaluation.adapters.base import AdapterKind, AdapterRefused, InvalidAdapter, Opening, Policy
from evaluation.adapters.child import Child
from evaluation.adapters.uploaded import UploadedModel, start_child
from evaluation.fields import REQUIRED, FieldReader

FORMS = ("text", "array", "table")
_CHILD = "evaluation.adapters.skops_child"


class SkopsAdapter(UploadedModel):
    """Asks a scikit-learn model."""

    def start(self) -> Child:
        """See UploadedModel."""
        _refuse_other_formats(self._file)
        return super().start()


def inspect_skops(path: Path, policy: Policy | None = None) -> None:
    """Raise AdapterRefused if `path` is no skops file, holds what could run code, or is no model.

    It is loaded in a child process to find out; that takes some seconds.
    """
    _refuse_other_formats(path)
    start_child(_CHILD, path, {"form": "array"}, policy or Policy()).close()


def _refuse_other_formats(file: Path) -> None:
    if file.is_file() and not zipfile.is_zipfile(file):
        raise AdapterRefused(
            "This is not a skops file. Save the model with skops.io.dump; "
            "pickle and joblib files can run code and are refused, always."
        )


def _read(reader: FieldReader) -> dict[str, Any]:
    return {
        "input": reader.choice("input", FORMS),
        "batch_size": reader.integer("batch_size", least=1, most=10_000),
    }


def _open(opening: Opening) -> SkopsAdapter:
    if opening.file is None:
        raise InvalidAdapter({"file": [REQUIRED]})
    settings = opening.settings
    return SkopsAdapter(
        _CHILD,
        opening.file,
        {"form": settings["input"]},
        labels=opening.labels,
        policy=opening.policy,
        batch_size=settings["batch_size"],
    )


KIND = AdapterKind(
    name="skops",
    fields=("input", "batch_size"),
    defaults={"input": "array", "batch_size": 1000},
    read=_read,
    open=_open,
    needs_file=True,
    file_suffix=".skops",
    inspect_file=inspect_skops,
)
