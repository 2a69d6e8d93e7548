"""Projects: list, create, settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import BASE, Caller, TokenMaker
from tests.api.test_problem_details import assert_problem
from tests.factories import make_project
from tracker.projects.models import Project, User

SignIn = Callable[[User], Caller]
PROJECTS = f"{BASE}projects/"


def test_the_project_as_the_contract_names_it(reader: Caller) -> None:
    assert reader.get().json() == {
        "slug": "reviews",
        "name": "Reviews",
        "task": "classification",
        "input_kind": "text",
        "labels": ["negative", "neutral", "positive"],
        "active_users": 1000,
        "window_days": 28,
        "harm_scale": {"negligible": 1.0, "minor": 2.0, "moderate": 3.0, "major": 5.0, "severe": 8.0},
        "fix_criterion": {"rule": "bound", "max_error": 0.1, "confidence": 0.9, "min_cases": 5},
        "activation_policy": {"mode": "by_hand", "min_cut": 0.1},
    }


def test_an_admin_changes_settings(administrator: Caller, project: Project) -> None:
    changes: dict[str, Any] = {
        "name": "Texts", "task": "text", "input_kind": "chat", "labels": [], "active_users": None,
        "harm_scale": {"low": 1}, "fix_criterion": {"rule": "every_case"},
        "activation_policy": {"mode": "automatic", "min_cut": 0.25},
    }  # fmt: skip
    answer = administrator.patch("", changes)
    assert answer.status_code == 200
    expected = {**changes, "fix_criterion": {**answer.json()["fix_criterion"], "rule": "every_case"}}
    assert {name: answer.json()[name] for name in changes} == expected
    project.refresh_from_db()
    assert (project.name, project.active_users) == ("Texts", None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"task": "poetry"}, "task"),
        ({"labels": ["a", "a"]}, "labels"),
        ({"labels": "a"}, "labels"),
        ({"active_users": 1.5}, "active_users"),
        ({"active_users": -1}, "active_users"),
        ({"harm_scale": {}}, "harm_scale"),
        ({"fix_criterion": {"rule": "bound", "max_error": 2}}, "fix_criterion.max_error"),
        ({"fix_criterion": {"shape": "round"}}, "fix_criterion.shape"),
        ({"slug": "other"}, "slug"),
        ({"activation_policy": {"mode": "sometimes"}}, "activation_policy.mode"),
        ({"activation_policy": {"min_cut": 1.5}}, "activation_policy.min_cut"),
        ({"activation_policy": {"min_cut": "a tenth"}}, "activation_policy.min_cut"),
        ({"activation_policy": {"share": 0.2}}, "activation_policy.share"),
        ({"activation_policy": "automatic"}, "activation_policy"),
    ],
)
def test_wrong_settings_are_named_and_nothing_is_stored(
    administrator: Caller, project: Project, changes: dict[str, object], field: str
) -> None:
    answer = administrator.patch("", {"name": "Changed", **changes})
    assert list(assert_problem(answer, 400)["errors"]) == [field]
    project.refresh_from_db()
    assert project.name == "Reviews"


@pytest.mark.parametrize("role", ["viewer", "reporter", "triager"])
def test_only_admins_change_settings(signed_in: SignIn, request: pytest.FixtureRequest, role: str) -> None:
    caller = signed_in(request.getfixturevalue(role))
    assert caller.get().status_code == 200
    assert_problem(caller.patch("", {"name": "New"}), 403)


def test_a_stranger_sees_and_changes_nothing(signed_in: SignIn, stranger: User) -> None:
    caller = signed_in(stranger)
    assert_problem(caller.get(), 404)
    assert_problem(caller.patch("", {"name": "New"}), 404)
    assert caller.get(PROJECTS).json()["results"] == []


def test_one_sees_the_projects_one_belongs_to(signed_in: SignIn, viewer: User, reader: Caller) -> None:
    make_project(slug="another")
    for caller in (signed_in(viewer), reader):
        assert [row["slug"] for row in caller.get(PROJECTS).json()["results"]] == ["reviews"]


def test_a_product_token_lists_no_projects(product: Caller) -> None:
    assert_problem(product.get(PROJECTS), 403)


def test_whoever_creates_a_project_is_its_admin(signed_in: SignIn, stranger: User) -> None:
    caller = signed_in(stranger)
    answer = caller.post(PROJECTS, {"slug": "mine", "name": "Mine", "labels": ["a", "b"]})
    assert answer.status_code == 201
    assert answer.json()["labels"] == ["a", "b"]
    assert caller.patch(f"{PROJECTS}mine/", {"name": "Still mine"}).status_code == 200


def test_a_project_needs_a_person(administrator: Caller, with_token: TokenMaker, admin: User) -> None:
    body = {"slug": "mine", "name": "Mine"}
    assert_problem(administrator.post(PROJECTS, body), 403)
    assert_problem(with_token("write", user=admin).post(PROJECTS, body), 403)
    assert with_token("admin", user=admin).post(PROJECTS, body).status_code == 201


def test_a_slug_is_taken_once(signed_in: SignIn, admin: User) -> None:
    assert_problem(signed_in(admin).post(PROJECTS, {"slug": "reviews", "name": "Again"}), 409)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"slug": "No Slug", "name": "x"}, "slug"),
        ({"name": "x"}, "slug"),
        ({"slug": "x"}, "name"),
        ({"slug": "x", "name": ""}, "name"),
    ],
)
def test_a_wrong_project_is_refused(signed_in: SignIn, admin: User, body: dict[str, str], field: str) -> None:
    answer = signed_in(admin).post(PROJECTS, body)
    assert list(assert_problem(answer, 400)["errors"]) == [field]
    assert Project.objects.count() == 1
