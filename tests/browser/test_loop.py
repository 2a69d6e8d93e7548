"""The loop once, in a browser: from a report to the sentence that says which model fixes the problem."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import REPORTED, TEXTS
from tests.factories import evaluate
from tracker.projects.models import Project

pytestmark = pytest.mark.browser


def report(page: Page) -> None:
    page.get_by_role("link", name="Report", exact=True).click()
    page.get_by_label("Input").fill(REPORTED)
    page.get_by_label("The model said").select_option("negative")
    page.get_by_label("It should have said").select_option("positive")
    page.get_by_label("Comment").fill("I meant it kindly")
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_text("The report is in the inbox")).to_be_visible()


def make_problem_of_it(page: Page) -> None:
    page.get_by_label("All", exact=True).check()
    page.get_by_role("button", name="New problem", exact=True).click()
    expect(page.get_by_role("heading", name="From 1 report")).to_be_visible()
    page.get_by_label("Title").fill("Litotes read as anger")
    page.get_by_label("Harm").select_option("moderate")
    page.get_by_role("button", name="Create the problem").click()
    expect(page.get_by_role("heading", name="Litotes read as anger")).to_be_visible()


def describe(page: Page) -> None:
    lines = [{"input": text, "expectation": {"type": "equals", "label": "positive"}} for text in TEXTS]
    page.locator("#patterns").get_by_role("link", name="Add").click()
    page.get_by_label("JSON lines").fill("\n".join(map(json.dumps, lines)))
    page.get_by_role("button", name="Add these").click()
    expect(page.get_by_text("24 added.")).to_be_visible()


def test_from_a_report_to_a_verdict(signed_in: Page, shop: Project) -> None:
    page = signed_in
    report(page)
    make_problem_of_it(page)
    describe(page)

    # nobody has evaluated it: the page watches, and shows what came of it without being loaded again
    expect(page.locator("#freshness")).to_contain_text("0 of 2")
    page.evaluate("window.loadedOnce = true")
    page.get_by_label("Comment").fill("half a thought")
    evaluate(shop)
    finding = page.locator("[data-finding]")
    expect(finding).to_contain_text("Fixed by v2 (0 of 24 judged cases fail). The active v1 fails 24 of 24.")
    assert page.evaluate("window.loadedOnce") is True
    expect(page.get_by_label("Comment")).to_have_value("half a thought")

    expect(page.locator("#chart svg")).to_be_visible()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="v2"))
    expect(row).to_contain_text("fixed")
    expect(row).to_contain_text("0 of 24")
    # one reporter of 200 users, all judged cases fail, moderate weighs 3: 0.5 % x 1 x 3
    expect(page.locator("#problem-side")).to_contain_text("1.5")

    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.locator("#problem-head")).to_contain_text("Fix available")


def test_a_column_that_asks_for_a_reason_opens_its_form(signed_in: Page, shop: Project) -> None:
    page = signed_in
    report(page)
    make_problem_of_it(page)
    page.get_by_role("link", name="Reject…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Reason")).to_be_visible()
    dialog.get_by_label("Reason").fill("the label is right")
    dialog.get_by_role("button", name="Reject").click()
    expect(page.locator("#problem-head")).to_contain_text("Rejected by ada: the label is right.")
