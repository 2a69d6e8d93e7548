"""How many examples are claimed and stored together: what a model answers within a few of its calls."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.adapters import validate
from tests.factories import equals, make_patterns, make_problem
from tracker.candidates.models import CandidateModel
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs import planning
from tracker.runs.planning import MAX_BATCH, batch_size
from tracker.runs.requests import request_runs

SERVER = {"url": "https://models.example.org/", "concurrency": 4}


@pytest.mark.parametrize(
    ("adapter", "size"),
    [
        ({"kind": "http", **SERVER, "batch_size": 16}, 8 * 4 * 16),
        ({"kind": "http", **SERVER, "batch_size": 500}, MAX_BATCH),
        # A request takes one input: a batch of many would show no progress for hours.
        ({"kind": "http", **SERVER, "many": False, "request": {"text": "{input}"}}, 8 * 4),
        ({"kind": "openai", **SERVER, "model": "small"}, 8 * 4),
        ({"kind": "skops", "input": "text", "batch_size": 5_000}, MAX_BATCH),
        ({"kind": "python", "callable": "models:classify", "batch_size": 100}, 8 * 100),
    ],
)
def test_a_batch_is_a_few_calls_of_the_model(adapter: dict[str, Any], size: int) -> None:
    assert batch_size(CandidateModel(adapter=validate(adapter))) == size


@pytest.mark.django_db
def test_a_batch_of_long_inputs_fits_into_memory(
    project: Project, model: CandidateModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As JSON each input has 102 characters, so nine of them have less than a thousand.
    monkeypatch.setattr(planning, "MAX_CHARACTERS", 1_000)
    make_patterns(make_problem(project), [equals(f"{number:0100}") for number in range(20)])
    [run] = request_runs(SYSTEM, project, models=[model])
    planning.start_run(run.pk)
    assert [len(batch.example_ids) for batch in run.batches.order_by("number")] == [9, 9, 2]
