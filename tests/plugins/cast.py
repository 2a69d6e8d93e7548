"""One cast of people for every test of rights: each role of a project, and a stranger to it."""

from __future__ import annotations

import pytest

from tests.factories import make_project
from tracker.projects.changes import set_member
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM, Role


@pytest.fixture
def project(db: None) -> Project:
    return make_project(slug="reviews", name="Reviews", active_users=1000)


def _member(project: Project, role: Role) -> User:
    user = User.objects.create_user(username=role.value, password="not-secret")
    set_member(SYSTEM, project, user, role)
    return user


@pytest.fixture
def admin(project: Project) -> User:
    return _member(project, Role.ADMIN)


@pytest.fixture
def triager(project: Project) -> User:
    return _member(project, Role.TRIAGER)


@pytest.fixture
def reporter(project: Project) -> User:
    return _member(project, Role.REPORTER)


@pytest.fixture
def viewer(project: Project) -> User:
    return _member(project, Role.VIEWER)


@pytest.fixture
def stranger(db: None) -> User:
    return User.objects.create_user(username="stranger", password="not-secret")
