"""What an automatic policy waits for, told from rows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import day, equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tracker.board.pages.policy_words import standing_words
from tracker.candidates.model_changes import activate_model, update_model
from tracker.candidates.models import CandidateModel
from tracker.problems.models import Problem
from tracker.projects.changes import update_project
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs.requests import request_runs
from tracker.triage.activation import activate, undo_activation
from tracker.triage.activation_by_policy import is_settled
from tracker.triage.policy_standing import held_up_by_model, policy_standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def problem(project: Project) -> Problem:
    update_project(SYSTEM, project, {"activation_policy": {"mode": "automatic", "min_cut": 0.1}})
    project.refresh_from_db()
    problem = make_problem(project)
    make_patterns(problem, [equals("a")])
    return problem


def answering(project: Project, version: str) -> CandidateModel:
    model = make_model(project, version, trained_at=day(1))
    make_outputs(model, {"a": "positive"})
    return model


def waits(project: Project) -> tuple[str, list[str], str]:
    found = policy_standing(project)
    assert found is not None
    return found.waiting.value, [model.version for model in found.models], found.detail


def test_people_are_waited_for_by_nobody(project: Project) -> None:
    assert policy_standing(project) is None


@pytest.mark.usefixtures("problem")
def test_it_takes_an_active_model_and_one_that_was_never_live(project: Project) -> None:
    v1 = answering(project, "v1")
    assert waits(project) == ("active_model", [], "")
    activate_model(SYSTEM, v1)
    assert waits(project) == ("new_model", [], "")
    v2 = answering(project, "v2")
    assert waits(project) == ("evaluation", ["v1", "v2"], "")
    evaluate(project)
    assert waits(project) == ("candidates", [], "")
    activate(SYSTEM, v2)
    undo_activation(SYSTEM, project.activations.newest_first()[0])
    assert waits(project) == ("new_model", [], "")


@pytest.mark.parametrize(("status", "waiting"), [("failed", "failed_run"), ("cancelled", "cancelled_run")])
def test_one_model_whose_run_came_to_nothing_is_named(problem: Problem, status: str, waiting: str) -> None:
    project = problem.project
    activate_model(SYSTEM, answering(project, "v1"))
    v2, broken = answering(project, "v2"), answering(project, "broken")
    evaluate(project)
    make_patterns(problem, [equals("b")])
    for model in (v2, broken):
        make_outputs(model, {"b": "positive"})
    [run] = request_runs(SYSTEM, project, models=[broken])
    type(run).objects.filter(pk=run.pk).update(status=status, error="ValueError: no such file")
    # The others are stale too, but will be evaluated.
    assert waits(project) == (waiting, ["broken"], "ValueError: no such file")
    # It is begun again and again; that it fails is said all the time.
    request_runs(SYSTEM, project, models=[broken])
    assert waits(project)[:2] == (waiting, ["broken"])
    # Asked of the model alone, the answer is the same.
    broken.refresh_from_db()
    runs = list(broken.runs.order_by("-pk"))
    assert held_up_by_model(broken, runs, is_stale=True) == policy_standing(project)
    assert held_up_by_model(broken, runs, is_stale=False) is None
    assert held_up_by_model(v2, list(v2.runs.order_by("-pk")), is_stale=True) is None
    update_model(SYSTEM, broken, {"stage": "archived"})
    assert waits(project)[0] == "evaluation"


def test_a_server_that_does_not_answer(problem: Problem) -> None:
    project = problem.project
    activate_model(SYSTEM, answering(project, "v1"))
    served = answering(project, "served")
    [run] = request_runs(SYSTEM, project, models=[served])
    type(run).objects.filter(pk=run.pk).update(waiting_for="connection refused")
    assert waits(project) == ("server", ["served"], "connection refused")


def test_an_archived_model_is_not_waited_for(
    problem: Problem, django_capture_on_commit_callbacks: Any
) -> None:
    """Neither before its run is cancelled, nor after that."""
    project = problem.project
    activate_model(SYSTEM, answering(project, "v1"))
    answering(project, "v2")
    evaluate(project)
    served = make_model(project, "served", adapter={"kind": "http", "url": "https://models.example.org/"})
    [run] = request_runs(SYSTEM, project, models=[served])
    type(run).objects.filter(pk=run.pk).update(status="running", waiting_for="connection refused")
    assert not is_settled(project)
    with django_capture_on_commit_callbacks() as callbacks:
        update_model(SYSTEM, served, {"stage": "archived"})
    for stage in ("to be cancelled", "cancelled"):
        assert is_settled(project), stage
        assert waits(project)[0] == "candidates", stage
        for callback in callbacks:
            callback()
    run.refresh_from_db()
    assert run.status == "cancelled"


def test_what_is_said_of_a_server_names_the_way_out(problem: Problem) -> None:
    activate_model(SYSTEM, answering(problem.project, "v1"))
    [run] = request_runs(SYSTEM, problem.project, models=[answering(problem.project, "served")])
    type(run).objects.filter(pk=run.pk).update(waiting_for="connection refused")
    assert standing_words(problem.project).endswith(
        "(connection refused). Bring it back, or archive the model."
    )
