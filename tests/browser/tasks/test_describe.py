"""Describe a problem by test patterns, and relabel or retire one."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import TEXTS
from tests.factories import equals, make_patterns, make_problem
from tracker.problems.models import Problem
from tracker.projects.models import Project

pytestmark = pytest.mark.browser


@pytest.fixture
def problem(shop: Project) -> Problem:
    return make_problem(shop, title="Litotes read as anger", harm="major")


def test_one_pattern_is_added_by_its_form(any_window: Page, problem: Problem) -> None:
    page = any_window
    page.goto("/projects/shop/problems/1/")
    page.get_by_role("region", name="Test patterns").get_by_role("link", name="Add", exact=True).click()
    page.get_by_label("Input", exact=False).first.fill(TEXTS[0])
    page.get_by_label("Label", exact=False).first.select_option("positive")
    page.get_by_role("button", name="Add the test pattern").click()
    patterns = page.get_by_role("region", name="Test patterns")
    expect(patterns.get_by_role("listitem")).to_contain_text(TEXTS[0])
    [pattern] = problem.patterns.alive()
    assert json.loads(pattern.expectation) == {"type": "equals", "label": "positive"}


def test_many_are_pasted_and_a_bad_line_is_named(any_window: Page, problem: Problem) -> None:
    page = any_window
    page.goto("/projects/shop/problems/1/patterns/add/")
    lines = [json.dumps(equals(text)) for text in TEXTS[:3]]
    page.get_by_label("JSON lines").fill("\n".join([*lines, "{ not JSON"]))
    page.get_by_role("button", name="Add these").click()
    expect(page.get_by_text("3 added")).to_be_visible()
    expect(page.get_by_text("Line 4", exact=False).first).to_be_visible()
    assert problem.patterns.alive().count() == 3


def test_a_pattern_is_relabelled_and_another_retired(any_window: Page, problem: Problem) -> None:
    page = any_window
    make_patterns(problem, [equals(text, "neutral") for text in TEXTS[:2]])
    page.goto("/projects/shop/problems/1/")
    patterns = page.get_by_role("region", name="Test patterns").get_by_role("listitem")
    patterns.filter(has_text=TEXTS[0]).get_by_role("link", name="Relabel").click()
    page.get_by_label("Label", exact=False).first.select_option("positive")
    page.get_by_role("button", name="Relabel").click()
    expect(patterns).to_have_count(2)
    expect(patterns.filter(has_text=TEXTS[0])).to_contain_text("positive")
    patterns.filter(has_text=TEXTS[1]).get_by_role("link", name="Retire").click()
    page.get_by_role("button", name="Retire", exact=True).click()
    expect(patterns).to_have_count(1)
    [alive] = problem.patterns.alive()
    assert json.loads(alive.expectation) == {"type": "equals", "label": "positive"}
    assert alive.replaces is not None
    assert problem.patterns.count() == 3
