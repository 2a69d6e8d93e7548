"""Making and editing problems."""

from __future__ import annotations

from typing import Any

import pytest

from tests.board.conftest import Scene, report
from tests.board.visitors import Visitor, words
from tests.factories import make_problem
from tracker.problems.models import CaseSource, Problem
from tracker.projects.models import Project

NEW = {
    "title": "Irony is lost",
    "harm": "minor",
    "assignee": "triager",
    "labels": "nlp, irony",
    "description": "a\r\nb",
}
EDIT = NEW | {"rule": "bound", "max_error": "0.1", "confidence": "0.9", "min_cases": "5"}


def test_a_problem_is_made(project: Project, as_triager: Visitor) -> None:
    answer = as_triager.post("new_problem", **NEW)
    problem = project.problems.get()
    assert answer["Location"] == "/projects/reviews/problems/1/"
    assert (problem.title, problem.harm, problem.labels, problem.description) == (
        "Irony is lost", 2.0, ["nlp", "irony"], "a\nb",
    )  # fmt: skip
    assert problem.assignee is not None
    assert problem.assignee.username == "triager"
    assert problem.status == "triage"


def test_without_a_title_nothing_is_made_and_the_rest_is_kept(project: Project, as_triager: Visitor) -> None:
    answer = as_triager.post("new_problem", **NEW | {"title": ""})
    assert answer.status_code == 400
    assert "This field is required." in words(answer)
    assert 'value="nlp, irony"' in answer.content.decode()
    assert not project.problems.exists()


def test_reports_become_a_problem_with_its_patterns(scene: Scene, as_triager: Visitor) -> None:
    other = report(scene.project, "a number is wanted", expected=None)
    ids = [scene.new_report.pk, other.pk]
    page = as_triager.get("new_problem", report=ids)
    assert "From 2 reports" in words(page)
    as_triager.post("new_problem", **NEW, report=ids, with_patterns="on")
    problem = Problem.objects.get(title="Irony is lost")
    assert sorted(problem.reports.values_list("pk", flat=True)) == ids
    assert problem.revision == 1
    assert sorted(pattern.expectation for pattern in problem.patterns.all()) == [
        '{"label":"negative","type":"not_equals"}',
        '{"label":"positive","type":"equals"}',
    ]
    # the model that was active failed them, so no model is judged on them that was selected so
    assert set(CaseSource.objects.filter(case__problem=problem).values_list("kind", "version")) == {
        ("selected_on", "v1")
    }


def test_reports_can_be_taken_without_patterns(scene: Scene, as_triager: Visitor) -> None:
    as_triager.post("new_problem", **NEW, report=[scene.new_report.pk])
    problem = Problem.objects.get(title="Irony is lost")
    assert problem.reports_count == 1
    assert problem.revision == 0


def test_a_refused_problem_leaves_its_reports_in_the_inbox(scene: Scene, as_viewer: Visitor) -> None:
    answer = as_viewer.post(
        "new_problem", **NEW | {"assignee": ""}, report=[scene.new_report.pk], with_patterns="on"
    )
    assert answer.status_code == 400
    assert "This needs the right to change problems" in words(answer)
    assert 'value="Irony is lost"' in answer.content.decode()
    scene.new_report.refresh_from_db()
    assert scene.new_report.status == "new"
    assert not Problem.objects.filter(title="Irony is lost").exists()


def test_a_problem_is_edited(scene: Scene, as_triager: Visitor) -> None:
    hand = {"users_affected_percent": "12.5", "users_affected_reason": "a survey"}
    own = {"own_criterion": "on", "rule": "every_case"}
    as_triager.post("edit_problem", 1, **EDIT | hand | own)
    scene.problem.refresh_from_db()
    assert scene.problem.title == "Irony is lost"
    assert scene.problem.users_affected_percent == 12.5
    assert scene.problem.criterion.rule == "every_case"
    as_triager.post("edit_problem", 1, **EDIT | {"harm": ""})
    scene.problem.refresh_from_db()
    assert scene.problem.fix_criterion is None
    assert scene.problem.harm is None
    assert scene.problem.users_affected_by_hand is None


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"users_affected_percent": "5"}, "Say where the percentage is from."),
        ({"users_affected_percent": "101", "users_affected_reason": "x"}, "less than or equal to 100"),
        ({"own_criterion": "on", "max_error": "1"}, "Must be above 0 and below 1."),
        ({"labels": "x" * 51}, "Give a list of labels"),
        ({"assignee": "stranger"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    scene: Scene, as_triager: Visitor, wrong: dict[str, Any], text: str
) -> None:
    answer = as_triager.post("edit_problem", 1, **EDIT | wrong)
    assert answer.status_code == 400
    assert text in words(answer)
    assert 'class="field-error"' in answer.content.decode()
    scene.problem.refresh_from_db()
    assert scene.problem.title == "Negation read as anger"


def test_a_harm_given_as_a_number_stays(project: Project, as_triager: Visitor) -> None:
    problem = make_problem(project, title="Numbered", harm=4)
    page = as_triager.get("edit_problem", 1).content.decode()
    assert "4, given as a number" in page
    as_triager.post("edit_problem", 1, **EDIT | {"harm": "="})
    problem.refresh_from_db()
    assert (problem.harm, problem.harm_name) == (4.0, None)
