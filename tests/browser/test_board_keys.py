"""The board by keyboard alone, its filters without a page load, and cards that are dragged."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import TEXTS
from tests.factories import equals, evaluate, make_patterns, make_problem
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.moves import move_problem

pytestmark = pytest.mark.browser


@pytest.fixture
def three(shop: Project) -> None:
    """#1 and #2 in triage, #3 confirmed; nothing is evaluated."""
    for title in ("Irony is lost", "Litotes read as anger"):
        make_problem(
            shop, title=title, users_affected_percent=10, users_affected_reason="a survey", harm="minor"
        )
    move_problem(SYSTEM, make_problem(shop, title="Sarcasm read as praise"), "confirmed")


@pytest.fixture
def board(three: None, signed_in: Page) -> Page:
    return signed_in


def card(page: Page, number: int) -> Locator:
    return page.locator(f"#problem-{number}")


def column(page: Page, status: str) -> Locator:
    return page.locator(f'[data-board-column="{status}"]')


def test_a_problem_is_confirmed_assigned_and_weighed_by_keys_alone(board: Page) -> None:
    page, keys = board, board.keyboard
    page.evaluate("window.loadedOnce = true")
    # what is said in a region is read out only if the region stays
    page.evaluate("document.getElementById('messages').stays = true")
    keys.press("j")
    expect(card(page, 1)).to_be_focused()
    keys.press("j")
    expect(card(page, 2)).to_be_focused()
    keys.press("k")
    expect(card(page, 1)).to_be_focused()

    keys.press("m")
    expect(page.get_by_role("dialog").get_by_role("button", name="Confirm", exact=True)).to_be_focused()
    keys.press("Enter")
    expect(column(page, "confirmed").locator("#problem-1")).to_be_focused()

    keys.press("a")  # nobody has it, so the person who asks is proposed
    expect(page.get_by_role("radio", name="ada (me)")).to_be_checked()
    keys.press("Enter")
    expect(card(page, 1)).to_contain_text("Assigned to ada")
    expect(card(page, 1)).to_be_focused()

    keys.press("h")
    expect(page.get_by_role("radio", name="minor × 2")).to_be_checked()
    keys.press("5")
    expect(page.get_by_role("radio", name="severe × 8")).to_be_checked()
    keys.press("Enter")
    # 10 % of the users, error 1 as nothing is scored, severe 8
    expect(card(page, 1)).to_contain_text("80.0")
    expect(card(page, 1)).to_be_focused()
    expect(page.get_by_text("#1: its harm is severe.")).to_be_visible()

    problem = Problem.objects.select_related("assignee").get(number=1)
    assert problem.assignee is not None
    assert (problem.status, problem.assignee.username, problem.harm_name) == ("confirmed", "ada", "severe")
    assert page.evaluate("window.loadedOnce") is True
    assert page.evaluate("document.getElementById('messages').stays") is True

    keys.press("o")
    expect(page.get_by_role("heading", name="Irony is lost")).to_be_visible()
    page.wait_for_load_state()
    keys.press("h")
    expect(page.get_by_role("radio", name="severe × 8")).to_be_checked()
    keys.press("1")
    expect(page.get_by_role("radio", name="negligible × 1")).to_be_checked()
    keys.press("Enter")
    expect(page.locator("#problem-side")).to_contain_text("negligible")


def test_arrows_go_from_column_to_column_and_the_keys_are_listed(board: Page) -> None:
    page, keys = board, board.keyboard
    keys.press("j")
    keys.press("ArrowRight")
    expect(card(page, 3)).to_be_focused()
    keys.press("ArrowLeft")
    expect(card(page, 1)).to_be_focused()
    keys.press("ArrowDown")
    expect(card(page, 2)).to_be_focused()
    keys.press("a")
    page.get_by_role("textbox", name="Narrow the choices").fill("somebody else")
    keys.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()  # else the one proposed before would be assigned
    keys.press("Escape")
    expect(card(page, 2)).to_be_focused()
    assert Problem.objects.get(number=2).assignee is None
    keys.press("?")
    listed = page.get_by_role("dialog", name="Keys")
    for what in ("Assign the problem", "Move the problem", "Set its harm", "Column before and after"):
        expect(listed).to_contain_text(what)
    keys.press("Escape")
    keys.press("v")
    page.wait_for_url("**/projects/shop/?view=table")
    keys.press("j")
    expect(page.locator("[data-keys-item]").first).to_be_focused()


