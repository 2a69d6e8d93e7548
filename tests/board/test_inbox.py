"""The inbox, and reporting by hand."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from tests.board.conftest import Scene, report
from tests.board.visitors import Visitor, told, words
from tests.factories import make_model, make_outputs, make_problem, make_project
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


def test_what_the_model_says_instead_is_told(scene: Scene, as_viewer: Visitor) -> None:
    make_outputs(scene.v1, {"not a bad start": "positive"})
    text = words(as_viewer.get("inbox"))
    assert "not reproduced v1 says positive for this input, so the report selects no case" in text


def test_a_volatile_model_that_says_otherwise_now_is_no_evidence(scene: Scene, as_viewer: Visitor) -> None:
    volatile = make_model(scene.project, "live", frozen=False)
    make_outputs(volatile, {"not a bad start": "positive"})
    report(scene.project, "not a bad start", model="live")
    assert "not reproduced" not in words(as_viewer.get("inbox"))


@pytest.mark.parametrize("field", ["problem", "q"])
@pytest.mark.parametrize("named", ["#1 Negation read as anger", "1", "negation"])
def test_reports_become_part_of_a_problem(scene: Scene, as_triager: Visitor, field: str, named: str) -> None:
    other = report(scene.project, "another")
    ids = [scene.new_report.pk, other.pk]
    answer = as_triager.post("link_reports", report=ids, **{field: named})
    assert told(answer) == "2 reports are now part of #1 Negation read as anger."
    assert set(Report.objects.filter(pk__in=ids).values_list("status", "problem")) == {
        ("linked", scene.problem.pk)
    }
    listed = words(as_triager.get("inbox", status="linked"))
    assert "#1 Negation read as anger Put back" in listed


def test_reports_are_dismissed_and_brought_back(scene: Scene, as_triager: Visitor) -> None:
    ids = [scene.new_report.pk]
    answer = as_triager.post("dismiss_reports", report=ids, common="right", reason="see the guide")
    assert told(answer) == "1 report dismissed."
    assert "No new report" in words(as_triager.get("inbox"))
    assert "The prediction is right: see the guide Put back" in words(
        as_triager.get("inbox", status="dismissed")
    )
    as_triager.post("reopen_reports", report=ids)
    scene.new_report.refresh_from_db()
    assert scene.new_report.status == "new"


def undo_form(page: Any) -> tuple[str, dict[str, list[str]]]:
    """Return where the undo button of the newest message posts to, and what."""
    form = re.findall(
        r'<form method="post" action="([^"]*)">(?:(?!</form>).)*?data-key="u".*?</form>',
        page.content.decode(),
        flags=re.DOTALL,
    )
    whole = re.search(
        rf'<form method="post" action="{form[-1]}">(?:(?!<form).)*?data-key="u"',
        page.content.decode(),
        re.DOTALL,
    )
    assert whole is not None
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', whole.group()):
        fields.setdefault(name, []).append(html.unescape(value))
    return form[-1], fields


def test_what_was_done_is_undone_in_one_go(scene: Scene, as_triager: Visitor) -> None:
    other = report(scene.project, "another")
    ids = [scene.new_report.pk, other.pk]
    as_triager.post("link_reports", report=ids, problem="#1")
    address, fields = undo_form(as_triager.get("inbox"))
    assert sorted(fields["report"]) == sorted(str(pk) for pk in ids)
    as_triager.client.post(address, fields)
    assert list(Report.objects.filter(pk__in=ids).values_list("status", flat=True)) == ["new", "new"]


def test_taking_a_report_away_from_a_problem_is_undone_too(scene: Scene, as_triager: Visitor) -> None:
    page = as_triager.url("problem", 1)
    answer = as_triager.post("reopen_reports", report=[scene.report.pk], next=page)
    assert answer["Location"] == page
    address, fields = undo_form(as_triager.client.get(page))
    assert as_triager.client.post(address, fields)["Location"] == page
    scene.report.refresh_from_db()
    assert (scene.report.status, scene.report.problem) == ("linked", scene.problem)


def test_ticked_reports_lead_to_a_new_problem(scene: Scene, as_triager: Visitor) -> None:
    other = report(scene.project, "another")
    page = as_triager.get("new_problem", report=[scene.new_report.pk, other.pk])
    assert "From 2 reports" in words(page)


@pytest.mark.parametrize(
    ("act", "sent", "text"),
    [
        ("link_reports", {"problem": "#1", "report": []}, "Tick at least one report first."),
        ("link_reports", {"q": "nonsense"}, "Say which problem: choose one from the list."),
        ("dismiss_reports", {"reason": " "}, "Say why they are dismissed."),
        ("dismiss_reports", {"reason": "x" * 2001}, "at most 2000 characters"),
        ("dismiss_reports", {"common": "right", "reason": "x" * 1999}, "at most 2,000 characters"),
        ("dismiss_reports", {"common": "no such"}, "not one of the available choices"),
    ],
)
def test_what_is_missing_is_told_and_what_was_typed_stays(
    scene: Scene, as_triager: Visitor, act: str, sent: dict[str, Any], text: str
) -> None:
    answer = as_triager.post(act, **{"report": [scene.new_report.pk]} | sent)
    assert answer.status_code == 400
    assert text in words(answer)
    assert sent.get("q", "") in answer.content.decode()
    scene.new_report.refresh_from_db()
    assert scene.new_report.status == "new"


@pytest.mark.parametrize("act", ["link_reports", "dismiss_reports"])
def test_an_act_says_what_it_is_about(scene: Scene, as_triager: Visitor, act: str) -> None:
    page = as_triager.get(act, report=[scene.new_report.pk])
    assert "1 report" in words(page)
    assert "not a bad start" in words(page)
    nothing = as_triager.get(act)
    assert "Tick at least one report first." in words(nothing)
    dialog = as_triager.get(act, htmx={"HX-Target": "dialog"}, report=[scene.new_report.pk])
    assert "<html" not in dialog.content.decode()


def test_htmx_gets_the_list_as_it_is_then(scene: Scene, as_triager: Visitor) -> None:
    report(scene.project, "another")
    here = {"HX-Target": "inbox", "HX-Current-URL": "http://testserver/projects/reviews/inbox/"}
    answer = as_triager.post("dismiss_reports", htmx=here, report=[scene.new_report.pk], common="try")
    assert answer.status_code == 200
    assert answer["HX-Trigger"] == "dialog-close"
    assert "another" in words(answer)
    assert "not a bad start" not in words(answer)
    assert "1 report dismissed. Undo" in words(answer)
    assert "1 new report" in words(answer)
    refused = as_triager.post("dismiss_reports", htmx=here, report=[scene.new_report.pk])
    assert refused["HX-Retarget"] == "#dialog"
    assert "Say why they are dismissed." in words(refused)


@pytest.mark.parametrize("act", ["link_reports", "dismiss_reports", "reopen_reports"])
def test_who_may_settle(
    scene: Scene, as_reporter: Visitor, as_viewer: Visitor, as_stranger: Visitor, act: str
) -> None:
    sent = {"report": [scene.new_report.pk, scene.report.pk], "problem": "#1", "common": "right"}
    for visitor in (as_viewer, as_reporter):
        visitor.post(act, **sent)
    assert as_stranger.post(act, **sent).status_code == 404
    for each, status in ((scene.new_report, "new"), (scene.report, "linked")):
        each.refresh_from_db()
        assert each.status == status
    assert 'data-key="l"' not in as_viewer.get("inbox").content.decode()


@pytest.mark.parametrize("act", ["link_reports", "dismiss_reports", "reopen_reports"])
def test_reports_of_other_projects_cannot_be_settled(scene: Scene, as_triager: Visitor, act: str) -> None:
    other = make_project(labels=["negative", "positive"])
    theirs = report(other, "theirs")
    as_triager.post(act, report=[theirs.pk], problem="#1", common="right")
    theirs.refresh_from_db()
    assert (theirs.status, theirs.problem) == ("new", None)


def test_the_number_of_queries_does_not_grow(scene: Scene, as_triager: Visitor) -> None:
    few = as_triager.queries("inbox")
    for number in range(10):
        report(scene.project, f"text {number}", reporter=f"reporter {number}")
        make_problem(scene.project)
    assert as_triager.queries("inbox") <= few
    ids = list(Report.objects.new().values_list("pk", flat=True))
    few = as_triager.queries("link_reports", report=ids[:1])
    assert as_triager.queries("link_reports", report=ids) <= few


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


def test_an_undo_takes_back_nothing_that_somebody_did_since(
    scene: Scene, as_triager: Visitor, as_admin: Visitor
) -> None:
    other = make_problem(scene.project)
    as_triager.post("dismiss_reports", report=scene.new_report.pk, common="right")
    address, fields = undo_form(as_triager.get("inbox"))
    as_admin.post("link_reports", report=scene.new_report.pk, problem=f"#{other.number}")
    answer = as_triager.client.post(address, fields)
    assert "Somebody settled 1 of these reports otherwise meanwhile" in told(answer)
    scene.new_report.refresh_from_db()
    assert scene.new_report.problem == other


def test_a_form_that_stood_open_settles_nothing_that_is_settled_since(
    scene: Scene, as_triager: Visitor, as_admin: Visitor
) -> None:
    pk = scene.new_report.pk
    page = as_triager.get("dismiss_reports", report=pk).content.decode()
    seen = re.findall(r'name="seen" value="([^"]*)"', page)
    as_admin.post("link_reports", report=pk, problem=f"#{scene.problem.number}")
    for _again in range(2):  # the refused form keeps what was seen
        answer = as_triager.post("dismiss_reports", report=pk, common="right", seen=seen)
        assert answer.status_code == 400
        assert "Somebody settled 1 of these reports otherwise meanwhile" in words(answer)
    scene.new_report.refresh_from_db()
    assert scene.new_report.problem == scene.problem
    again = as_triager.get("dismiss_reports", report=pk)
    assert "1 of these reports is settled already; going on moves it." in words(again)


@pytest.mark.parametrize("page", ["problem", "inbox"])
def test_unlinking_takes_a_report_from_where_it_was_seen_only(
    scene: Scene, as_triager: Visitor, as_admin: Visitor, page: str
) -> None:
    answer = as_triager.get("problem", 1) if page == "problem" else as_triager.get("inbox", status="linked")
    (seen,) = re.findall(r'name="seen"\s+value="([^"]*)"', answer.content.decode())
    other = make_problem(scene.project)
    as_admin.post("link_reports", report=scene.report.pk, problem=f"#{other.number}")
    as_triager.post("reopen_reports", report=scene.report.pk, seen=seen)
    scene.report.refresh_from_db()
    assert scene.report.problem == other
    as_triager.post("reopen_reports", report=scene.report.pk, seen=f"{scene.report.pk} linked:{other.pk}")
    scene.report.refresh_from_db()
    assert scene.report.problem is None
