"""Read the regression chart as a screen reader does: its name, the sentence, and the table of the same numbers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import TEXTS
from tests.factories import equals, evaluate, make_patterns, make_problem
from tracker.projects.models import Project

pytestmark = pytest.mark.browser


@pytest.fixture
def described(shop: Project) -> None:
    """Both models are judged on 24 written cases: v1 fails each, v2 none."""
    make_patterns(make_problem(shop, title="Litotes read as anger"), [equals(text) for text in TEXTS])
    evaluate(shop)


def test_the_chart_has_a_name_that_says_what_it_shows_and_where_to_read_it(
    window: Page, described: None
) -> None:
    page = window
    page.goto("/projects/shop/problems/1/")
    evidence = page.get_by_role("region", name="Error over the models")
    chart = evidence.get_by_role("img", name="Error on “Litotes read as anger” over 2 models")
    expect(chart).to_be_visible()
    expect(chart).to_have_accessible_name(re.compile("the table below has the same numbers"))


def test_the_sentence_and_the_table_say_what_the_chart_shows(any_window: Page, described: None) -> None:
    page = any_window
    page.goto("/projects/shop/problems/1/")
    evidence = page.get_by_role("region", name="Error over the models")
    expect(evidence.get_by_role("heading", name="Error over the models", level=2)).to_be_visible()
    expect(evidence.get_by_role("paragraph").filter(has_text="Fixed by v2")).to_contain_text(
        "Fixed by v2 (0 of 24 judged cases fail). The active v1 fails 24 of 24."
    )
    table = evidence.get_by_role("table", name="Verdict of each model, newest first")
    for heading in ("Model", "Verdict", "Judged cases failed", "Error", "All cases failed"):
        expect(table.get_by_role("columnheader", name=heading, exact=True)).to_have_count(1)
    rows = table.get_by_role("row").filter(has=page.get_by_role("rowheader"))
    expect(rows.get_by_role("rowheader")).to_contain_text(["v2", "v1"])
    expect(rows.nth(0).get_by_role("cell").nth(0)).to_contain_text("fixed")
    expect(rows.nth(0).get_by_role("cell").nth(1)).to_have_text("0 of 24")
    expect(rows.nth(1).get_by_role("rowheader")).to_contain_text("active")
    expect(rows.nth(1).get_by_role("cell").nth(0)).to_contain_text("failing")
    expect(rows.nth(1).get_by_role("cell").nth(1)).to_have_text("24 of 24")
