"""Cancelling a run while its model is asked, while it waits, and while inputs are asked again: nothing is left over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.utils import timezone

from evaluation.adapters import AdapterError, AdapterRefused, AdapterUnavailable
from evaluation.types import Output as Answer
from tests.factories import equals, evaluate, make_model, make_patterns, make_problem
from tests.runs import answering
from tests.runs.conftest import ADAPTER, result, worked_off
from tracker.candidates.models import CandidateModel, Output
from tracker.projects.errors import Conflict
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs import asking, repeats
from tracker.runs.calls import Flight
from tracker.runs.execution import advance_run
from tracker.runs.models import Batch, Run
from tracker.runs.requests import cancel_run, catch_up, overdue_models, request_runs
from tracker.runs.stability_models import StabilityCheck
from tracker.runs.staleness import stale_models
from tracker.runs.sweeping import idle_runs, sweep

pytestmark = pytest.mark.django_db
SERVER = {"kind": "http", "url": "https://models.example.org/", "batch_size": 4}


class Model:
    """Answers so many calls; then somebody cancels, and the next is no answer but a fault, or is one."""

    batch_size = 4
    concurrency = 1

    def __init__(self) -> None:
        self.calls = 0
        self.answers: int | None = None
        self.fault: Exception | None = None
        self.cancel: Callable[[], object] = lambda: None

    def predict(self, inputs: Sequence[Any]) -> list[Answer]:
        self.calls += 1
        if self.calls == self.answers:
            self.cancel()
        if self.answers is not None and self.calls > self.answers and self.fault is not None:
            raise self.fault
        return [Answer(label="positive")] * len(inputs)

    def close(self) -> None:
        pass


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Model:
    made = Model()
    for module in (asking, repeats):
        monkeypatch.setattr(module, "adapter_of", lambda _model: made)
    return made


def queued(project: Project, adapter: dict[str, Any]) -> Run:
    make_model(project, "v1", adapter=adapter)
    make_patterns(make_problem(project), [equals(f"text {number}") for number in range(100)])
    [run] = catch_up(stale_models(project))
    return run


FAULTS = [
    AdapterUnavailable("connection refused"),
    AdapterRefused("not allowed"),
    AdapterError("broken"),
    None,
]


@pytest.mark.parametrize("adapter", [SERVER, ADAPTER], ids=["server", "here"])
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_run_that_is_cancelled_while_its_model_is_asked_leaves_nothing_to_do(
    project: Project,
    stand_in: Model,
    adapter: dict[str, Any],
    fault: Exception | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = queued(project, adapter)
    land = Flight.land

    def cancelled(*args: Any) -> Any:
        """What was said is there, and not stored yet."""
        landed = land(*args)
        if Run.objects.get(pk=run.pk).status == "running":
            cancel_run(SYSTEM, run)
        return landed

    monkeypatch.setattr(Flight, "land", cancelled)
    stand_in.answers, stand_in.fault = 2, fault
    ended = worked_off(run)
    assert (ended.status, ended.error, ended.waiting_for, ended.ask_again_at) == ("cancelled", "", "", None)
    assert not Batch.objects.filter(status__in=["queued", "running"]).exists()
    answered = Output.objects.answers().count()
    assert answered >= 8, "what was said is kept"
    assert (ended.asked - ended.failed, ended.done) == (answered, ended.asked)
    assert not idle_runs(timezone.now()).exists()
    calls = stand_in.calls
    assert not advance_run(run.pk)
    assert stand_in.calls == calls


def test_a_run_that_is_cancelled_while_it_waits_is_not_asked_on(project: Project, stand_in: Model) -> None:
    run = queued(project, SERVER)
    stand_in.answers, stand_in.fault = 2, AdapterUnavailable("connection refused")
    waiting = worked_off(run)
    assert waiting.waiting_for
    ended = cancel_run(SYSTEM, waiting)
    assert (ended.status, ended.waiting_for, ended.ask_again_at, ended.asked) == ("cancelled", "", None, 8)
    assert not Batch.objects.filter(status__in=["queued", "running"]).exists()
    stand_in.fault, calls = None, stand_in.calls
    assert not advance_run(run.pk)
    assert stand_in.calls == calls


def test_the_next_run_asks_what_a_cancelled_one_did_not(project: Project, stand_in: Model) -> None:
    run = queued(project, SERVER)
    stand_in.answers, stand_in.fault = 2, AdapterUnavailable("connection refused")
    cancel_run(SYSTEM, worked_off(run))
    stand_in.fault = None
    [another] = request_runs(SYSTEM, project)
    ended = worked_off(another)
    assert (ended.status, ended.reused, ended.asked) == ("finished", 8, 92)
    assert Output.objects.count() == 100
    assert not StabilityCheck.objects.filter(run=run).exists()


def test_a_cancelled_run_keeps_its_outputs_and_stays_cancelled(
    project: Project, model: CandidateModel
) -> None:
    problem = make_problem(project)
    make_patterns(problem, [equals(f"long text {n}") for n in range(40)])
    [run] = catch_up(stale_models(project))

    def cancel() -> None:
        cancel_run(SYSTEM, run)

    answering.interrupt.append(cancel)
    assert worked_off(run).status == "cancelled"
    kept = Output.objects.count()
    assert 0 < kept < 40
    with pytest.raises(Conflict):
        cancel_run(SYSTEM, run)

    assert overdue_models(timezone.now()) == [], "nobody begins it again against the person's will"
    make_patterns(problem, [equals("one more")])
    sweep()
    evaluate(project)
    assert Run.objects.order_by("pk")[1].reused == kept
    assert result(model).n_scored == 41
