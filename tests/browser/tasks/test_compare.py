"""Choose between models: compare two from the table, look at what flipped, set the policy, undo an activation."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import TEXTS
from tests.factories import equals, evaluate, make_patterns, make_problem
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.moves import move_problem

pytestmark = pytest.mark.browser


@pytest.fixture
def described(shop: Project) -> Project:
    problem = make_problem(shop, title="Litotes read as anger", harm="major")
    make_patterns(problem, [equals(text) for text in TEXTS])
    move_problem(SYSTEM, problem, "confirmed")
    evaluate(shop)
    return shop


def test_two_models_are_compared_from_the_table(any_window: Page, described: Project) -> None:
    page = any_window
    page.goto("/projects/shop/models/")
    choice = page.get_by_role("form", name="Compare two models")
    choice.get_by_label("Compare").select_option("v1")
    choice.get_by_label("with").select_option("v2")
    choice.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("v2 is better: 24 cases newly pass, 0 newly fail")).to_be_visible()
    expect(page.get_by_role("region", name="Gate")).to_contain_text("pass")
    flips = page.get_by_role("region", name="Newly passing")
    expect(flips.get_by_role("article")).to_have_count(6)
    flips.get_by_role("link", name="Show all 24").click()
    expect(page.get_by_role("article")).to_have_count(20)
    page.get_by_role("link", name="Swap").click()
    expect(page.get_by_text("v1 is worse: 0 cases newly pass, 24 newly fail")).to_be_visible()


def test_the_charts_are_drawn_and_named(window: Page, described: Project) -> None:
    page = window
    page.goto("/projects/shop/compare/?base=v1&head=v2")
    for name in ("How each factor moved the score", "The error of each problem under both models"):
        chart = page.get_by_role("img", name=name)
        expect(chart).to_be_visible()
        expect(chart.locator("svg path").first).to_be_attached()


def test_the_policy_is_set_in_plain_words(any_window: Page, described: Project) -> None:
    page = any_window
    page.goto("/projects/shop/settings/#activation")
    expect(page.get_by_text("Nothing goes live by itself.")).to_be_visible()
    page.get_by_label("Models go live").select_option("automatic")
    page.get_by_label("By how much the remaining impact has to fall").fill("20")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("the remaining impact falls by at least 20 %")).to_be_visible()
    described.refresh_from_db()
    assert described.activation_policy == {"mode": "automatic", "min_cut": 0.2}


def test_an_activation_is_undone(any_window: Page, described: Project) -> None:
    page = any_window
    page.goto("/projects/shop/models/v2/activate/")
    expect(page.get_by_role("region", name="Gate")).to_contain_text("pass")
    page.get_by_role("button", name="Activate v2").click()
    entry = page.get_by_role("listitem").filter(has_text="activated it in place of v1")
    expect(entry).to_contain_text("gate passed")
    entry.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("v1 is the active model again.")).to_be_visible()
    expect(page.get_by_role("heading", name="v1", exact=False, level=1)).to_contain_text("active")
