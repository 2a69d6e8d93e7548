"""The inbox by keyboard alone: link, new problem, dismiss, undo."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories import make_problem
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM
from tracker.triage.intake import file_report
from tracker.triage.models import Report
from tracker.triage.report_bodies import ReportBody

pytestmark = pytest.mark.browser

SAYINGS = ["first saying", "second saying", "third saying", "fourth saying"]


def reports(project: Project) -> dict[str, Report]:
    """File the sayings; the last one stands first in the inbox."""
    return {
        text: file_report(
            SYSTEM, project, ReportBody(input=text, predicted="negative", expected="positive", reporter=text)
        )[0]
        for text in SAYINGS
    }


def state(report: Report) -> tuple[str, str | None]:
    report.refresh_from_db()
    return report.status, report.problem.title if report.problem else None


def focused(page: Page, text: str) -> None:
    expect(page.locator("[data-inbox] li:focus")).to_contain_text(text)


def test_reports_are_triaged_by_keyboard_alone(signed_in: Page, shop: Project) -> None:
    page = signed_in
    make_problem(shop, title="Litotes")
    make_problem(shop, title="Irony is lost")
    filed = reports(shop)
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    page.wait_for_load_state()
    page.evaluate("window.loadedOnce = true")

    page.keyboard.press("j")
    focused(page, "fourth saying")
    page.keyboard.press("l")
    expect(page.get_by_role("dialog").get_by_role("heading", name="Link 1 report")).to_be_visible()
    page.keyboard.type("iron")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 report is now part of #2 Irony is lost.")).to_be_visible()
    assert state(filed["fourth saying"]) == ("linked", "Irony is lost")
    focused(page, "third saying")
    expect(page.locator("#inbox-count")).to_contain_text("3 new reports")

    page.keyboard.press("J")  # ticks it and goes on
    page.keyboard.press("x")
    expect(page.locator("[data-ticked]")).to_have_text("2 ticked")
    page.keyboard.press("d")
    expect(page.get_by_role("dialog").get_by_role("heading", name="Dismiss 2 reports")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 reports dismissed.")).to_be_visible()
    assert state(filed["third saying"]) == state(filed["second saying"]) == ("dismissed", None)
    assert filed["third saying"].dismissed_because == "Too little to go on"
    focused(page, "first saying")
    assert page.evaluate("window.loadedOnce") is True  # nothing was loaded anew until here

    page.keyboard.press("u")
    expect(page.get_by_text("2 reports are back in the inbox.")).to_be_visible()
    page.wait_for_load_state()
    focused(page, "third saying")
    assert state(filed["third saying"]) == state(filed["second saying"]) == ("new", None)

    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="From 1 report")).to_be_visible()
    expect(page.get_by_text("third saying")).to_be_visible()


def test_a_refused_act_says_why_in_the_dialog(signed_in: Page, shop: Project) -> None:
    page = signed_in
    filed = reports(shop)
    page.goto(page.url + "inbox/")
    page.keyboard.press("j")
    page.keyboard.press("l")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Problem").fill("no such thing")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("Say which problem: choose one from the list.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    focused(page, "fourth saying")
    assert state(filed["fourth saying"]) == ("new", None)


def test_the_inbox_needs_no_script(chromium: Browser, live_server: Any, shop: Project, ada: User) -> None:
    make_problem(shop, title="Irony is lost")
    filed = reports(shop)
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{live_server.url}/projects/shop/inbox/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("not-secret")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label(f"Report {filed['fourth saying'].pk}").check()
    page.get_by_label(f"Report {filed['first saying'].pk}").check()
    page.get_by_role("button", name="Link").click()
    expect(page.get_by_role("heading", name="Link 2 reports")).to_be_visible()
    page.get_by_label("#1 Irony is lost").check()
    page.get_by_role("button", name="Link").click()
    expect(page.get_by_text("2 reports are now part of #1 Irony is lost.")).to_be_visible()
    assert state(filed["first saying"]) == ("linked", "Irony is lost")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 reports are back in the inbox.")).to_be_visible()
    assert state(filed["first saying"]) == state(filed["fourth saying"]) == ("new", None)
    context.close()
