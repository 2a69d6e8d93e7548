"""What becomes of reports: linked, moved, dismissed, reopened."""

from __future__ import annotations

from typing import Any

import pytest

from tests.triage.facts import (
    REPORTER,
    STRANGER,
    TRIAGER,
    VIEWER,
    make_problem,
    make_project,
    make_report,
)
from tracker.problems.models import Problem
from tracker.projects.errors import Invalid, NotAllowed
from tracker.projects.models import Event, Project
from tracker.triage.report_links import (
    dismiss_report,
    dismiss_reports,
    link_report,
    link_reports,
    reopen_report,
    reopen_reports,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project(active_users=100)


def kinds(problem: Problem) -> list[str]:
    return list(Event.objects.about("problem", problem.pk).order_by("pk").values_list("kind", flat=True))


def counts(*problems: Problem) -> list[int]:
    for problem in problems:
        problem.refresh_from_db()
    return [problem.reports_count for problem in problems]


def test_a_linked_report_counts_at_once(project: Project) -> None:
    problem = make_problem(project)
    report = link_report(TRIAGER, make_report(project), problem)
    assert (report.status, report.problem) == ("linked", problem)
    assert counts(problem) == [1]
    assert kinds(problem) == ["reports_linked"]


def test_linking_again_changes_nothing(project: Project) -> None:
    problem = make_problem(project)
    report = link_report(TRIAGER, make_report(project), problem)
    link_report(TRIAGER, report, problem)
    assert kinds(problem) == ["reports_linked"]


def test_a_linked_report_moves_to_another_problem(project: Project) -> None:
    here, there = make_problem(project), make_problem(project)
    report = link_report(TRIAGER, make_report(project), here)
    link_report(TRIAGER, report, there)
    assert counts(here, there) == [0, 1]
    assert kinds(here) == ["reports_linked", "reports_unlinked"]
    assert kinds(there) == ["reports_linked"]


def test_many_at_once_are_one_event(project: Project) -> None:
    here, there = make_problem(project), make_problem(project)
    reports = [make_report(project) for _ in range(3)]
    link_report(TRIAGER, reports[0], here)
    linked = link_reports(TRIAGER, reports, there)
    assert [report.pk for report in linked] == [report.pk for report in reports]
    assert counts(here, there) == [0, 3]
    event = Event.objects.about("problem", there.pk).get()
    assert sorted(event.evidence["reports"]) == [report.pk for report in reports]


def test_dismissing_and_reopening(project: Project) -> None:
    problem = make_problem(project)
    report = link_report(TRIAGER, make_report(project), problem)
    report = dismiss_report(TRIAGER, report, "spam")
    assert (report.status, report.problem, report.dismissed_because) == ("dismissed", None, "spam")
    assert counts(problem) == [0]
    report = reopen_report(TRIAGER, report)
    assert (report.status, report.dismissed_because) == ("new", "")
    assert list(Event.objects.filter(subject="project").order_by("pk").values_list("kind", flat=True)) == [
        "report_dismissed",
        "report_reopened",
    ]


@pytest.mark.parametrize("reason", ["a\0b", "half \ud800", "x" * 2_001])
def test_a_reason_that_cannot_be_stored_is_refused(project: Project, reason: str) -> None:
    report = make_report(project)
    with pytest.raises(Invalid) as refused:
        dismiss_report(TRIAGER, report, reason)
    assert list(refused.value.errors) == ["reason"]
    report.refresh_from_db()
    assert report.status == "new"


def test_only_to_a_problem_of_the_same_project(project: Project) -> None:
    ours, theirs = make_report(project), make_report(make_project())
    problem = make_problem(project)
    with pytest.raises(Invalid):
        link_reports(TRIAGER, [ours, theirs], problem)
    ours.refresh_from_db()
    assert ours.status == "new"


def test_many_are_dismissed_and_reopened_with_one_event_each(project: Project) -> None:
    reports = [make_report(project) for _number in range(3)]
    dismissed = dismiss_reports(TRIAGER, project, reports, "  spam ")
    assert [(report.status, report.dismissed_because) for report in dismissed] == [("dismissed", "spam")] * 3
    back = reopen_reports(TRIAGER, project, reports)
    assert [(report.status, report.dismissed_because) for report in back] == [("new", "")] * 3
    told = Event.objects.about("project", project.pk).filter(kind__startswith="report_").order_by("pk")
    assert [(event.kind, len(event.evidence["reports"])) for event in told] == [
        ("report_dismissed", 3),
        ("report_reopened", 3),
    ]


def test_reopening_many_takes_each_from_its_problem(project: Project) -> None:
    here, there = make_problem(project), make_problem(project)
    one = link_report(TRIAGER, make_report(project), here)
    other = link_report(TRIAGER, make_report(project), there)
    reopen_reports(TRIAGER, project, [one, other])
    assert counts(here, there) == [0, 0]
    assert kinds(here)[-1] == kinds(there)[-1] == "reports_unlinked"


@pytest.mark.parametrize("settle", [dismiss_reports, reopen_reports])
def test_none_is_settled_where_one_is_of_another_project(project: Project, settle: Any) -> None:
    ours, theirs = dismiss_report(TRIAGER, make_report(project), "x"), make_report(make_project())
    with pytest.raises(Invalid):
        settle(TRIAGER, project, [ours, theirs])
    ours.refresh_from_db()
    assert (ours.status, ours.dismissed_because) == ("dismissed", "x")


@pytest.mark.parametrize("actor", [REPORTER, VIEWER, STRANGER])
def test_who_may_not_write_is_refused(project: Project, actor: Any) -> None:
    report, problem = make_report(project), make_problem(project)
    with pytest.raises(NotAllowed):
        link_report(actor, report, problem)
    with pytest.raises(NotAllowed):
        dismiss_report(actor, report)
    with pytest.raises(NotAllowed):
        reopen_report(actor, report)
    report.refresh_from_db()
    assert report.status == "new"
