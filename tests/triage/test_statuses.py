"""Statuses through the database: scenarios worked out by hand, one for each step of the design."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from tests.triage.facts import (
    NOW,
    activate,
    at,
    make_model,
    make_move,
    make_pattern,
    make_problem,
    make_project,
    make_report,
    make_result,
)
from tracker.candidates.model_changes import activate_model
from tracker.candidates.models import Activation, CandidateModel, Stage
from tracker.problems.models import Problem
from tracker.problems.pattern_lines import PatternReader
from tracker.problems.revisions import add_pattern
from tracker.projects.models import Event, Project
from tracker.projects.rights import SYSTEM
from tracker.projects.signals import evidence_changed
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


def _next_revision(problem: Problem, text: str) -> None:
    fields = {"input": text, "expectation": {"type": "equals", "label": "negative"}}
    add_pattern(SYSTEM, problem, PatternReader(problem.project).read(1, fields))
    problem.refresh_from_db()


def test_without_evidence_it_is_where_people_put_it(problem: Problem) -> None:
    assert status_of(problem) == "confirmed"
    make_move(problem, "in_progress", -80)
    assert status_of(problem) == "in_progress"
    make_move(problem, "rejected", -70)
    assert status_of(problem) == "rejected"


def test_in_triage_evidence_changes_nothing_but_the_badge(project: Project) -> None:
    problem = make_problem(project, revision=1)
    active, better = make_model(project, "v1"), make_model(project, "v2")
    activate(active, -10)
    make_result(active, problem, "failing")
    make_result(better, problem, "fixed")
    assert status_of(problem) == "triage"
    assert problem.status_evidence["fixed_by"] == ["v2"]


def test_the_active_model_fixes_it(project: Project, problem: Problem) -> None:
    model = make_model(project, "v1")
    activate(model, -10)
    make_result(model, problem, "fixed", n_judged=30, n_judged_scored=30)
    assert status_of(problem) == "fixed"
    assert problem.status_since == NOW
    assert problem.status_evidence == {
        "why": "active_fixed", "model": "v1", "revision": 1, "verdict": "fixed", "n_judged": 30,
        "n_judged_failed": 0, "fixed_by": [],
    }  # fmt: skip
    event = Event.objects.about("problem", problem.pk).latest("pk")
    assert (event.kind, event.actor, event.evidence["from"], event.evidence["to"]) == (
        "status_changed", "tracker", "triage", "fixed",
    )  # fmt: skip
    assert event.evidence["model"] == "v1"


def test_a_candidate_fixes_it(project: Project, problem: Problem) -> None:
    active, shadow = make_model(project, "v1"), make_model(project, "v2", stage=Stage.SHADOW)
    activate(active, -10)
    make_result(active, problem, "failing")
    make_result(shadow, problem, "fixed")
    assert status_of(problem) == "fix_available"
    assert problem.status_evidence["model"] == "v2"
    assert (problem.introduced_in, problem.fixed_in) == (
        {"after": None, "by": "v1"},
        {"after": "v1", "by": "v2"},
    )


def test_an_archived_model_takes_no_part(project: Project, problem: Problem) -> None:
    active, archived = make_model(project, "v1"), make_model(project, "v2", stage=Stage.ARCHIVED)
    activate(active, -10)
    make_result(active, problem, "failing")
    make_result(archived, problem, "fixed")
    assert status_of(problem) == "confirmed"
    assert problem.fixed_in is None


def test_it_regresses_and_a_candidate_fixes_it_again(project: Project, problem: Problem) -> None:
    old, new, newer = (make_model(project, version) for version in ("v1", "v2", "v3"))
    activate(old, -20)
    make_result(old, problem, "fixed")
    assert status_of(problem) == "fixed"
    activate(new, -10)
    make_result(new, problem, "failing")
    make_result(newer, problem, "fixed")
    assert status_of(problem) == "regressed"
    assert problem.status_evidence["fixed_by"] == ["v1", "v3"]
    assert (problem.introduced_in, problem.fixed_in) == (
        {"after": "v1", "by": "v2"},
        {"after": "v2", "by": "v3"},
    )


def test_going_back_to_an_older_model_is_not_a_regression(project: Project, problem: Problem) -> None:
    old, new = make_model(project, "v1"), make_model(project, "v2")
    activate(new, -20)
    activate(old, -10)
    make_result(new, problem, "fixed")
    make_result(old, problem, "failing")
    assert status_of(problem) == "fix_available"


def test_while_the_active_model_is_undecided_the_last_decided_one_stands_in(
    project: Project, problem: Problem
) -> None:
    old, new = make_model(project, "v1"), make_model(project, "v2")
    activate(old, -20)
    activate(new, -10)
    make_result(old, problem, "fixed")
    make_result(new, problem, "inconclusive")
    assert status_of(problem) == "fixed"
    assert problem.not_proven_again
    assert problem.status_evidence["model"] == "v1"


def test_what_stood_stays_until_the_active_model_is_evaluated_anew(
    project: Project, problem: Problem
) -> None:
    model, other = make_model(project, "v1"), make_model(project, "v2")
    activate(model, -10)
    make_result(model, problem, "fixed")
    make_result(other, problem, "failing")
    assert status_of(problem) == "fixed"
    Problem.objects.filter(pk=problem.pk).update(revision=2)
    problem.refresh_from_db()
    make_result(other, problem, "fixed")
    assert status_of(problem) == "fixed"
    assert problem.status_evidence["revision"] == 1
    # The ranges, too, are those of the revision that both were evaluated on.
    assert problem.introduced_in == {"after": "v1", "by": "v2"}
    make_result(model, problem, "failing")
    assert status_of(problem) == "fix_available"
    assert problem.introduced_in == {"after": None, "by": "v1"}


def test_a_model_that_goes_live_behind_counts_once_it_is_evaluated(project: Project) -> None:
    """The revisions are made by the application, so that their times are where it puts them."""
    was, new = make_model(project, "v1"), make_model(project, "v2")
    problem = make_problem(project)
    make_move(problem, "confirmed")
    _next_revision(problem, "first")
    make_result(was, problem, "failing")
    make_result(new, problem, "fixed")
    activate_model(SYSTEM, was)
    _next_revision(problem, "second")
    make_result(was, problem, "failing")
    refresh_problems(project)
    before = Problem.objects.values("status", "status_evidence").get()
    assert before["status"] == "fix_available"  # by v2, on revision 1
    activate_model(SYSTEM, new)
    assert Problem.objects.values("status", "status_evidence").get() == before
    make_result(new, problem, "inconclusive")
    assert status_of(problem) == "confirmed"
    assert problem.status_evidence["model"] == "v2"


def test_a_model_that_was_up_to_date_when_it_went_live_stays_active(project: Project) -> None:
    was, new = make_model(project, "v1"), make_model(project, "v2")
    problem = make_problem(project)
    make_move(problem, "confirmed")
    _next_revision(problem, "first")
    make_result(was, problem, "failing")
    make_result(new, problem, "fixed")
    activate_model(SYSTEM, was)
    activate_model(SYSTEM, new)
    _next_revision(problem, "second")
    make_result(was, problem, "failing")
    assert status_of(problem) == "fixed"
    assert (problem.status_evidence["model"], problem.status_evidence["revision"]) == ("v2", 1)


def test_one_pattern_more_makes_no_status_flap(project: Project, problem: Problem) -> None:
    """Whichever model is evaluated first: a revision on which all say the same changes nothing."""
    models = [make_model(project, version) for version in ("v1", "v2", "v3")]
    activate(models[0], -20)
    activate(models[1], -10)
    verdicts = ["fixed", "inconclusive", "fixed"]
    for model, verdict in zip(models, verdicts, strict=True):
        make_result(model, problem, verdict)
    assert status_of(problem) == "fixed"  # not proven again: v1 stands in for v2
    events = Event.objects.count()
    for _ in range(2):
        Problem.objects.filter(pk=problem.pk).update(revision=problem.revision + 1)
        problem.refresh_from_db()
        for index in (1, 2, 0):
            make_result(models[index], problem, verdicts[index])
            assert status_of(problem) == "fixed"
            assert problem.status_evidence["fixed_by"] == ["v1", "v3"]
    assert Event.objects.count() == events


def test_model_order_goes_by_training_before_registration(project: Project, problem: Problem) -> None:
    """The older model was registered last, with its past."""
    new, old = make_model(project, "new", day=-20), make_model(project, "old", day=-30)
    CandidateModel.objects.filter(pk=old.pk).update(registered_at=at(-5))
    activate(old, -4)
    make_result(old, problem, "fixed")
    activate(new, -3)
    make_result(new, problem, "failing")
    assert status_of(problem) == "regressed"


def test_training_times_that_are_equal_go_by_registration(project: Project, problem: Problem) -> None:
    new, old = make_model(project, "new", day=-20), make_model(project, "old", day=-20)
    CandidateModel.objects.filter(pk=new.pk).update(registered_at=at(-19))
    activate(old, -4)
    make_result(old, problem, "fixed")
    activate(new, -3)
    make_result(new, problem, "failing")
    assert status_of(problem) == "regressed"


def test_living_cases_are_counted(project: Project, problem: Problem) -> None:
    for text in "abc":
        make_pattern(problem, text)
    make_pattern(problem, "retired", retired_in=2)
    make_pattern(problem, "not yet committed", added_in=3)
    Problem.objects.filter(pk=problem.pk).update(revision=2)
    status_of(problem)
    assert problem.cases_count == 3
    problem.refresh_from_db()
    make_result(
        make_model(project, "v1"),
        problem,
        "failing",
        n_cases=3,
        n_scored=3,
        n_failed=3,
        failed_cases=[1, 2, 3],
    )
    status_of(problem)
    assert problem.cases_count == 3


def test_missing_ranges_are_missing_in_the_database_too(project: Project, problem: Problem) -> None:
    model = make_model(project, "v1")
    make_result(model, problem, "failing")
    status_of(problem)
    assert Problem.objects.filter(introduced_in__isnull=False).exists()
    CandidateModel.objects.update(stage=Stage.ARCHIVED)
    status_of(problem)
    assert Problem.objects.filter(Q(introduced_in__isnull=True) & Q(fixed_in__isnull=True)).count() == 1


def test_repeating_it_writes_and_logs_nothing(project: Project, problem: Problem) -> None:
    model = make_model(project, "v1")
    activate(model, -10)
    make_result(model, problem, "failing")
    assert status_of(problem) == "confirmed"
    before, events = Problem.objects.values().get(), Event.objects.count()
    with CaptureQueriesContext(connection) as captured:
        refresh_problems(project, now=at(5))
    assert not [query for query in captured if query["sql"].startswith(("UPDATE", "INSERT"))]
    assert (Problem.objects.values().get(), Event.objects.count()) == (before, events)


def test_it_listens_to_changes_of_evidence(project: Project, problem: Problem) -> None:
    model = make_model(project, "v1")
    activate(model, -10)
    make_result(model, problem, "fixed")
    evidence_changed.send(sender=Project, project=project, problem_ids=[problem.pk])
    problem.refresh_from_db()
    assert (problem.status, problem.normalized_error) == ("fixed", 0.0)


def test_other_projects_are_left_alone(project: Project, problem: Problem) -> None:
    theirs = make_problem(make_project(), status="confirmed")
    refresh_problems(project)
    theirs.refresh_from_db()
    assert theirs.status == "confirmed"  # though no move says so
    refresh_problems(project, [theirs.pk])
    theirs.refresh_from_db()
    assert theirs.status == "confirmed"


def test_without_an_active_model_any_more(project: Project, problem: Problem) -> None:
    model = make_model(project, "v1")
    activate(model, -10)
    make_result(model, problem, "fixed")
    Activation.objects.create(project=project, model=None, at=at(-5))
    CandidateModel.objects.update(stage=Stage.CANDIDATE)
    assert status_of(problem) == "fix_available"


@pytest.mark.parametrize("settled", [True, False])
def test_queries_do_not_grow_with_problems(settled: bool) -> None:
    def queries(count: int) -> int:
        project = make_project()
        models = [make_model(project, f"v{number}") for number in range(4)]
        activate(models[0], -10)
        for number in range(count):
            problem = make_problem(project, revision=2)
            make_pattern(problem, str(number))
            make_move(problem, "confirmed")
            for model in models if settled or number % 2 else models[:2]:
                make_result(model, problem, "fixed", revision=1)
                make_result(model, problem, "failing")
            make_report(project, problem=problem, model=models[0])
        with CaptureQueriesContext(connection) as captured:
            refresh_problems(project, now=NOW)
        return len(captured)

    assert queries(30) == queries(2) <= 20
