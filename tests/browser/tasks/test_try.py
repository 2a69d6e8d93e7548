"""Try a model server until its answer is understood, and register it then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tracker.candidates.secrets import opened_adapter
from tracker.projects.models import Project

if TYPE_CHECKING:
    from tests.evaluation.adapters.conftest import ModelServer

pytestmark = pytest.mark.browser

KEY = "sk-Zebra-7781-not-for-you"


def test_a_server_is_tried_until_it_is_understood(
    any_window: Page, shop: Project, local_server: ModelServer
) -> None:
    page = any_window
    local_server.says({"results": ["positive"]})
    page.goto("/projects/shop/register-model/")
    page.get_by_role("link", name="any JSON server").click()
    page.get_by_role("textbox", name="Address *").fill(local_server.url)
    page.get_by_label("Headers").fill(f"X-Key: {KEY}")
    page.get_by_label("Example").fill("not bad")

    page.get_by_role("button", name="Try it").click()
    tried = page.get_by_role("status").filter(has_text="What was sent")
    expect(tried).to_contain_text("No output could be read.")
    expect(tried).to_contain_text('{"results": ["positive"]}')

    page.get_by_label("Where the predictions are").fill("results")
    if not page.get_by_label("Headers").input_value():
        # Without scripts the page comes back, and never with a key.
        page.get_by_label("Headers").fill(f"X-Key: {KEY}")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("Output that was read: positive")).to_be_visible()
    assert KEY not in page.content()

    page.get_by_label("Version").fill("server-1")
    if not page.get_by_label("Headers").input_value():
        page.get_by_label("Headers").fill(f"X-Key: {KEY}")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="server-1")).to_be_visible()
    assert opened_adapter(shop.models.get(version="server-1"))["headers"] == {"X-Key": KEY}

    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("Output that was read: positive")).to_be_visible()
    assert {asked[1].get("x-key") for asked in local_server.asked} == {KEY}
