"""Errors instead of outputs: neither right nor wrong, and asked again within bounds."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.factories import equals, evaluate, make_model, make_patterns, make_problem
from tests.runs import answering
from tests.runs.conftest import ADAPTER, result, worked_off
from tracker.candidates.models import CandidateModel, Output
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs.execution import work_off
from tracker.runs.models import Run
from tracker.runs.requests import catch_up, overdue_models, request_runs, retry_run
from tracker.runs.staleness import stale_models

pytestmark = pytest.mark.django_db


def test_an_error_is_neither_right_nor_wrong_and_a_later_answer_replaces_it(
    project: Project, model: CandidateModel
) -> None:
    make_patterns(make_problem(project), [equals("long text"), equals("broken text")])
    answering.broken.add("broken text")
    evaluate(project)
    assert (result(model).n_cases, result(model).n_scored, result(model).n_failed) == (2, 1, 0)
    assert Run.objects.get().failed == 1

    answering.broken.clear()
    [run] = request_runs(SYSTEM, project)
    work_off(run.pk)
    assert (result(model).n_scored, result(model).n_failed) == (2, 0)
    assert Output.objects.count() == 2


def test_an_error_is_asked_three_times_and_then_by_hand(
    project: Project, model: CandidateModel, asked: list[list[object]]
) -> None:
    problem = make_problem(project)
    make_patterns(problem, [equals("broken text")])
    answering.broken.add("broken text")
    for number in range(5):
        make_patterns(problem, [equals(f"long text {number}")])
        evaluate(project)
    assert [batch.count("broken text") for batch in asked if len(batch) > 1] == [1, 1, 1]
    assert result(model).n_scored == 5

    answering.broken.clear()
    work_off(request_runs(SYSTEM, project, problem_ids=[problem.pk])[0].pk)
    assert (result(model).n_scored, result(model).n_failed) == (6, 0)


def test_a_retry_asks_errors_again(project: Project, model: CandidateModel) -> None:
    make_patterns(make_problem(project), [equals("broken text")])
    answering.broken.add("broken text")
    evaluate(project)
    answering.broken.clear()
    work_off(retry_run(SYSTEM, Run.objects.get()).pk)
    assert (result(model).n_scored, result(model).n_failed) == (1, 0)


def test_a_model_that_may_not_be_asked_ends_its_run_until_people_change_something(
    project: Project, settings: Any
) -> None:
    settings.PYTHON_CALLABLES = []
    model = make_model(project, adapter=ADAPTER)
    make_patterns(make_problem(project), [equals("long text")])
    [run] = catch_up(stale_models(project))
    ended = worked_off(run)
    assert (ended.status, ended.refused) == ("failed", True)
    assert "tests.runs.answering:by_length" in ended.error
    assert not Output.objects.exists(), "nothing was asked, so nothing went wrong with an input"
    assert overdue_models(timezone.now() + timedelta(days=1)) == []

    settings.PYTHON_CALLABLES = [ADAPTER["callable"]]
    work_off(retry_run(SYSTEM, ended).pk)
    assert result(model).n_scored == 1
