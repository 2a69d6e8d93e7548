"""How many examples are claimed and stored together: what a model answers within a few of its calls."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.adapters import validate
from tracker.candidates.models import CandidateModel
from tracker.runs.planning import MAX_BATCH, batch_size

SERVER = {"url": "https://models.example.org/", "concurrency": 4}


@pytest.mark.parametrize(
    ("adapter", "size"),
    [
        ({"kind": "http", **SERVER, "batch_size": 16}, 8 * 4 * 16),
        ({"kind": "http", **SERVER, "batch_size": 500}, MAX_BATCH),
        # A request takes one input: a batch of many would show no progress for hours.
        ({"kind": "http", **SERVER, "many": False, "request": {"text": "{input}"}}, 8 * 4),
        ({"kind": "openai", **SERVER, "model": "small"}, 8 * 4),
    ],
)
def test_a_batch_is_a_few_calls_of_the_model(adapter: dict[str, Any], size: int) -> None:
    assert batch_size(CandidateModel(adapter=validate(adapter))) == size
