"""Members and tokens: both belong to admins."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api.conftest import Caller
from tests.api.test_problem_details import assert_problem
from tests.factories import make_project
from tracker.projects.models import Project, Token, User

SignIn = Callable[[User], Caller]


def test_members_with_their_roles(reader: Caller, admin: User, viewer: User) -> None:
    rows = reader.get("members/").json()["results"]
    assert [(row["user"], row["role"]) for row in rows] == [("admin", "admin"), ("viewer", "viewer")]
    assert reader.get("members/viewer/").json()["role"] == "viewer"


def test_a_member_is_added_once_and_then_changed(administrator: Caller, stranger: User) -> None:
    first = administrator.post("members/", {"user": "stranger", "role": "viewer"})
    again = administrator.post("members/", {"user": "stranger", "role": "triager"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["role"] == "triager"


def test_a_membership_ends(administrator: Caller, signed_in: SignIn, admin: User, viewer: User) -> None:
    assert signed_in(viewer).get().status_code == 200
    assert administrator.delete("members/viewer/").status_code == 204
    assert signed_in(viewer).get().status_code == 404
    assert_problem(administrator.delete("members/viewer/"), 404)


def test_the_last_admin_stays(administrator: Caller, admin: User) -> None:
    assert_problem(administrator.delete("members/admin/"), 409)
    assert_problem(administrator.post("members/", {"user": "admin", "role": "viewer"}), 409)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"user": "ghost", "role": "viewer"}, "user"),
        ({"user": "admin", "role": "king"}, "role"),
        ({"user": "admin"}, "role"),
    ],
)
def test_a_wrong_member_is_refused(
    administrator: Caller, admin: User, body: dict[str, str], field: str
) -> None:
    assert list(assert_problem(administrator.post("members/", body), 400)["errors"]) == [field]


@pytest.mark.parametrize("role", ["viewer", "reporter", "triager"])
def test_only_admins_change_members_and_see_tokens(
    signed_in: SignIn, request: pytest.FixtureRequest, admin: User, role: str
) -> None:
    caller = signed_in(request.getfixturevalue(role))
    # The same answer for a user who does not exist: nobody learns who has an account.
    for user in ("admin", "ghost"):
        assert_problem(caller.post("members/", {"user": user, "role": "viewer"}), 403)
    assert_problem(caller.delete("members/admin/"), 403)
    assert_problem(caller.get("tokens/"), 403)
    assert_problem(caller.post("tokens/", {"name": "x", "scopes": ["read"]}), 403)
    assert_problem(caller.delete("tokens/1/"), 403)


def test_a_stranger_finds_nothing(signed_in: SignIn, stranger: User, admin: User) -> None:
    caller = signed_in(stranger)
    for answer in (caller.get("members/"), caller.get("tokens/"), caller.delete("members/admin/")):
        assert_problem(answer, 404)


def test_a_secret_is_shown_once_and_works(administrator: Caller, project: Project) -> None:
    made = administrator.post("tokens/", {"name": "CI", "scopes": ["read"]}).json()
    assert Caller(project, Authorization=f"Bearer {made['secret']}").get().status_code == 200
    listed = administrator.get("tokens/").json()["results"]
    assert {row["name"] for row in listed} == {"test", "CI"}
    assert all("secret" not in row for row in listed)
    assert not Token.objects.filter(secret_hash=made["secret"]).exists()


def test_a_token_of_a_person(administrator: Caller, triager: User, stranger: User) -> None:
    body = {"name": "mine", "scopes": ["write"], "user": "triager"}
    assert administrator.post("tokens/", body).json()["user"] == "triager"
    answer = administrator.post("tokens/", {**body, "user": "stranger"})
    assert list(assert_problem(answer, 400)["errors"]) == ["user"]


def test_a_token_is_revoked(administrator: Caller, project: Project) -> None:
    made = administrator.post("tokens/", {"name": "CI", "scopes": ["read"]}).json()
    assert administrator.delete(f"tokens/{made['id']}/").status_code == 204
    assert Caller(project, Authorization=f"Bearer {made['secret']}").get().status_code == 401
    assert_problem(administrator.delete(f"tokens/{made['id']}/"), 404)


def test_a_token_of_another_project_is_not_found(administrator: Caller) -> None:
    other = Token.objects.create(project=make_project(), name="x", scopes=["read"], secret_hash="x")
    assert_problem(administrator.delete(f"tokens/{other.pk}/"), 404)
    assert_problem(administrator.delete(f"tokens/{10**30}/"), 404)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["fly"]},
        {"name": "x"},
        {"name": "", "scopes": ["read"]},
    ],
)
def test_a_wrong_token_is_refused(administrator: Caller, body: dict[str, object]) -> None:
    assert_problem(administrator.post("tokens/", body), 400)
