"""The list of projects, and making one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.board.conftest import Scene
from tests.board.visitors import words
from tests.factories import make_project
from tracker.projects.changes import set_member
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM, Role

NEW = {
    "name": "Mail sorter", "slug": "", "task": "classification", "input_kind": "text", "labels": "spam\n\n ham ",
    "active_users": "200",
}  # fmt: skip


@pytest.fixture
def ada(db: None, client: Client) -> User:
    user = User.objects.create_user("ada", password="not-secret")
    client.force_login(user)
    return user


def test_an_empty_list_leads_to_the_first_project(client: Client, ada: User) -> None:
    page = client.get("/")
    assert "Create your first project" in words(page)
    assert 'href="/new-project/"' in page.content.decode()


def test_only_own_projects_are_listed(client: Client, ada: User) -> None:
    mine, _theirs = make_project(name="Mine"), make_project(name="Theirs")
    set_member(SYSTEM, mine, ada, Role.VIEWER)
    assert "Mine" in words(client.get("/"))
    assert "Theirs" not in words(client.get("/"))


def test_a_row_counts_what_waits(client: Client, scene: Scene, viewer: User) -> None:
    client.force_login(viewer)
    # one problem (a fix is available), none regressed, one new report, v1 is active
    assert "Reviews classification, text 1 0 1 v1" in words(client.get("/"))


def test_the_list_takes_as_many_queries_for_many_projects_as_for_one(client: Client, ada: User) -> None:
    def queries() -> int:
        client.get("/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        return len(captured)

    set_member(SYSTEM, make_project(), ada, Role.VIEWER)
    one = queries()
    for _number in range(5):
        set_member(SYSTEM, make_project(), ada, Role.VIEWER)
    assert queries() == one


def test_who_makes_a_project_is_its_admin(client: Client, ada: User) -> None:
    answer = client.post("/new-project/", NEW)
    project = Project.objects.get(slug="mail-sorter")
    assert answer["Location"] == "/projects/mail-sorter/"
    assert project.labels == ["spam", "ham"]
    assert project.active_users == 200
    assert project.memberships.get().role == Role.ADMIN


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"name": ""}, "This field is required."),
        ({"slug": "Ä b"}, "Use small letters"),
        ({"labels": "a\na"}, "Each label can be listed once only."),
        ({"active_users": "0"}, "greater than or equal to 1"),
        ({"slug": "taken"}, "There is already a project taken."),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(
    client: Client, ada: User, wrong: dict[str, Any], text: str
) -> None:
    make_project(slug="taken")
    page = client.post("/new-project/", NEW | wrong)
    assert page.status_code == 400
    assert text in words(page)
    assert "spam" in page.content.decode() or "labels" in wrong
    assert Project.objects.count() == 1
