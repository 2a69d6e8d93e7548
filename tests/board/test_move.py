"""Moving a problem by the forms on its page."""

from __future__ import annotations

from tests.board.conftest import Scene
from tests.board.visitors import Visitor, words
from tests.factories import make_problem
from tracker.problems.models import Problem


def test_only_legal_moves_are_offered(scene: Scene, as_triager: Visitor) -> None:
    # confirmed stands, and the active model is failing: neither Confirm nor Close by hand
    text = words(as_triager.get("move_problem", 1))
    for word in ("Start work", "Back to triage", "Mark as a duplicate…", "Reject…"):
        assert word in text
    assert "Close by hand" not in text
    assert "Confirm " not in text


def test_a_move_that_asks_nothing_is_one_press(scene: Scene, as_triager: Visitor) -> None:
    answer = as_triager.post("move_problem", 1, to="triage")
    assert answer["Location"] == "/projects/reviews/problems/1/"
    scene.problem.refresh_from_db()
    assert scene.problem.status == "triage"


def test_a_rejection_asks_for_its_reason(scene: Scene, as_triager: Visitor) -> None:
    assert "label error" in words(as_triager.get("move_problem", 1, to="rejected"))
    answer = as_triager.post("move_problem", 1, to="rejected", reason=" ")
    assert answer.status_code == 400
    assert "Say why." in words(answer)
    as_triager.post("move_problem", 1, to="rejected", reason="label error")
    scene.problem.refresh_from_db()
    assert scene.problem.status == "rejected"
    assert "Rejected by triager: label error." in words(as_triager.get("problem", 1))


def test_a_duplicate_names_the_other_problem(scene: Scene, as_triager: Visitor) -> None:
    other = make_problem(scene.project, title="The same")
    page = as_triager.get("move_problem", other.number, to="duplicate")
    assert 'value="#1 Negation read as anger"' in page.content.decode()
    for wrong, text in [("", "Say which problem"), ("#99", "no such problem"), ("#2", "duplicate of itself")]:
        answer = as_triager.post("move_problem", other.number, to="duplicate", duplicate_of=wrong)
        assert answer.status_code == 400
        assert text in words(answer)
    as_triager.post("move_problem", other.number, to="duplicate", duplicate_of="#1 Negation read as anger")
    other.refresh_from_db()
    assert other.duplicate_of == scene.problem


def test_a_move_that_is_not_legal_any_more_says_what_is(scene: Scene, as_triager: Visitor) -> None:
    answer = as_triager.post("move_problem", 1, to="fixed", reason="it is fine now")
    assert answer.status_code == 400
    assert "legal moves are: triage, in_progress, rejected, duplicate" in words(answer)
    assert "it is fine now" in answer.content.decode()


def test_evidence_columns_are_no_moves(scene: Scene, as_triager: Visitor) -> None:
    assert as_triager.post("move_problem", 1, to="regressed").status_code == 404


def test_a_dialog_gets_the_form_alone_and_leads_back(scene: Scene, as_triager: Visitor) -> None:
    headers = {
        "HX-Target": "dialog", "HX-Current-URL": "http://testserver/projects/reviews/?q=nega",
    }  # fmt: skip
    page = as_triager.get("move_problem", 1, to="rejected", htmx=headers).content.decode()
    assert "<html" not in page
    assert 'name="next" value="/projects/reviews/?q=nega"' in page
    answer = as_triager.post("move_problem", 1, to="rejected", reason="x", next="/projects/reviews/?q=nega")
    assert answer["Location"] == "/projects/reviews/?q=nega"


def test_nobody_is_led_to_another_site(scene: Scene, as_triager: Visitor) -> None:
    answer = as_triager.post("move_problem", 1, to="triage", next="https://example.org/")
    assert answer["Location"] == "/projects/reviews/problems/1/"


def test_who_may_not_move_is_told(scene: Scene, as_reporter: Visitor) -> None:
    answer = as_reporter.post("move_problem", 1, to="in_progress")
    assert answer.status_code == 400
    assert "This needs the right to change problems" in words(answer)
    assert Problem.objects.get(number=1).status == "fix_available"
