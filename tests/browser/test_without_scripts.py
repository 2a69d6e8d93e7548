"""The same pages with scripts off: links and forms do all but dragging."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.factories import make_problem
from tracker.projects.models import Project, User

pytestmark = pytest.mark.browser


def test_moving_and_commenting_need_no_script(
    chromium: Browser, live_server: Any, shop: Project, ada: User
) -> None:
    make_problem(shop, title="Irony is lost")
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/projects/shop/problems/1/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("not-secret")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Reject…").click()
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("Say why.")).to_be_visible()
    page.get_by_label("Reason").fill("out of scope")
    page.get_by_role("button", name="Reject").click()
    expect(page.locator("#problem-head")).to_contain_text("Rejected by ada: out of scope.")
    page.get_by_label("Comment").fill("Not ours")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator("#timeline")).to_contain_text("Not ours")
    page.goto(f"{live_server.url}/projects/shop/")
    page.get_by_label("Status").select_option("rejected")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator('[data-board-column="rejected"]')).to_contain_text("Irony is lost")
    context.close()
