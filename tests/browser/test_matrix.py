"""The matrix of cases x models in a browser: pieces that come by themselves, keys, and what is left without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories import equals, evaluate, make_outputs, make_patterns, make_problem
from tracker.candidates.models import CandidateModel
from tracker.projects.models import Project, User

pytestmark = pytest.mark.browser

ADDRESS = "projects/shop/problems/1/"
CASES = [f"case number {number}" for number in range(60)]


@pytest.fixture
def many_cases(shop: Project) -> Project:
    """60 cases, a piece and a half; v1 fails them all, v2 passes them."""
    problem = make_problem(shop, title="Many cases")
    make_patterns(problem, [equals(text) for text in CASES])
    for model in CandidateModel.objects.filter(project=shop):
        make_outputs(model, dict.fromkeys(CASES, "negative" if model.version == "v1" else "positive"))
    evaluate(shop)
    return shop


def test_the_next_piece_comes_when_the_end_is_near(
    many_cases: Project, signed_in: Page, live_server: Any
) -> None:
    signed_in.goto(f"{live_server.url}/{ADDRESS}")
    matrix = signed_in.locator("[data-matrix]")
    expect(matrix.locator(".matrix-piece tr")).to_have_count(40)
    matrix.scroll_into_view_if_needed()
    matrix.evaluate("box => box.scrollTo(0, box.scrollHeight)")
    expect(matrix.locator(".matrix-piece tr")).to_have_count(60)
    expect(matrix.locator(".matrix-more")).to_have_count(0)


def test_arrow_keys_move_and_enter_opens_the_cell(
    many_cases: Project, signed_in: Page, live_server: Any
) -> None:
    signed_in.goto(f"{live_server.url}/{ADDRESS}matrix/")
    cells = signed_in.locator("[data-matrix] .matrix-cell > a")
    expect(signed_in.locator('[data-matrix] .matrix-cell > a[tabindex="0"]')).to_have_count(1)
    cells.first.focus()
    signed_in.keyboard.press("ArrowDown")
    signed_in.keyboard.press("ArrowRight")
    expect(cells.nth(3)).to_be_focused()
    signed_in.keyboard.press("Home")
    expect(cells.nth(2)).to_be_focused()
    signed_in.keyboard.press("Enter")
    dialog = signed_in.locator("#dialog")
    expect(dialog.get_by_role("heading", name="A case under v1")).to_be_visible()
    expect(dialog).to_contain_text("should be “positive”")
    dialog.get_by_role("link", name="v2: passes").click()
    expect(dialog.get_by_role("heading", name="A case under v2")).to_be_visible()
    signed_in.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(cells.nth(2)).to_be_focused()


def test_without_scripts_all_of_it_is_links(
    many_cases: Project, chromium: Browser, live_server: Any, ada: User
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/{ADDRESS}")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("not-secret")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Which cases each model passes and fails").click()
    page.get_by_role("link", name="Next cases").click()
    expect(page.locator(".matrix-piece tr")).to_have_count(20)
    page.get_by_role("link", name="v1: fails").first.click()
    expect(page.get_by_role("heading", name="A case under v1")).to_be_visible()
    context.close()
