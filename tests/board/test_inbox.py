"""The inbox, and reporting by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.board.conftest import Scene, report
from tests.board.visitors import Visitor, told, words
from tests.factories import make_outputs, make_problem, make_project
from tracker.projects.changes import set_member
from tracker.projects.models import User
from tracker.projects.rights import SYSTEM, Role
from tracker.triage.models import Report


def test_new_reports_stand_newest_first(scene: Scene, as_viewer: Visitor) -> None:
    report(scene.project, "so good it hurts", predicted="neutral", expected=None, comment="No!")
    text = words(as_viewer.get("inbox"))
    assert "Inbox 2 2 new reports" in text
    newer = text.index("so good it hurts said neutral expected something else No!")
    assert newer < text.index("not a bad start said negative expected positive")
    assert "I meant it kindly" not in text  # it is part of a problem already


def test_hints_tell_who_else_reports_it(scene: Scene, as_viewer: Visitor) -> None:
    report(scene.project, "not a bad start", reporter="carl", expected=None)
    report(scene.project, "something else", reporter="carl")
    page = as_viewer.get("inbox")
    assert words(page).count("2 reports of this input") == 2
    assert 'title="2 known reporters"' in page.content.decode()
    assert words(page).count("2 by this reporter") == 2
    report(scene.project, "nobody's", reporter="")
    assert "reporter not known" in words(as_viewer.get("inbox"))


def test_what_the_model_does_not_repeat_is_marked(scene: Scene, as_viewer: Visitor) -> None:
    assert "reproduced" not in words(as_viewer.get("inbox"))
    make_outputs(scene.v1, {"not a bad start": "positive"})
    assert "not reproduced" in words(as_viewer.get("inbox"))


@pytest.mark.parametrize("named", ["#1 Negation read as anger", "1", "negation"])
def test_ticked_reports_become_part_of_a_problem(scene: Scene, as_triager: Visitor, named: str) -> None:
    other = report(scene.project, "another")
    ids = [scene.new_report.pk, other.pk]
    answer = as_triager.post("settle_reports", action="link", report=ids, problem=named)
    assert told(answer) == "2 reports are now part of #1 Negation read as anger."
    assert set(Report.objects.filter(pk__in=ids).values_list("status", "problem")) == {
        ("linked", scene.problem.pk)
    }


def test_ticked_reports_are_dismissed_and_brought_back(scene: Scene, as_triager: Visitor) -> None:
    ids = [scene.new_report.pk]
    as_triager.post("settle_reports", action="dismiss", report=ids, reason="the label is right")
    assert "No new report" in words(as_triager.get("inbox"))
    assert "the label is right Undo" in words(as_triager.get("inbox", status="dismissed"))
    as_triager.post("reopen_report", ids[0])
    scene.new_report.refresh_from_db()
    assert scene.new_report.status == "new"


def test_ticked_reports_lead_to_a_new_problem(scene: Scene, as_triager: Visitor) -> None:
    other = report(scene.project, "another")
    answer = as_triager.post("settle_reports", action="new", report=[scene.new_report.pk, other.pk])
    assert answer[
        "Location"
    ] == f"/projects/reviews/new-problem/?report={scene.new_report.pk}&report={other.pk}" or (
        answer["Location"] == f"/projects/reviews/new-problem/?report={other.pk}&report={scene.new_report.pk}"
    )
    answer = as_triager.post("settle_reports", new_from=[other.pk], report=[scene.new_report.pk])
    assert answer["Location"] == f"/projects/reviews/new-problem/?report={other.pk}"


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"action": "link", "problem": "#1", "report": []}, "Tick at least one report first."),
        ({"action": "link", "problem": "nonsense"}, "Say which problem: choose one from the list."),
        ({"action": "dismiss", "reason": " "}, "Say why they are dismissed."),
        ({"action": "dismiss", "reason": "x" * 2001}, "at most 2,000 characters"),
        ({}, "Choose what to do with them."),
    ],
)
def test_what_is_missing_is_told_and_the_ticks_stay(
    scene: Scene, as_triager: Visitor, sent: dict[str, Any], text: str
) -> None:
    answer = as_triager.post("settle_reports", **{"report": [scene.new_report.pk]} | sent)
    assert answer.status_code == 400
    assert text in words(answer)
    page = answer.content.decode()
    assert page.count(" checked>") == (0 if sent.get("report") == [] else 1)
    assert sent.get("problem", "") in page
    scene.new_report.refresh_from_db()
    assert scene.new_report.status == "new"


def test_a_dismissal_is_whole_or_not_at_all(scene: Scene, as_reporter: Visitor) -> None:
    answer = as_reporter.post("settle_reports", action="dismiss", report=[scene.new_report.pk], reason="x")
    assert answer.status_code == 400
    scene.new_report.refresh_from_db()
    assert scene.new_report.status == "new"


def test_reports_of_other_projects_cannot_be_settled(scene: Scene, as_triager: Visitor) -> None:
    other = make_project(labels=["negative", "positive"])
    theirs = report(other, "theirs")
    answer = as_triager.post("settle_reports", action="link", report=[theirs.pk], problem="#1")
    assert answer.status_code == 400
    theirs.refresh_from_db()
    assert theirs.problem is None


def test_the_number_of_queries_does_not_grow(scene: Scene, as_triager: Visitor) -> None:
    few = as_triager.queries("inbox")
    for number in range(10):
        report(scene.project, f"text {number}", reporter=f"reporter {number}")
        make_problem(scene.project)
    assert as_triager.queries("inbox") <= few


def test_long_lists_have_pages(scene: Scene, as_viewer: Visitor) -> None:
    for number in range(26):
        report(scene.project, f"text {number}")
    assert "1 to 25 of 27" in words(as_viewer.get("inbox"))
    assert "not a bad start" in words(as_viewer.get("inbox", page=2))


def test_an_empty_inbox_says_where_reports_come_from(as_reporter: Visitor) -> None:
    page = as_reporter.get("inbox")
    assert "No new report" in words(page)
    assert "/projects/reviews/report/" in page.content.decode()


FILED = {
    "input": " not half bad",
    "predicted": "negative",
    "expected": "positive",
    "comment": "",
    "reporter": "reporter",
}


def test_a_person_reports_a_wrong_prediction(scene: Scene, as_reporter: Visitor) -> None:
    assert 'value="reporter"' in as_reporter.get("file_report").content.decode()
    as_reporter.post("file_report", **FILED)
    filed = Report.objects.latest("pk")
    assert filed.example.input == " not half bad"
    assert (filed.predicted, filed.expected) == ({"label": "negative"}, {"label": "positive"})
    assert filed.model == scene.v1  # not said: the one that is active
    assert filed.reporter
    assert filed.reporter != "reporter"


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"input": ""}, "This field is required."),
        ({"predicted": "sad"}, "not one of the available choices"),
        ({"predicted": ""}, "This field is required."),
        ({"comment": "x" * 10_001}, "at most 10000 characters"),
    ],
)
def test_a_wrong_report_is_told_and_kept(
    scene: Scene, as_reporter: Visitor, wrong: dict[str, Any], text: str
) -> None:
    answer = as_reporter.post("file_report", **FILED | wrong)
    assert answer.status_code == 400
    assert text in words(answer)
    assert '<option value="positive" selected>' in answer.content.decode()


@pytest.mark.parametrize(
    ("task", "typed", "stored"), [("regression", "3.5", {"value": 3.5}), ("text", "3.5", {"text": "3.5"})]
)
def test_outputs_of_other_tasks(admin: User, task: str, typed: str, stored: dict[str, Any]) -> None:
    project = make_project(task=task, input_kind="json", labels=[])
    set_member(SYSTEM, project, admin, Role.ADMIN)
    visitor = Visitor(project, admin)
    visitor.post("file_report", input="[1, 2]", predicted=typed)
    filed = Report.objects.get(project=project)
    assert (filed.example.input, filed.predicted, filed.expected) == ([1, 2], stored, None)
    if task == "regression":
        assert "Give a number." in words(visitor.post("file_report", input="[1]", predicted="many"))
