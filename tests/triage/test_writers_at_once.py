"""Statuses and moves with several writers at the same time: the last to commit has seen what the others wrote."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.triage.at_once import at_once
from tests.triage.facts import (
    TRIAGER,
    activate,
    make_model,
    make_move,
    make_problem,
    make_project,
    make_report,
    make_result,
)
from tracker.candidates.model_changes import activate_model
from tracker.candidates.models import CandidateModel
from tracker.problems.models import Problem
from tracker.problems.problem_changes import update_problem
from tracker.projects.changes import update_project
from tracker.projects.errors import Conflict
from tracker.projects.models import Event
from tracker.projects.rights import SYSTEM
from tracker.triage.models import Move
from tracker.triage.moves import move_problem
from tracker.triage.refresh import refresh_problems
from tracker.triage.report_links import link_report

pytestmark = pytest.mark.django_db(transaction=True)


def test_results_that_come_in_at_once_all_count() -> None:
    project = make_project()
    models = [make_model(project, f"v{number}") for number in range(6)]
    activate(models[0], -1)
    problems = [make_problem(project, revision=1) for _ in range(3)]
    for problem in problems:
        make_move(problem, "confirmed")

    def score(number: int) -> None:
        with transaction.atomic():
            for problem in problems if number % 2 else reversed(problems):
                make_result(models[number], problem, "fixed" if number else "failing")
            refresh_problems(project, [problem.pk for problem in problems])

    at_once(score, len(models))
    for problem in Problem.objects.filter(project=project):
        assert problem.status == "fix_available"
        assert problem.status_evidence["fixed_by"] == ["v1", "v2", "v3", "v4", "v5"]
        assert problem.normalized_error == 0.5


def test_one_of_several_moves_to_the_same_column_wins() -> None:
    problem = make_problem(make_project())
    outcomes = at_once(lambda _n: move_problem(TRIAGER, Problem.objects.get(pk=problem.pk), "confirmed"), 5)
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 4
    assert Move.objects.count() == 1
    assert Event.objects.filter(kind="status_changed").count() == 1


def test_two_problems_cannot_become_duplicates_of_each_other() -> None:
    project = make_project()
    pair = [make_problem(project), make_problem(project)]
    outcomes = at_once(
        lambda n: move_problem(
            TRIAGER, Problem.objects.get(pk=pair[n].pk), "duplicate", duplicate_of=pair[1 - n]
        ),
        2,
    )
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    assert Problem.objects.filter(status="duplicate").count() == 1


def test_reports_linked_at_once_are_all_counted() -> None:
    project = make_project(active_users=100)
    problem, other = make_problem(project), make_problem(project)
    reports = [make_report(project, reporter=f"user {number}", problem=other) for number in range(8)]
    at_once(lambda n: link_report(TRIAGER, reports[n], problem), 8)
    problem.refresh_from_db()
    other.refresh_from_db()
    assert (problem.reports_count, other.reports_count) == (8, 0)


def test_settings_activations_and_results_at_once_do_not_wait_for_each_other() -> None:
    """Writers of results refer to the project and the problems; who changes those must not lock them in full."""
    project = make_project()
    models = [make_model(project, f"v{number}") for number in range(5)]
    activate(models[0], -1)
    problems = [make_problem(project, revision=1) for _ in range(3)]
    for problem in problems:
        make_move(problem, "confirmed")

    def work(number: int) -> object:
        if number == 5:
            return activate_model(SYSTEM, CandidateModel.objects.get(pk=models[3].pk))
        if number == 6:
            return update_problem(SYSTEM, Problem.objects.get(pk=problems[1].pk), {"title": "renamed"})
        if number == 7:
            return update_project(SYSTEM, project, {"active_users": 50})
        with transaction.atomic():
            for problem in problems if number % 2 else reversed(problems):
                make_result(models[number], problem, "fixed" if number else "failing")
            refresh_problems(project, [problem.pk for problem in problems])
        return None

    at_once(work, 8)
    for problem in Problem.objects.filter(project=project):
        assert problem.status == "fixed"
        assert problem.status_evidence["model"] == "v3"
        assert problem.status_evidence["fixed_by"] == ["v1", "v2", "v4"]
