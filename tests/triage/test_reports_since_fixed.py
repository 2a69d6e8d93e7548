"""Reports that speak against a fix: about the active model, and later than what let the problem be fixed."""

from __future__ import annotations

import pytest

from tests.triage.facts import (
    NOW,
    activate,
    make_model,
    make_move,
    make_problem,
    make_project,
    make_report,
    make_result,
)
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.runs.models import Result
from tracker.triage.refresh import refresh_problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def problem(project: Project) -> Problem:
    problem = make_problem(project, revision=1)
    make_move(problem, "confirmed")
    return problem


def status_of(problem: Problem) -> str:
    refresh_problems(problem.project, [problem.pk], now=NOW)
    problem.refresh_from_db()
    return problem.status


def test_reports_about_the_active_model_since_it_is_fixed_are_counted(
    project: Project, problem: Problem
) -> None:
    old, active = make_model(project, "v1"), make_model(project, "v2")
    activate(active, -10)
    make_result(active, problem, "fixed")
    merged = make_problem(project, status="duplicate", duplicate_of=problem)
    make_report(project, day=-9, problem=problem, model=active)
    make_report(project, day=-8, problem=merged, model=active)
    make_report(project, day=-11, problem=problem, model=active)  # before it went live
    make_report(project, day=1, problem=problem, model=old)  # about an older model
    make_report(project, day=1, problem=problem)  # about an unknown one
    assert status_of(problem) == "fixed"
    assert problem.reports_since_fixed == 2
    # The results of a new revision change nothing of that, whatever happens until they are in.
    Problem.objects.filter(pk=problem.pk).update(revision=2)
    problem.refresh_from_db()
    make_result(active, problem, "inconclusive")
    assert status_of(problem) == "confirmed"
    assert problem.reports_since_fixed == 0
    Result.objects.update(verdict="fixed")
    assert status_of(problem) == "fixed"
    assert problem.reports_since_fixed == 2


def test_reports_count_from_when_a_person_confirmed_or_closed_it(project: Project) -> None:
    active = make_model(project, "v1")
    activate(active, -10)
    problem = make_problem(project, revision=1)
    make_result(active, problem, "inconclusive")
    for day in (-9, -7, -5):
        make_report(project, day=day, problem=problem, model=active)
    make_move(problem, "confirmed", -8)
    make_move(problem, "fixed", -6)
    assert status_of(problem) == "fixed"
    assert problem.reports_since_fixed == 1  # of day -5
    make_move(problem, "in_progress", -4)
    Result.objects.update(verdict="fixed")
    assert status_of(problem) == "fixed"
    assert problem.reports_since_fixed == 2  # of days -7 and -5


def test_a_report_of_another_problems_time_does_not_count(project: Project) -> None:
    active = make_model(project, "v1")
    activate(active, -10)
    problems = [make_problem(project, revision=1) for _ in range(2)]
    for problem, day in zip(problems, (-9, -5), strict=True):
        make_move(problem, "confirmed", day)
        make_result(active, problem, "fixed")
        make_report(project, day=-7, problem=problem, model=active)
    refresh_problems(project, now=NOW)
    assert list(Problem.objects.order_by("pk").values_list("reports_since_fixed", flat=True)) == [1, 0]


def test_reports_are_counted_for_each_problem_by_its_own_facts(project: Project) -> None:
    was, new = make_model(project, "v1"), make_model(project, "v2")
    early, late, behind = (make_problem(project, revision=1) for _ in range(3))
    for problem, day in ((early, -90), (late, -2), (behind, -90)):
        make_move(problem, "confirmed", day)
        make_result(was, problem, "fixed")
        if problem != behind:
            make_result(new, problem, "fixed")
        for version in (was, new):
            make_report(project, day=-5, problem=problem, model=version)
            make_report(project, day=-1, problem=problem, model=version)
    activate(was, -10)
    activate(new, -3)
    refresh_problems(project, now=NOW)
    counts = [Problem.objects.get(pk=problem.pk).reports_since_fixed for problem in (early, late, behind)]
    # About v2 after day -3, about v2 after day -2, and about v1, which stands for v2 until that is evaluated.
    assert counts == [1, 1, 2]
