"""Invite a member, make a token and revoke it."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.tasks.conftest import NARROW
from tests.plugins.browsers import guarded_window
from tracker.projects.models import Project, User

pytestmark = pytest.mark.browser


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create_user("bob", password="not-secret")


def test_a_new_member_signs_in_and_sees_the_project(
    any_window: Page, shop: Project, bob: User, chromium: Browser, live_server: LiveServer
) -> None:
    page = any_window
    page.goto("/projects/shop/settings/")
    members = page.get_by_role("region", name="Members")
    members.get_by_label("User name").fill("nobody")
    members.get_by_role("button", name="Add the member").click()
    expect(page.get_by_text("There is no such user")).to_be_visible()
    members.get_by_label("User name").fill("bob")
    members.get_by_label("Role", exact=False).last.select_option("triager")
    members.get_by_role("button", name="Add the member").click()
    expect(page.get_by_text("The role is set.")).to_be_visible()
    expect(members.get_by_role("combobox", name="Role of bob")).to_have_value("triager")

    with guarded_window(chromium, base_url=live_server.url, **NARROW) as theirs:
        theirs.goto("/")
        theirs.get_by_label("Username").fill("bob")
        theirs.get_by_label("Password").fill("not-secret")
        theirs.get_by_role("button", name="Sign in").click()
        theirs.get_by_role("link", name="Shop reviews").last.click()
        expect(theirs.get_by_role("link", name="New problem")).to_be_visible()
        theirs.goto("/projects/shop/settings/")
        expect(theirs.get_by_text("An admin of the project can change these.")).to_be_visible()

    members.get_by_role("button", name="Remove bob").click()
    expect(page.get_by_text("bob is no longer a member.")).to_be_visible()
    assert not shop.memberships.filter(user=bob).exists()


def test_a_token_is_shown_once_works_and_ends(
    any_window: Page, shop: Project, live_server: LiveServer
) -> None:
    page = any_window
    page.goto("/projects/shop/settings/")
    tokens = page.get_by_role("region", name="API tokens")
    tokens.get_by_label("Name").fill("CI")
    tokens.get_by_label("read: reads everything").check()
    tokens.get_by_role("button", name="Make a token").click()
    expect(tokens.get_by_text("Copy the new token now: it is shown this once.")).to_be_visible()
    secret = tokens.get_by_role("status").get_by_role("code").inner_text()

    def ask() -> int:
        headers = {"Authorization": f"Bearer {secret}"}
        return httpx.get(f"{live_server.url}/api/v1/projects/shop/problems/", headers=headers).status_code

    assert ask() == 200
    page.goto("/projects/shop/settings/")
    expect(page.get_by_text(secret)).to_have_count(0)
    tokens.get_by_role("link", name="Revoke CI").click()
    expect(page.get_by_role("heading", name="Revoke CI?")).to_be_visible()
    page.get_by_role("button", name="Revoke", exact=True).click()
    expect(page.get_by_text("The token is revoked.")).to_be_visible()
    assert ask() == 401
