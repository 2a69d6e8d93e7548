"""The same pages with scripts off: links and forms do all but dragging."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import TEXTS, let_in
from tests.factories import equals, evaluate, make_patterns, make_problem
from tests.runs.conftest import CALLABLE
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM
from tracker.triage.moves import move_problem

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


def test_models_are_registered_tried_compared_and_activated_without_a_script(
    chromium: Browser, live_server: Any, shop: Project, ada: User, settings: Any
) -> None:
    settings.PYTHON_CALLABLES = [CALLABLE]
    problem = make_problem(shop, title="Litotes read as anger", harm="major")
    make_patterns(problem, [equals(text) for text in TEXTS])
    move_problem(SYSTEM, problem, "confirmed")
    evaluate(shop)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    let_in(page, live_server, ada)

    page.goto(f"{live_server.url}/projects/shop/register-model/?kind=python")
    page.get_by_label("Version").fill("v/3")
    page.get_by_label("Example").fill("not bad")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#tried")).to_contain_text("Output that was read:")
    page.get_by_role("button", name="Register").click()
    expect(page.locator(".field-error")).to_contain_text("Give a version of 1 to 100 printable characters")
    expect(page.get_by_label("Callable")).to_have_value(CALLABLE)
    page.get_by_label("Version").fill("v3")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("v3")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#tried")).to_contain_text("Output that was read:")

    page.goto(f"{live_server.url}/projects/shop/models/")
    page.get_by_label("with", exact=True).select_option("v2")
    page.get_by_role("button", name="Compare").click()
    # 24 of 24 flip one way
    expect(page.locator("[data-finding]")).to_contain_text("v2 is better: 24 cases newly pass, 0 newly fail")
    page.get_by_text("The same numbers as a table").click()
    expect(page.locator("#what-changed table")).to_contain_text("+100.0 points")
    expect(page.locator("#problems table")).to_contain_text("Litotes read as anger")
    page.get_by_role("link", name="Show all 24").click()
    expect(page.locator(".flip")).to_have_count(20)
    page.get_by_role("link", name="Swap", exact=True).click()
    expect(page.locator("[data-finding]")).to_contain_text("v1 is worse")
    page.get_by_role("link", name="Swap", exact=True).click()

    page.get_by_role("link", name="Activate v2").click()
    expect(page.locator("[data-preview]")).to_contain_text("1 problem would be fixed")
    page.get_by_role("button", name="Activate v2").click()
    expect(page.locator(".message")).to_contain_text("v2 is now the active model.")
    page.locator(".message").get_by_role("button", name="Undo").click()
    expect(page.locator(".message")).to_contain_text("v1 is the active model again.")
    context.close()
