"""Settings, members and tokens."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest

from tests.board.conftest import N_CASES, Scene
from tests.board.visitors import Visitor, told, words
from tests.factories import evaluate, make_model
from tracker.projects.models import Project, Token, User

SENT = {
    "name": "Reviews of films", "labels": "bad\ngood", "active_users": "", "window_days": "7",
    "harm_name": ["small", "very large", "", ""], "harm_weight": ["1", "9.5", "", ""],
    "rule": "bound", "max_error": "0.2", "confidence": "0.8",
    "min_cases": "3", "activation_mode": "automatic", "min_cut_percent": "12.5",
}  # fmt: skip


def test_settings_show_what_stands(project: Project, as_admin: Visitor) -> None:
    page = as_admin.get("settings").content.decode()
    assert 'value="Reviews"' in page
    assert "negative\nneutral\npositive</textarea>" in page
    assert re.search(r'name="harm_name"[^>]*value="major"', page)
    assert page.count('name="harm_name"') == 5 + 3  # empty rows for more


def test_the_criterion_is_told_in_numbers(project: Project, as_viewer: Visitor) -> None:
    # 0.9^22 = 0.0985 is the first power at most 0.1; one failure needs 38, see tests/evaluation/test_verdicts.py
    text = words(as_viewer.get("settings"))
    assert "22 clean cases of 22 prove it; with 1 failure it takes 38 cases." in text


def test_what_the_activation_policy_does_is_told(project: Project, as_viewer: Visitor) -> None:
    assert "Nothing goes live by itself." in words(as_viewer.get("settings"))
    project.activation_policy = {"mode": "automatic", "min_cut": 0.25}
    project.save()
    text = words(as_viewer.get("settings"))
    assert "if its gate passes and the remaining impact falls by at least 25 %" in text
    assert "It does not act now: no model is active" in text


def test_what_was_set_is_told_and_kept_to_the_last_digit(project: Project, as_admin: Visitor) -> None:
    as_admin.post("settings", **SENT | {"max_error": "0.125", "confidence": "0.975"})
    answer = as_admin.get("settings")
    text = words(answer)
    assert "the remaining impact falls by at least 12.5 %" in text
    assert "the error is at most 12.5 % with 97.5 % confidence" in text
    assert re.search(r'name="min_cut_percent"[^>]*value="12.5"', answer.content.decode())
    # What was set more finely, by another way than this form, stays when something else is saved.
    project.activation_policy = {"mode": "automatic", "min_cut": 0.123456789}
    project.save()
    shown = re.search(
        r'name="min_cut_percent"[^>]*value="([^"]*)"', as_admin.get("settings").content.decode()
    )
    assert shown is not None
    as_admin.post("settings", **SENT | {"min_cut_percent": shown[1]})
    project.refresh_from_db()
    assert project.policy.min_cut == 0.123456789


def test_why_the_activation_policy_does_not_act_is_told(scene: Scene, as_viewer: Visitor) -> None:
    """Settings, the models and the one whose run failed say so."""
    said = "It does not act now: it waits for broken, whose last run failed (ValueError: no such file)."
    broken = make_model(scene.project, "broken")
    run = broken.runs.create(project=scene.project, status="failed", error="ValueError: no such file")
    assert said not in words(as_viewer.get("settings"))
    scene.project.activation_policy = {"mode": "automatic", "min_cut": 0.25}
    scene.project.save()
    pages: list[tuple[str, ...]] = [("settings",), ("models",), ("model", "broken")]
    for page in pages:
        assert said in words(as_viewer.get(*page))
    assert said not in words(as_viewer.get("model", "v2"))
    run.delete()
    assert "It waits until broken is evaluated." in words(as_viewer.get("settings"))
    evaluate(scene.project)
    text = words(as_viewer.get("settings"))
    # Whether one passes its gate is not asked for a page, so nothing is said of it.
    assert "Nothing holds it up: it looks at the candidates when an evaluation ends" in text
    assert "none passes" not in text
    assert "does not act" not in words(as_viewer.get("model", "broken"))


def test_roles_are_explained(project: Project, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("settings"))
    assert "viewer: reads everything, changes nothing reporter: also files reports and comments" in text


def test_members_take_their_data_with_them(scene: Scene, as_viewer: Visitor, as_stranger: Visitor) -> None:
    answer = as_viewer.get("export_project")
    assert answer["Content-Disposition"] == 'attachment; filename="reviews.zip"'
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert sorted(archive.namelist()) == [
            "activations.jsonl", "outputs_v1.jsonl", "outputs_v2.jsonl", "patterns.jsonl", "project.json",
        ]  # fmt: skip
        assert len(archive.read("patterns.jsonl").splitlines()) == N_CASES
    assert as_stranger.get("export_project").status_code == 404


def test_settings_are_saved(project: Project, as_admin: Visitor) -> None:
    answer = as_admin.post("settings", **SENT)
    assert answer.status_code == 302
    project.refresh_from_db()
    assert (project.name, project.labels, project.active_users) == ("Reviews of films", ["bad", "good"], None)
    assert project.harm_scale == {"small": 1.0, "very large": 9.5}
    assert (project.criterion.max_error, project.criterion.min_cases) == (0.2, 3)
    assert project.activation_policy == {"mode": "automatic", "min_cut": 0.125}


def test_another_window_changes_reach_at_once(scene: Scene, as_admin: Visitor) -> None:
    as_admin.post("settings", **SENT | {"active_users": "10", "labels": "negative\nneutral\npositive"})
    scene.problem.refresh_from_db()
    assert scene.problem.users_affected_percent == 10.0  # one reporter of ten users


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"name": ""}, "This field is required."),
        ({"harm_name": ["heavy"], "harm_weight": [""]}, "“heavy” needs a number as its weight."),
        ({"harm_name": [""], "harm_weight": ["3"]}, "The weight 3 needs a name."),
        ({"harm_name": ["a", "a"], "harm_weight": ["1", "2"]}, "“a” stands there twice."),
        ({"harm_name": [], "harm_weight": []}, "Give at least one name with its weight."),
        (
            {"harm_name": ["heavy"], "harm_weight": ["-1"]},
            "The weight of heavy must be a number from 0 to 1,000,000.",
        ),
        ({"max_error": "1"}, "Must be above 0 and below 1."),
        ({"confidence": "0.4"}, "Must be at least 0.5 and below 1."),
        ({"labels": "a\na"}, "Each label can be listed once only."),
        ({"min_cut_percent": "101"}, "Ensure this value is less than or equal to 100."),
        ({"activation_mode": "sometimes"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    project: Project, as_admin: Visitor, wrong: dict[str, Any], text: str
) -> None:
    answer = as_admin.post("settings", **SENT | wrong)
    assert answer.status_code == 400
    assert text in words(answer)
    assert "field-error" in answer.content.decode()
    project.refresh_from_db()
    assert project.name == "Reviews"


def test_only_admins_change_them(project: Project, as_triager: Visitor) -> None:
    page = as_triager.get("settings")
    assert "An admin of the project can change these." in words(page)
    assert "API tokens" not in words(page)
    answer = as_triager.post("settings", **SENT)
    assert answer.status_code == 400
    assert "This needs the right to administer" in words(answer)
    project.refresh_from_db()
    assert project.name == "Reviews"


def test_a_person_becomes_a_member(project: Project, as_admin: Visitor, stranger: User) -> None:
    as_admin.post("add_member", user="stranger", role="triager")
    assert project.memberships.get(user=stranger).role == "triager"
    as_admin.post("add_member", user="stranger", role="viewer")
    assert project.memberships.get(user=stranger).role == "viewer"
    as_admin.post("remove_member", "stranger")
    assert not project.memberships.filter(user=stranger).exists()


def test_a_name_that_is_nobodys_is_told(project: Project, as_admin: Visitor) -> None:
    answer = as_admin.post("add_member", user="nobody", role="viewer")
    assert answer.status_code == 400
    assert "There is no such user" in words(answer)


def test_only_an_admin_learns_which_names_exist(
    project: Project, as_triager: Visitor, stranger: User
) -> None:
    answers = [as_triager.post("add_member", user=name, role="viewer") for name in ("nobody", "stranger")]
    assert all("This needs the right to administer" in words(answer) for answer in answers)
    assert all("There is no such user" not in words(answer) for answer in answers)


def test_the_last_admin_stays(project: Project, as_admin: Visitor, admin: User) -> None:
    answer = as_admin.post("remove_member", "admin")
    assert (
        told(answer)
        == "A project keeps at least one admin; make somebody else admin first. Nothing was changed."
    )
    assert project.memberships.get(user=admin).role == "admin"


def test_a_token_is_shown_once(project: Project, as_admin: Visitor) -> None:
    answer = as_admin.post("add_token", name="web shop", scopes=["report", "read"])
    token = Token.objects.get(project=project)
    page = answer.content.decode()
    secret = page.split("data-secret")[1].split(">")[1].split("<")[0]
    assert Token.hash_of(secret) == token.secret_hash
    assert token.scopes == ["report", "read"]
    assert answer["Cache-Control"] == "no-store"
    again = as_admin.get("settings")
    assert secret not in again.content.decode()
    assert "web shop report read never used" in words(again)


def test_a_token_of_ones_own_ends_with_the_membership(
    project: Project, as_admin: Visitor, admin: User
) -> None:
    as_admin.post("add_token", name="mine", scopes=["read"], mine="on")
    assert Token.objects.get().user == admin


def test_a_token_needs_a_name_and_a_scope(project: Project, as_admin: Visitor) -> None:
    answer = as_admin.post("add_token", name="")
    assert answer.status_code == 400
    assert words(answer).count("This field is required.") == 2
    assert not Token.objects.exists()


def test_a_token_is_revoked(project: Project, as_admin: Visitor) -> None:
    as_admin.post("add_token", name="kiosk", scopes=["report"])
    token = Token.objects.get()
    assert "What uses it is refused from now on." in words(as_admin.get("revoke_token", token.pk))
    assert Token.objects.get().revoked_at is None
    answer = as_admin.post("revoke_token", token.pk)
    assert told(answer) == "The token is revoked."
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert "kiosk" not in words(as_admin.get("settings"))
