"""Archiving a model ends its runs: nothing is asked of it any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from evaluation.adapters import AdapterUnavailable
from evaluation.types import Output as Answer
from tests.factories import equals, make_model, make_patterns, make_problem
from tracker.candidates.model_changes import update_model
from tracker.candidates.models import CandidateModel
from tracker.projects.models import Event, Project
from tracker.projects.rights import SYSTEM
from tracker.runs import asking
from tracker.runs.execution import work_off
from tracker.runs.models import Batch, Run
from tracker.runs.requests import request_runs
from tracker.runs.sweeping import sweep

pytestmark = pytest.mark.django_db


class Away:
    batch_size = 4
    concurrency = 1

    def __init__(self) -> None:
        self.calls = 0

    def predict(self, inputs: Sequence[Any]) -> list[Answer]:
        self.calls += 1
        raise AdapterUnavailable("connection refused")

    def close(self) -> None:
        pass


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Away:
    made = Away()
    monkeypatch.setattr(asking, "adapter_of", lambda _model: made)
    return made


@pytest.fixture
def served(project: Project) -> CandidateModel:
    make_patterns(make_problem(project), [equals(f"text {number}") for number in range(8)])
    return make_model(project, "served", adapter={"kind": "http", "url": "https://models.example.org/"})


def ask_on() -> None:
    Run.objects.update(ask_again_at=timezone.now() - timedelta(seconds=1))
    for run in Run.objects.all():
        work_off(run.pk)


def test_its_runs_are_cancelled(
    served: CandidateModel, away: Away, django_capture_on_commit_callbacks: Any
) -> None:
    """The one that waits for the server and the one that is queued behind it."""
    [waiting] = request_runs(SYSTEM, served.project, models=[served])
    work_off(waiting.pk)
    request_runs(SYSTEM, served.project, models=[served])
    other = make_model(served.project, "other")
    request_runs(SYSTEM, served.project, models=[other])
    asked = away.calls
    with django_capture_on_commit_callbacks(execute=True):
        update_model(SYSTEM, served, {"stage": "archived"})
    assert list(served.runs.values_list("status", "waiting_for")) == [("cancelled", "")] * 2
    assert list(other.runs.values_list("status", flat=True)) == ["queued"]
    assert not Batch.objects.filter(run__model=served).exclude(status="cancelled").exists()
    ask_on()
    assert away.calls == asked
    told = Event.objects.filter(kind="run_cancelled").order_by("pk")
    assert [event.evidence["archived"] for event in told] == [True, True]


def test_the_sweeper_finds_what_was_left_over(served: CandidateModel, away: Away) -> None:
    """A process may die between the two."""
    [run] = request_runs(SYSTEM, served.project, models=[served])
    work_off(run.pk)
    CandidateModel.objects.filter(pk=served.pk).update(stage="archived")
    asked = away.calls
    sweep()
    run.refresh_from_db()
    assert run.status == "cancelled"
    ask_on()
    assert away.calls == asked


def test_restored_it_is_evaluated_again(
    served: CandidateModel, away: Away, django_capture_on_commit_callbacks: Any
) -> None:
    [run] = request_runs(SYSTEM, served.project, models=[served])
    work_off(run.pk)
    for stage in ("archived", "candidate"):
        with django_capture_on_commit_callbacks(execute=True):
            update_model(SYSTEM, served, {"stage": stage})
    sweep()
    assert list(served.runs.order_by("pk").values_list("status", flat=True)) == ["cancelled", "queued"]
