"""A sample labelled by keyboard, and the same without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories import make_problem
from tracker.projects.models import Project, User

pytestmark = pytest.mark.browser

LIST = "\n".join(f"It is not without charm {number}" for number in range(30))


def draw(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/projects/shop/problems/1/samples/draw/")
    page.get_by_label("Inputs, one a line").fill(LIST)
    page.get_by_label("How many").fill("4")
    page.get_by_role("button", name="Draw and begin to label").click()
    expect(page.get_by_role("heading", name="Input 1 of 4")).to_be_visible()


def press(page: Page, key: str) -> None:
    page.wait_for_load_state("load")  # keys are followed once the page's scripts have run
    page.keyboard.press(key)


def finish(page: Page, shop: Project) -> None:
    expect(page.get_by_text("2 labelled, 1 cannot be said, 1 not of this problem")).to_be_visible()
    page.get_by_role("button", name="Finish: add 2 test patterns").click()
    expect(page.get_by_text("Sampled test patterns: 2 added.")).to_be_visible()
    labels = [each.expectation_fields["label"] for each in shop.problems.get().patterns.order_by("pk")]
    assert labels == ["positive", "negative"]  # the third button and the first

    page.locator("#messages").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 test patterns are retired.")).to_be_visible()
    page.locator("#patterns").get_by_role("link", name="Retired").click()
    page.get_by_role("button", name="Bring back").first.click()
    expect(page.get_by_text("It is back.")).to_be_visible()
    assert shop.problems.get().patterns.filter(retired_in=None).count() == 1


def test_labelling_by_keyboard(signed_in: Page, live_server: Any, shop: Project) -> None:
    make_problem(shop, title="Litotes")
    page = signed_in
    draw(page, live_server)
    for number, key in enumerate(["3", "u", "1"], start=2):
        press(page, key)
        expect(page.get_by_role("heading", name=f"Input {number} of 4")).to_be_visible()
    press(page, "p")
    expect(page.get_by_text("ada decided: should be “negative”.")).to_be_visible()
    press(page, "1")
    expect(page.get_by_role("heading", name="Input 4 of 4")).to_be_visible()
    press(page, "x")
    finish(page, shop)


def test_labelling_without_scripts(chromium: Browser, live_server: Any, shop: Project, ada: User) -> None:
    make_problem(shop, title="Litotes")
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/projects/shop/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("not-secret")
    page.get_by_role("button", name="Sign in").click()
    draw(page, live_server)
    for name in ("positive", "Cannot be said", "negative", "Does not belong to this problem"):
        page.get_by_role("button", name=name).click()
    finish(page, shop)

    # another type of expectation keeps what was typed
    page.goto(f"{live_server.url}/projects/shop/problems/1/patterns/add/")
    one = page.locator("form").filter(has=page.get_by_role("heading", name="One", exact=True))
    one.locator("#id_input").fill("half a thought")
    one.get_by_role("button", name="not a label").click()
    expect(one.locator("#id_input")).to_have_value("half a thought")
    one.locator("#id_case").fill("c1")
    one.locator("#id_case").press("Enter")  # adds it; no button that changes the type comes before
    expect(page.get_by_text("The test pattern is added.")).to_be_visible()
    context.close()
