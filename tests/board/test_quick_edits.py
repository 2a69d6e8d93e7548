"""Setting the assignee, the harm and the users affected by small forms of their own."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.board.conftest import Scene
from tests.board.visitors import Visitor, told, words
from tests.factories import make_problem
from tracker.problems.models import Problem
from tracker.problems.problem_changes import update_problem
from tracker.projects.rights import SYSTEM


def choices(answer: Any) -> list[tuple[str, bool]]:
    """Return what can be chosen, and whether it is."""
    boxes = re.findall(r'<input type="radio"[^>]*>', answer.content.decode())
    return [(re.findall(r'value="([^"]*)"', box)[0], "checked" in box) for box in boxes]


def test_the_person_who_assigns_comes_first_and_is_proposed(
    scene: Scene, as_triager: Visitor, admin: Any
) -> None:
    page = as_triager.get("assign_problem", 1)
    assert choices(page) == [("triager", True), ("", False), ("admin", False)]
    assert "triager (me)" in words(page)


def test_assigning_and_taking_it_back(scene: Scene, as_triager: Visitor) -> None:
    answer = as_triager.post("assign_problem", 1, assignee="triager")
    assert answer["Location"] == "/projects/reviews/problems/1/"
    assert told(answer) == "#1 is assigned to triager."
    assert choices(as_triager.get("assign_problem", 1)) == [("triager", True), ("", False)]
    assert told(as_triager.post("assign_problem", 1, assignee="")) == "#1 is assigned to nobody."
    assert Problem.objects.get(number=1).assignee is None


def test_only_members_can_be_assigned(scene: Scene, as_triager: Visitor, stranger: Any) -> None:
    answer = as_triager.post("assign_problem", 1, assignee="stranger")
    assert answer.status_code == 400
    assert Problem.objects.get(number=1).assignee is None


def test_the_harm_is_chosen_from_the_scale_of_the_project(scene: Scene, as_triager: Visitor) -> None:
    page = as_triager.get("set_harm", 1)
    assert choices(page) == [
        ("negligible", False), ("minor", False), ("moderate", False), ("major", True), ("severe", False), ("", False)
    ]  # fmt: skip
    assert "severe × 8" in words(page)
    assert told(as_triager.post("set_harm", 1, harm="severe")) == "#1: its harm is severe."
    scene.problem.refresh_from_db()
    # 0.1 % of the users, all cases fail: 0.1 x 1 x 8
    assert scene.problem.priority == pytest.approx(0.8)


def test_a_harm_given_as_a_number_stays_unless_another_is_chosen(scene: Scene, as_triager: Visitor) -> None:
    update_problem(SYSTEM, scene.problem, {"harm": 4})
    assert ("=", True) in choices(as_triager.get("set_harm", 1))
    as_triager.post("set_harm", 1, harm="=")
    assert Problem.objects.get(number=1).harm == 4
    as_triager.post("set_harm", 1, harm="")
    assert Problem.objects.get(number=1).harm is None


def test_users_affected_by_hand_need_a_reason(scene: Scene, as_triager: Visitor) -> None:
    answer = as_triager.post("set_reach", 1, users_affected_percent="30")
    assert answer.status_code == 400
    assert "Say where the percentage is from." in words(answer)
    answer = as_triager.post("set_reach", 1, users_affected_percent="30", users_affected_reason="a survey")
    assert told(answer).replace("\N{NO-BREAK SPACE}", " ") == "#1 affects 30 % of the users."
    # 30 x 1 x 5
    assert Problem.objects.get(number=1).priority == pytest.approx(150)
    assert as_triager.post("set_reach", 1, users_affected_percent="130").status_code == 400


def test_an_empty_percentage_goes_back_to_the_reports(scene: Scene, as_triager: Visitor) -> None:
    as_triager.post("set_reach", 1, users_affected_percent="30", users_affected_reason="a survey")
    as_triager.post("set_reach", 1, users_affected_percent="", users_affected_reason="a survey")
    problem = Problem.objects.get(number=1)
    # one reporter of 1000 active users
    assert problem.users_affected_percent == pytest.approx(0.1)
    assert problem.users_affected_reason == ""


FORMS = [
    ("assign_problem", {"assignee": "reporter"}),
    ("set_harm", {"harm": "severe"}),
    ("set_reach", {"users_affected_percent": "30", "users_affected_reason": "a survey"}),
]


@pytest.mark.parametrize(("page", "sent"), FORMS)
def test_who_may_not_write_is_told_and_changes_nothing(
    scene: Scene, as_reporter: Visitor, as_stranger: Visitor, page: str, sent: dict[str, str]
) -> None:
    before = Problem.objects.values().get(number=1)
    answer = as_reporter.post(page, 1, **sent)
    assert answer.status_code == 400
    assert "This needs the right to change problems" in words(answer)
    assert as_stranger.post(page, 1, **sent).status_code == 404
    assert Problem.objects.values().get(number=1) == before


def test_the_page_of_a_problem_leads_to_the_forms_for_who_may(
    scene: Scene, as_viewer: Visitor, as_triager: Visitor
) -> None:
    links = [f"/projects/reviews/problems/1/{name}/" for name in ("reach", "harm", "assign")]
    page = as_triager.get("problem", 1).content.decode()
    assert all(f'href="{link}"' in page for link in links)
    page = as_viewer.get("problem", 1).content.decode()
    assert not any(f'href="{link}"' in page for link in links)


def dialog(under: str) -> dict[str, str]:
    return {"HX-Target": "dialog", "HX-Current-URL": f"http://testserver/projects/reviews/{under}"}


def test_a_dialog_gets_the_form_alone(scene: Scene, as_triager: Visitor) -> None:
    page = as_triager.get("set_harm", 1, htmx=dialog("?harm=major")).content.decode()
    assert "<html" not in page
    assert 'hx-post="/projects/reviews/problems/1/harm/"' in page


def test_after_a_dialog_the_board_is_as_filtered(scene: Scene, as_triager: Visitor) -> None:
    make_problem(scene.project, title="Of other harm", harm="minor")
    answer = as_triager.post("assign_problem", 1, assignee="triager", htmx=dialog("?harm=major"))
    assert answer["HX-Retarget"] == "#board"
    assert answer["HX-Trigger"] == "dialog-close"
    text = words(answer)
    assert "Negation read as anger" in text
    assert "Of other harm" not in text
    assert "#1 is assigned to triager." in text
    assert 'id="strip"' in answer.content.decode()


def test_after_a_dialog_the_table_is_as_sorted(scene: Scene, as_triager: Visitor) -> None:
    make_problem(scene.project, title="Another")
    answer = as_triager.post("set_harm", 2, harm="minor", htmx=dialog("?view=table&sort=-number"))
    page = answer.content.decode()
    assert page.index("Another") < page.index("Negation read as anger")
    assert 'href="?view=table&amp;sort=number"' in page


def test_after_a_dialog_any_other_page_refreshes_itself(scene: Scene, as_triager: Visitor) -> None:
    answer = as_triager.post("set_harm", 1, harm="minor", htmx=dialog("problems/1/"))
    assert answer["HX-Trigger"] == "dialog-close, results-changed"
    assert answer["HX-Retarget"] == "#messages"
    assert "#1: its harm is minor." in words(answer)


def test_what_is_wrong_is_said_in_the_dialog(scene: Scene, as_triager: Visitor) -> None:
    answer = as_triager.post("set_reach", 1, users_affected_percent="30", htmx=dialog(""))
    assert answer.status_code == 400
    assert "<html" not in answer.content.decode()
    assert "Say where the percentage is from." in words(answer)


def test_a_move_in_a_dialog_answers_with_the_board(scene: Scene, as_triager: Visitor) -> None:
    answer = as_triager.post("move_problem", 1, to="triage", htmx=dialog("?harm=major"))
    assert answer["HX-Retarget"] == "#board"
    assert "#1 is now: Triage." in words(answer)
    refused = as_triager.post("move_problem", 1, to="rejected", htmx=dialog(""))
    assert refused.status_code == 400
    assert "Say why." in words(refused)
