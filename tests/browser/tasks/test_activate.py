"""Activate a model: the page says beforehand what changes, and the board follows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import TEXTS
from tests.factories import equals, evaluate, make_patterns, make_problem
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.moves import move_problem

pytestmark = pytest.mark.browser


def test_a_model_is_activated_and_the_board_follows(any_window: Page, shop: Project) -> None:
    page = any_window
    problem = make_problem(shop, title="Litotes read as anger", harm="major")
    make_patterns(problem, [equals(text) for text in TEXTS])
    move_problem(SYSTEM, problem, "confirmed")
    evaluate(shop)
    page.goto("/projects/shop/")
    card = page.get_by_role("heading", name="Litotes read as anger")
    expect(page.get_by_role("region", name="Fix available").locator(card)).to_have_count(1)

    page.get_by_role("navigation", name="Project").get_by_role("link", name="Models").click()
    page.get_by_role("table").get_by_role("link", name="v2", exact=True).click()
    page.get_by_role("link", name="Activate…").click()
    expect(page.get_by_role("heading", name="Make v2 the active model?")).to_be_visible()
    change = page.get_by_role("region", name="Would be fixed").get_by_role("row").last
    expect(change.get_by_role("rowheader")).to_contain_text("Litotes read as anger")
    expect(change.get_by_role("cell").nth(0)).to_contain_text("Fix available")
    expect(change.get_by_role("cell").nth(1)).to_contain_text("Fixed")
    page.get_by_role("button", name="Activate v2").click()
    expect(page.get_by_text("v2 is now the active model.")).to_be_visible()

    page.get_by_role("navigation", name="Project").get_by_role("link", name="Board").click()
    expect(page.get_by_role("region", name="Fixed", exact=True).locator(card)).to_have_count(1)
    expect(page.get_by_role("region", name="The active model")).to_contain_text("v2")
