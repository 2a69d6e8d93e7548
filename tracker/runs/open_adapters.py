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

KEPT_OPEN = 2
"""Per process; a loaded scikit-learn model and its child process take some 150 MB."""

_open: OrderedDict[str, Adapter] = OrderedDict()


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
        while len(_open) >= KEPT_OPEN:
            _open.popitem(last=False)[1].close()
        _open[key] = adapter
    _open.move_to_end(key)
    return _open[key]


def close_adapters() -> None:
    while _open:
        _open.popitem()[1].close()


atexit.register(close_adapters)
