"""Members, roles, tokens: who may do what, and that it ends with the membership."""

import pytest

from tests.factories import make_problem, make_project
from tracker.projects.changes import (
    create_project,
    create_token,
    remove_member,
    revoke_token,
    set_member,
    update_project,
)
from tracker.projects.errors import Conflict, Invalid, NotAllowed
from tracker.projects.models import Project, Token, User
from tracker.projects.rights import SYSTEM, Right, Role, actor_of_token, actor_of_user

pytestmark = pytest.mark.django_db

READ, FILE, WRITE, ADMIN = Right.READ, Right.FILE, Right.WRITE, Right.ADMIN


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("viewer", {READ}),
        ("reporter", {READ, FILE}),
        ("triager", {READ, FILE, WRITE}),
        ("admin", {READ, FILE, WRITE, ADMIN}),
        ("stranger", set()),
    ],
)
def test_roles(project: Project, role: str, rights: set[Right], request: pytest.FixtureRequest) -> None:
    user = request.getfixturevalue(role)
    assert actor_of_user(user, project).rights == rights
    assert Project.objects.visible_to(user).filter(pk=project.pk).exists() == bool(rights)


@pytest.mark.parametrize(
    ("scopes", "rights"),
    [
        (["report"], {FILE}),
        (["read"], {READ}),
        (["read", "report"], {READ, FILE}),
        (["write"], {READ, FILE, WRITE}),
        (["admin"], {READ, FILE, WRITE, ADMIN}),
    ],
)
def test_scopes(project: Project, scopes: list[str], rights: set[Right]) -> None:
    token, _secret = create_token(SYSTEM, project, name="ci", scopes=scopes)
    assert actor_of_token(token).rights == rights


def test_a_person_s_token_can_do_no_more_than_the_person(project: Project, reporter: User) -> None:
    token, _secret = create_token(SYSTEM, project, name="mine", scopes=["admin"], user=reporter)
    assert actor_of_token(token).rights == {READ, FILE}
    remove_member(SYSTEM, project, reporter)
    assert actor_of_token(token).rights == set()


def test_a_token_that_ended_with_a_membership_does_not_come_back(project: Project, reporter: User) -> None:
    _token, secret = create_token(SYSTEM, project, name="mine", scopes=["read"], user=reporter)
    remove_member(SYSTEM, project, reporter)
    set_member(SYSTEM, project, reporter, Role.ADMIN)
    assert not Token.objects.with_secret(secret).exists()


def test_a_secret_is_stored_as_a_hash_only_and_ends_when_revoked(project: Project) -> None:
    token, secret = create_token(SYSTEM, project, name="ci", scopes=["read"])
    assert not Token.objects.filter(secret_hash=secret).exists()
    assert Token.objects.with_secret(secret).get() == token
    revoke_token(SYSTEM, token)
    assert not Token.objects.with_secret(secret).exists()


def test_a_token_is_for_members(project: Project, stranger: User) -> None:
    with pytest.raises(Invalid):
        create_token(SYSTEM, project, name="x", scopes=["read"], user=stranger)
    with pytest.raises(Invalid):
        create_token(SYSTEM, project, name="x", scopes=["everything"])


def test_only_admins_change_settings_members_and_tokens(
    project: Project, triager: User, stranger: User
) -> None:
    actor = actor_of_user(triager, project)
    for change in (
        lambda: update_project(actor, project, {"name": "Mine"}),
        lambda: set_member(actor, project, stranger, Role.VIEWER),
        lambda: remove_member(actor, project, triager),
        lambda: create_token(actor, project, name="x", scopes=["read"]),
    ):
        with pytest.raises(NotAllowed):
            change()
    project.refresh_from_db()
    assert project.name == "Reviews"


def test_a_project_keeps_an_admin(project: Project, admin: User) -> None:
    with pytest.raises(Conflict):
        remove_member(SYSTEM, project, admin)
    with pytest.raises(Conflict):
        set_member(SYSTEM, project, admin, Role.VIEWER)


def test_whoever_creates_a_project_is_its_admin(stranger: User) -> None:
    project = create_project(stranger, slug="mine", name="Mine")
    assert actor_of_user(stranger, project).may(ADMIN)
    with pytest.raises(Conflict):
        create_project(stranger, slug="mine", name="Mine")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("task", "guessing"),
        ("labels", "a,b"),
        ("labels", ["a", "a"]),
        ("active_users", 0),
        ("active_users", True),
        ("harm_scale", {}),
        ("harm_scale", {"bad": -1}),
        ("harm_scale", {"bad": float("nan")}),
        ("fix_criterion", {"max_error": 2}),
        ("name", ""),
        ("colour", "red"),
    ],
)
def test_wrong_settings_are_named_and_nothing_changes(project: Project, field: str, value: object) -> None:
    before = Project.objects.filter(pk=project.pk).values().get()
    with pytest.raises(Invalid) as refused:
        update_project(SYSTEM, project, {"name": "New name", field: value})
    assert any(name.startswith(field) for name in refused.value.errors)
    assert Project.objects.filter(pk=project.pk).values().get() == before


def test_harms_follow_the_scale(project: Project) -> None:
    problem = make_problem(project, harm="major")
    assert problem.harm == 5
    update_project(SYSTEM, project, {"harm_scale": {"major": 7}})
    problem.refresh_from_db()
    assert (problem.harm_name, problem.harm) == ("major", 7)
    update_project(SYSTEM, project, {"harm_scale": {"grave": 9}})
    problem.refresh_from_db()
    assert (problem.harm_name, problem.harm) == (None, 7)


def test_projects_of_others_are_not_seen(project: Project, admin: User) -> None:
    make_project(slug="other")
    assert [seen.slug for seen in Project.objects.visible_to(admin)] == ["reviews"]
