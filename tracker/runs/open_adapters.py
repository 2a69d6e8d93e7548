"""Adapters kept open between batches, since loading a model can cost more than asking it."""

from __future__ import annotations

import atexit
import json
from collections import OrderedDict

from evaluation.adapters import ADAPTERS, Adapter, open_adapter
from tracker.candidates.model_files import local_path
from tracker.candidates.models import CandidateModel
from tracker.candidates.policy import adapter_policy
from tracker.candidates.secrets import opened_adapter

KEPT_OPEN = 64
KEPT_LOADED = 2
"""Per process, of all models and of uploaded ones, whose process takes some 150 MB each."""

_open: OrderedDict[str, Adapter] = OrderedDict()
_loaded: list[str] = []


def adapter_of(model: CandidateModel) -> Adapter:
    """Return an open adapter of the model, for this process alone. Raises the AdapterError family."""
    told = [model.pk, model.adapter, model.sealed_secrets, model.file_id, model.project.labels]
    key = json.dumps(told, sort_keys=True)
    if key not in _open:
        kind = ADAPTERS[model.adapter["kind"]]
        path = (
            local_path(model.file_id, model.file.sha256, kind.file_suffix)
            if model.file and model.file_id
            else None
        )
        adapter = open_adapter(
            opened_adapter(model), labels=model.project.labels, policy=adapter_policy(), file=path
        )
        _make_room(loaded=kind.needs_file)
        _open[key] = adapter
        if kind.needs_file:
            _loaded.append(key)
    _open.move_to_end(key)
    if key in _loaded:
        _loaded.remove(key)
        _loaded.append(key)
    return _open[key]


def _make_room(*, loaded: bool) -> None:
    """Close what was not asked for the longest time."""
    while len(_open) >= KEPT_OPEN:
        _close(next(iter(_open)))
    while loaded and len(_loaded) >= KEPT_LOADED:
        _close(_loaded[0])


def _close(key: str) -> None:
    _open.pop(key).close()
    if key in _loaded:
        _loaded.remove(key)


def close_adapters() -> None:
    while _open:
        _close(next(iter(_open)))


atexit.register(close_adapters)
