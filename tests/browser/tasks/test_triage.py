"""Triage: from the inbox to a problem in its column, by mouse, and by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import REPORTED, TEXTS
from tests.factories import make_problem
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.intake import file_report
from tracker.triage.models import Report
from tracker.triage.report_bodies import ReportBody

pytestmark = pytest.mark.browser


@pytest.fixture
def reports(shop: Project) -> list[Report]:
    """Three new reports; the newest, on top of the inbox, is REPORTED."""
    said = [*TEXTS[:2], REPORTED]
    return [
        file_report(SYSTEM, shop, ReportBody(input=text, predicted="negative", expected="positive"))[0]
        for text in said
    ]


def test_by_mouse_reports_become_a_problem_another_a_part_of_it_and_one_is_dismissed(
    any_window: Page, shop: Project, reports: list[Report]
) -> None:
    page = any_window
    page.goto("/projects/shop/inbox/")
    inbox = page.get_by_role("region", name="Reports")
    rows = inbox.get_by_role("listitem")
    expect(rows).to_have_count(3)

    rows.filter(has_text=REPORTED).get_by_role("checkbox").check()
    inbox.get_by_role("button", name="New problem", exact=True).click()
    expect(page.get_by_role("heading", name="From 1 report")).to_be_visible()
    page.get_by_label("Title").fill("Litotes read as anger")
    page.get_by_role("button", name="Create the problem").click()
    expect(page.get_by_role("heading", name="Litotes read as anger", level=1)).to_be_visible()

    page.goto("/projects/shop/inbox/")
    form = page.locator("form[data-settle-form]")
    rows.first.get_by_role("checkbox").check()
    inbox.get_by_role("button", name="Link…", exact=True).click()
    expect(page.get_by_role("heading", name="Link 1 report")).to_be_visible()
    form.get_by_label("#1 Litotes read as anger").check()
    form.get_by_role("button", name="Link", exact=True).click()
    expect(page.get_by_text("1 report is now part of #1 Litotes read as anger.")).to_be_visible()

    rows.first.get_by_role("checkbox").check()
    inbox.get_by_role("button", name="Dismiss…", exact=True).click()
    form.get_by_label("Something else").check()
    form.get_by_role("button", name="Dismiss", exact=True).click()
    expect(form.get_by_text("Say why they are dismissed.")).to_be_visible()
    form.get_by_label("In words").fill("a joke")
    form.get_by_role("button", name="Dismiss", exact=True).click()
    expect(page.get_by_text("1 report dismissed.")).to_be_visible()
    expect(page.get_by_role("heading", name="No new report")).to_be_visible()
    assert sorted(shop.reports.values_list("status", flat=True)) == ["dismissed", "linked", "linked"]
    assert set(shop.reports.filter(status="linked").values_list("problem__number", flat=True)) == {1}


def test_by_mouse_a_card_is_dragged_to_its_column(wide_window: Page, shop: Project) -> None:
    page = wide_window
    make_problem(shop, title="Litotes read as anger")
    page.goto("/projects/shop/")
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Litotes read as anger"))
    confirmed = page.get_by_role("region", name="Confirmed")
    card.drag_to(confirmed.get_by_role("list"))
    expect(page.get_by_text("#1 is now: Confirmed.")).to_be_visible()
    expect(confirmed.get_by_role("heading", name="Litotes read as anger")).to_be_visible()
    assert shop.problems.get().status == "confirmed"


def test_by_keyboard_alone_from_the_inbox_to_a_confirmed_problem(
    window: Page, shop: Project, reports: list[Report]
) -> None:
    page, keys = window, window.keyboard
    page.goto("/projects/shop/")
    press(page, "g", "i")
    page.wait_for_url("**/inbox/")
    press(page, "j", "x")
    expect(page.get_by_role("checkbox", name=f"Report {reports[-1].pk}")).to_be_checked()
    press(page, "n")
    expect(page.get_by_role("heading", name="From 1 report")).to_be_visible()
    tab_to(page, "Title")
    keys.type("Litotes read as anger")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Litotes read as anger", level=1)).to_be_visible()

    press(page, "g", "i")
    page.wait_for_url("**/inbox/")
    press(page, "j", "l")
    expect(page.get_by_role("dialog").get_by_label("Problem")).to_be_focused()
    keys.type("litotes")
    keys.press("Enter")
    expect(page.get_by_text("1 report is now part of #1 Litotes read as anger.")).to_be_visible()
    expect(page.get_by_role("region", name="Reports").get_by_role("listitem")).to_be_focused()
    press(page, "d")
    expect(page.get_by_role("dialog").get_by_label("The prediction is right")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_text("1 report dismissed.")).to_be_visible()
    assert sorted(shop.reports.values_list("status", flat=True)) == ["dismissed", "linked", "linked"]

    press(page, "g", "b")
    page.wait_for_url("**/shop/")
    press(page, "j", "m")
    expect(page.get_by_role("dialog").get_by_role("button", name="Confirm", exact=True)).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_text("#1 is now: Confirmed.")).to_be_visible()
    press(page, "j", "o")
    expect(page.get_by_role("heading", name="Litotes read as anger", level=1)).to_be_visible()
    press(page, "g", "b")
    page.wait_for_url("**/shop/")
    press(page, "/")
    keys.type("irony")
    keys.press("Enter")
    expect(page.get_by_text("0 problems match")).to_be_visible()
    assert shop.problems.get().status == "confirmed"


def test_the_keys_are_listed_and_a_dialog_gives_the_focus_back(window: Page, shop: Project) -> None:
    make_problem(shop, title="Litotes read as anger")
    page, keys = window, window.keyboard
    page.goto("/projects/shop/")
    press(page, "?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("Next and previous in a list")
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    press(page, "j", "m")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Move #1"))).to_be_focused()


def press(page: Page, *keys: str) -> None:
    """Press keys once the page listens to them."""
    page.wait_for_load_state()
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element with this name has the focus, as a person without a mouse does."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if (
            page.evaluate(
                "document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent"
            ).strip()
            == name
        ):
            return
    pytest.fail(f"the Tab key does not lead to {name}")
