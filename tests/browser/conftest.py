"""A server of this test's own, a project with two models, and a person who signs in."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.factories import day, make_model, make_outputs, make_project
from tracker.candidates.model_changes import activate_model
from tracker.projects.changes import set_member
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM, Role

REPORTED = "Not half bad"
TEXTS = [f"I would not call number {number} bad" for number in range(24)]


@pytest.fixture(autouse=True)
def built() -> None:
    """The pages' scripts and styles; `make test` builds them."""
    assert (settings.BASE_DIR / "tracker/static/build/tracker.js").is_file(), (
        "run scripts/build_frontend.py first"
    )


@pytest.fixture
def shop(transactional_db: None) -> Project:
    """A project whose active model v1 fails what v2 gets right; nobody has reported anything yet."""
    project = make_project(slug="shop", name="Shop reviews", active_users=200)
    v1 = make_model(project, "v1", trained_at=day(1))
    v2 = make_model(project, "v2", trained_at=day(2))
    make_outputs(v1, dict.fromkeys([REPORTED, *TEXTS], "negative"))
    make_outputs(v2, dict.fromkeys([REPORTED, *TEXTS], "positive"))
    activate_model(SYSTEM, v1)
    return project


@pytest.fixture
def ada(shop: Project) -> User:
    user = User.objects.create_user("ada", password="not-secret")
    set_member(SYSTEM, shop, user, Role.ADMIN)
    return user


def let_in(window: Page, server: LiveServer, user: User) -> None:
    """Sign a person in without the form, which has a test of its own."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server.url}])


@pytest.fixture
def signed_in(page: Page, live_server: LiveServer, ada: User) -> Page:
    """A window in which ada has signed in, on the board."""
    let_in(page, live_server, ada)
    page.goto(f"{live_server.url}/projects/shop/")
    return page