def test_the_table_is_sorted_and_edited_without_a_page_load(board: Page) -> None:
    page, keys = board, board.keyboard
    page.get_by_role("link", name="Table", exact=True).click()
    page.wait_for_url("**/projects/shop/?view=table")
    page.evaluate("window.loadedOnce = true")
    rows = page.locator("[data-keys-item]")
    page.get_by_role("link", name="Problem", exact=True).focus()
    keys.press("Enter")
    expect(page).to_have_url(re.compile(r"/projects/shop/\?view=table&sort=title$"))
    expect(page.get_by_role("columnheader", name="Problem")).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_role("link", name="Problem", exact=True)).to_be_focused()
    keys.press("Enter")
    expect(rows.first).to_contain_text("Sarcasm read as praise")
    keys.press("j")
    keys.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    keys.press("a")
    page.get_by_role("textbox", name="Narrow the choices").fill("nob")
    expect(page.get_by_role("radio", name="Nobody")).to_be_checked()
    page.get_by_role("textbox", name="Narrow the choices").fill("ad")
    expect(page.get_by_role("radio", name="ada (me)")).to_be_checked()
    keys.press("Enter")
    expect(rows.nth(1)).to_contain_text("ada")
    expect(rows.nth(1)).to_be_focused()
    assert page.evaluate("window.loadedOnce") is True


def test_filters_answer_at_once_and_stand_in_the_address(board: Page) -> None:
    page = board
    page.evaluate("window.loadedOnce = true")
    page.get_by_label("Harm", exact=True).focus()
    page.get_by_label("Harm", exact=True).select_option("minor")
    expect(page.get_by_text("2 problems match")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/projects/shop/\?harm=minor$"))
    expect(page.get_by_label("Harm", exact=True)).to_be_focused()
    page.get_by_label("Search problems").fill("irony")
    page.keyboard.press("Enter")  # with the filters that stand
    expect(page.get_by_text("1 problem matches")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/projects/shop/\?.*q=irony"))
    expect(page.locator(".filter-chip")).to_have_count(2)
    page.get_by_label("Search problems").fill("")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 problems match")).to_be_visible()
    page.get_by_label("Status", exact=True).select_option("confirmed")
    expect(page.get_by_role("heading", name="No problem matches")).to_be_visible()
    assert page.evaluate("window.loadedOnce") is True
    page.go_back()
    expect(page.get_by_text("2 problems match")).to_be_visible()
    page.get_by_role("link", name=re.compile("harm minor")).click()
    expect(page).to_have_url(re.compile(r"/projects/shop/\?$|/projects/shop/$"))
    expect(card(page, 3)).to_be_visible()


def carry(page: Page, number: int, to: Locator) -> None:
    """Take a card to a column and hold it there."""
    start, end = card(page, number).bounding_box(), to.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + start["width"] / 2 + 12, start["y"] + 22, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 80, steps=12)


def test_only_legal_columns_light_up_and_the_others_say_why(board: Page) -> None:
    page = board
    carry(page, 3, column(page, "regressed"))  # on its way over triage, which would take it
    expect(column(page, "triage")).to_have_class(re.compile("is-legal"))
    expect(column(page, "in_progress")).to_have_class(re.compile("is-legal"))
    expect(column(page, "regressed")).to_have_class(re.compile("is-refusing"))
    expect(column(page, "regressed").locator("[data-board-refusal]")).to_be_visible()
    expect(column(page, "triage").locator("[data-board-refusal]")).to_be_hidden()
    page.mouse.up()
    expect(page.locator("#messages")).to_contain_text(
        "Follows from the models' results; nobody moves a problem here."
    )
    expect(column(page, "confirmed").locator("#problem-3")).to_be_visible()
    expect(column(page, "triage")).not_to_have_class(re.compile("is-legal"))
    assert Problem.objects.get(number=3).status == "confirmed"


def test_dropping_on_fixed_asks_for_the_reason_and_cancel_puts_the_card_back(board: Page) -> None:
    page = board
    carry(page, 3, column(page, "fixed"))
    page.mouse.up()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    expect(column(page, "confirmed").locator("#problem-3")).to_have_count(1)
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_be_hidden()
    expect(column(page, "confirmed").locator("#problem-3")).to_be_visible()

    carry(page, 3, column(page, "fixed"))
    page.mouse.up()
    dialog.get_by_role("button", name="Close by hand").click()
    expect(dialog).to_contain_text("Say why.")  # the dialog stays
    dialog.get_by_label("Reason").fill("the product changed")
    dialog.get_by_role("button", name="Close by hand").click()
    expect(column(page, "fixed").locator("#problem-3")).to_contain_text("closed by hand")
    expect(page.get_by_text("#3 is now: Fixed.")).to_be_visible()


def test_a_move_that_fails_puts_the_card_back(board: Page) -> None:
    page = board

    def lose(route: Route) -> None:
        route.abort()

    page.route("**/problems/1/move/", lose)
    carry(page, 1, column(page, "confirmed"))
    page.mouse.up()
    expect(page.locator("#messages")).to_contain_text("The server did not answer.")
    expect(column(page, "triage").locator("#problem-1")).to_be_visible()


def test_fixed_takes_no_card_that_the_active_model_fails(shop: Project, three: None, signed_in: Page) -> None:
    make_patterns(Problem.objects.get(number=3), [equals(text) for text in TEXTS])
    evaluate(shop)
    signed_in.reload()
    carry(signed_in, 3, column(signed_in, "fixed"))
    expect(column(signed_in, "fixed")).to_have_class(re.compile("is-refusing"))
    signed_in.mouse.up()
    expect(signed_in.locator("#messages")).to_contain_text("The active model still fails it")
