"""When volatile models are asked again: by rows alone, whatever messages came or were lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.factories import equals, evaluate, make_model, make_patterns, make_problem
from tests.runs.conftest import ADAPTER, worked_off
from tracker.candidates.model_changes import update_model
from tracker.candidates.models import CandidateModel
from tracker.projects.errors import Invalid
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs.models import Run
from tracker.runs.requests import ask_again, cancel_run, request_runs
from tracker.runs.schedule import models_to_ask_again
from tracker.runs.sweeping import forget_batches, sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def volatile(project: Project, asked: list[list[object]]) -> CandidateModel:
    made = make_model(project, "live", adapter=ADAPTER, frozen=False)
    make_patterns(make_problem(project), [equals("long text"), equals("other text")])
    evaluate(project)
    asked.clear()
    return made


def later(hours: float) -> Any:
    return timezone.now() + timedelta(hours=hours)


def test_daily_unless_set_otherwise(volatile: CandidateModel) -> None:
    assert models_to_ask_again(later(23.9)) == []
    assert models_to_ask_again(later(24.1)) == [volatile]
    update_model(SYSTEM, volatile, {"ask_again_every": 6})
    assert models_to_ask_again(later(6.1)) == [volatile]
    update_model(SYSTEM, volatile, {"ask_again_every": None})
    assert models_to_ask_again(later(9_000)) == []


def test_the_sweeper_begins_a_run_that_asks_everything(
    volatile: CandidateModel, asked: list[list[object]]
) -> None:
    sweep(later(24.1))
    [run] = Run.objects.filter(status="queued")
    assert (run.reasons, run.asks_everything) == ([{"kind": "scheduled"}], True)
    sweep(later(24.2))
    assert Run.objects.filter(status="queued").count() == 1, "one that waits is enough"
    worked_off(run)
    assert asked[0] == ["long text", "other text"]
    assert models_to_ask_again(later(23.9)) == [], "its turn is counted from now on"


def test_results_that_changed_answers_made_stale_are_scored_without_asking_again(
    volatile: CandidateModel, asked: list[list[object]]
) -> None:
    volatile.outputs.update(label="negative")
    sweep(later(24.1))
    worked_off(Run.objects.get(status="queued"))
    asked.clear()
    evaluate(volatile.project)
    sweep()
    assert (asked, Run.objects.under_way().count()) == ([], 0)


def test_a_cancelled_run_waits_for_the_next_turn(volatile: CandidateModel) -> None:
    [run] = ask_again([volatile])
    cancel_run(SYSTEM, run)
    assert models_to_ask_again(later(23.9)) == []
    assert models_to_ask_again(later(24.1)) == [volatile]


def test_a_person_who_asks_about_everything_takes_the_turn(volatile: CandidateModel) -> None:
    Run.objects.update(finished_at=later(-23))
    CandidateModel.objects.update(registered_at=later(-48))
    problem = volatile.project.problems.get()
    worked_off(request_runs(SYSTEM, volatile.project, problem_ids=[problem.pk])[0])
    assert models_to_ask_again(later(2)) == [volatile], "one problem is not everything"
    worked_off(request_runs(SYSTEM, volatile.project)[0])
    assert models_to_ask_again(later(2)) == []


@pytest.mark.parametrize("why", ["frozen", "archived", "recorded", "nothing described"])
def test_others_are_never_due(project: Project, why: str) -> None:
    adapter = {"kind": "recorded"} if why == "recorded" else ADAPTER
    model = make_model(project, adapter=adapter, frozen=why == "frozen")
    if why != "nothing described":
        make_patterns(make_problem(project), [equals("long text")])
    if why == "archived":
        update_model(SYSTEM, model, {"stage": "archived"})
    assert models_to_ask_again(later(9_000)) == []


@pytest.mark.parametrize("hours", [0, -1, 9_000, 1.5, "6", True])
def test_only_whole_hours_can_be_set(volatile: CandidateModel, hours: Any) -> None:
    with pytest.raises(Invalid):
        update_model(SYSTEM, volatile, {"ask_again_every": hours})


def test_what_runs_asked_is_forgotten_after_a_week(volatile: CandidateModel) -> None:
    [old, new] = [Run.objects.get(), *ask_again([volatile])]
    worked_off(new)
    assert forget_batches(later(24 * 6.9)) == 0
    Run.objects.filter(pk=old.pk).update(finished_at=later(-24 * 7.1))
    assert forget_batches() == 1
    assert [run.batches.count() for run in (old, new)] == [0, 1]
    assert volatile.outputs.count() == 2


def test_the_number_of_queries_does_not_grow_with_models(
    volatile: CandidateModel, django_assert_num_queries: Any
) -> None:
    for _number in range(3):
        make_model(volatile.project, adapter=ADAPTER, frozen=False)
    with django_assert_num_queries(1):
        assert len(models_to_ask_again(later(24.1))) == 4
