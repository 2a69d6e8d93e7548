from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import equals, make_problem, make_project
from tracker.demo import steps
from tracker.problems.models import OpenRevision, Pattern
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.models import Comment, Move, Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project()


def test_a_move_is_made_once(project: Project) -> None:
    problem = make_problem(project)
    for _ in range(2):
        steps.moved(SYSTEM, problem, "confirmed")
    assert Move.objects.count() == 1


def test_a_comment_is_made_once(project: Project) -> None:
    problem = make_problem(project)
    for _ in range(2):
        steps.commented(SYSTEM, problem, "Look at this.")
    assert Comment.objects.count() == 1


def test_a_problem_is_found_in_the_past_and_what_was_added_since_is_not(project: Project) -> None:
    problem = make_problem(project)
    then = timezone.now() - timedelta(days=40)
    for _ in range(2):
        steps.described_by(SYSTEM, problem, [equals("good")], say=print)
        steps.found_on(problem, then)
        steps.described_by(SYSTEM, problem, [equals("better")], say=print)
    problem.refresh_from_db()
    assert (problem.created_at, problem.revision) == (then, 2)
    added = project.events.filter(kind="patterns_added").order_by("pk")
    assert [event.at == then for event in added] == [True, False]


def test_patterns_are_added_once(project: Project) -> None:
    problem = steps.the_problem(SYSTEM, project, slug="names", title="Names")
    assert steps.the_problem(SYSTEM, project, slug="names", title="Names") == problem
    for _ in range(2):
        steps.described_by(SYSTEM, problem, [equals("fine"), equals("good")], say=print)
    assert Pattern.objects.count() == 2


def test_a_killed_import_is_waited_for(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = make_problem(project)
    claim = OpenRevision.objects.create(
        project=project,
        problem=problem,
        revision=1,
        token=uuid.uuid4(),
        lease_until=timezone.now() + timedelta(minutes=1),
    )

    def pass_by(_seconds: float) -> None:
        OpenRevision.objects.filter(pk=claim.pk).update(lease_until=timezone.now() - timedelta(seconds=1))

    monkeypatch.setattr("tracker.demo.steps.time.sleep", pass_by)
    said: list[str] = []
    steps.described_by(SYSTEM, problem, [equals("fine")], say=said.append)
    assert Pattern.objects.count() == 1
    assert len(said) == 1


def test_a_pattern_that_is_refused_ends_the_load(project: Project) -> None:
    with pytest.raises(steps.DemoFailed, match="Line 2"):
        steps.described_by(
            SYSTEM, make_problem(project), [equals("fine"), equals("good", label="none such")], say=print
        )


def test_the_product_files_reports_once_and_may_do_nothing_else(project: Project) -> None:
    product = steps.the_product(SYSTEM, project, "reader")
    assert product.only_files_reports
    body = {"input": "fine", "predicted": "negative", "external_id": "7"}
    for _ in range(2):
        again = steps.the_product(SYSTEM, project, "reader")
        assert list(steps.reported(again, project, [body])) == ["7"]
    assert Report.objects.count() == 1
    assert project.tokens.count() == 1
