"""Report a wrong prediction."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import REPORTED
from tracker.projects.models import Project

pytestmark = pytest.mark.browser


def test_a_person_reports_a_wrong_prediction(any_window: Page, shop: Project) -> None:
    page = any_window
    page.goto("/projects/shop/")
    page.get_by_role("link", name="Report", exact=True).click()
    page.get_by_label("Input").fill(REPORTED)
    page.get_by_label("The model said").select_option("negative")
    page.get_by_label("It should have said").select_option("positive")
    page.get_by_label("Comment").fill("I meant it kindly")
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_text("Thank you. The report is in the inbox.")).to_be_visible()
    expect(page.get_by_role("region", name="Reports").get_by_role("listitem")).to_contain_text(REPORTED)
    report = shop.reports.get()
    assert (report.predicted, report.expected) == ({"label": "negative"}, {"label": "positive"})
    assert (report.comment, report.status) == ("I meant it kindly", "new")


def test_what_is_missing_is_said_and_what_was_typed_is_kept(any_window: Page, shop: Project) -> None:
    page = any_window
    page.goto("/projects/shop/report/")
    page.get_by_label("The model said").select_option("negative")
    page.get_by_label("Comment").fill("I meant it kindly")
    page.get_by_label("Comment").evaluate("(field) => { field.form.noValidate = true; }")
    page.get_by_label("Input").fill("")
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_label("Input")).to_have_accessible_description(re.compile(r"This field is required\."))
    expect(page.get_by_label("Comment")).to_have_value("I meant it kindly")
    assert not shop.reports.exists()
