"""Every form works with scripts off: the ones that no other task here sends are sent here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.filled import fill
from tests.browser.tasks.conftest import WITHOUT_SCRIPTS, window_of
from tracker.projects.models import Project, User

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(chromium: Browser, live_server: LiveServer, transactional_db: None) -> Iterator[Page]:
    """A narrow window without scripts, in which ada has signed in."""
    yield from window_of(chromium, live_server, fill(), WITHOUT_SCRIPTS)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).last.click()


def shop() -> Project:
    return Project.objects.get(slug="shop")


def test_forms_of_a_problem(plain: Page) -> None:
    plain.goto("/projects/shop/new-problem/")
    plain.get_by_label("Title").fill("Irony is lost")
    press(plain, "Create the problem")
    number = shop().problems.get(title="Irony is lost").number
    plain.get_by_role("link", name="Edit", exact=True).click()
    plain.get_by_label("Title").fill("Irony is not seen")
    plain.get_by_label("Harm", exact=False).first.select_option("minor")
    plain.get_by_label("This problem has a fix criterion of its own").check()
    plain.get_by_label("Fewest cases that can decide").fill("9")
    press(plain, "Save")
    expect(plain.get_by_role("heading", name="Irony is not seen")).to_be_visible()
    press(plain, "Confirm")
    expect(plain.get_by_text(f"#{number} is now: Confirmed.")).to_be_visible()
    plain.get_by_role("link", name="Move", exact=True).click()  # on a small screen this leads to all of them
    plain.get_by_role("link", name="Mark as a duplicate").click()
    plain.get_by_label("Duplicate of").fill("1")
    plain.get_by_label("Reason").fill("the same")
    plain.get_by_role("button", name="Duplicate", exact=False).last.click()
    problem = shop().problems.get(number=number)
    assert (problem.title, problem.harm_name, problem.criterion.min_cases) == (
        "Irony is not seen",
        "minor",
        9,
    )
    assert problem.duplicate_of is not None
    assert problem.duplicate_of.number == 1


def test_a_problem_is_deleted_and_another_evaluated(plain: Page) -> None:
    bare = shop().problems.get(title="Not described yet")
    plain.goto(f"/projects/shop/problems/{bare.number}/edit/")
    press(plain, "Delete the problem")
    expect(plain.get_by_text("The problem is deleted.")).to_be_visible()
    plain.goto("/projects/shop/problems/1/")
    press(plain, "Evaluate now")
    expect(plain.get_by_text("The evaluation is under way.")).to_be_visible()
    plain.get_by_label("Comment").fill("Not ours")
    press(plain, "Comment")
    expect(plain.get_by_role("region", name="Timeline").get_by_text("Not ours")).to_be_visible()


def test_forms_of_reports(plain: Page) -> None:
    plain.goto("/projects/shop/problems/1/reports/")
    plain.get_by_role("button", name="Make a test pattern").first.click()
    plain.goto("/projects/shop/problems/1/reports/")
    plain.get_by_role("button", name="Unlink").first.click()
    expect(plain.get_by_text("1 report is back in the inbox.")).to_be_visible()
    plain.goto("/projects/shop/inbox/?status=dismissed")
    press(plain, "Put back")
    expect(plain.get_by_text("1 report is back in the inbox.")).to_be_visible()
    assert not shop().reports.filter(status="dismissed").exists()


def test_forms_of_models_and_runs(plain: Page) -> None:
    plain.goto("/projects/shop/register-model/")
    plain.get_by_label("Version").fill("v9")
    press(plain, "Register")
    expect(plain.get_by_role("heading", name="v9", level=1)).to_be_visible()
    plain.get_by_label("JSON lines").fill('{"input": "so so", "label": "neutral"}')
    press(plain, "Add these outputs")
    expect(
        plain.get_by_text("1 accepted", exact=False).or_(plain.get_by_text("1 added", exact=False))
    ).to_be_visible()
    press(plain, "Make it a shadow")
    expect(plain.get_by_text("v9 is a shadow now", exact=False)).to_be_visible()
    press(plain, "Archive")
    press(plain, "Restore")
    assert shop().models.get(version="v9").stage == "candidate"
    plain.goto("/projects/shop/runs/")
    press(plain, "Evaluate what is stale")
    expect(plain.get_by_text("The evaluation is under way.")).to_be_visible()
    run = shop().runs.filter(status="queued").latest("pk")
    plain.goto(f"/projects/shop/runs/{run.pk}/")
    press(plain, "Cancel the run")
    expect(plain.get_by_text("Cancelled. What it stored is kept.")).to_be_visible()
    press(plain, "Run it again")
    expect(plain.get_by_text("A new run asks again for what this one could not get.")).to_be_visible()


def test_filters_and_search(plain: Page) -> None:
    plain.goto("/projects/shop/")
    plain.get_by_label("Status").select_option("rejected")
    press(plain, "Filter")
    expect(plain.get_by_role("heading", name="Typing errors")).to_be_visible()
    plain.get_by_label("Search problems").fill("litotes")
    plain.get_by_label("Search problems").press("Enter")  # with the filters that stand
    expect(plain.get_by_text("0 problems match")).to_be_visible()
    plain.get_by_role("link", name="Rejected take this filter away").click()
    expect(plain.get_by_text("1 problem matches")).to_be_visible()
    expect(plain.get_by_role("heading", name="Litotes read as anger")).to_be_visible()


def test_settings_a_role_and_a_project(plain: Page) -> None:
    plain.goto("/projects/shop/settings/")
    plain.get_by_label("Active users").fill("400")
    press(plain, "Save")
    expect(plain.get_by_text("Saved.", exact=False)).to_be_visible()
    plain.get_by_label("Role of bob").select_option("triager")
    plain.get_by_role("button", name="Set", exact=True).last.click()
    expect(plain.get_by_text("The role is set.")).to_be_visible()
    assert shop().active_users == 400
    assert shop().memberships.get(user__username="bob").role == "triager"
    plain.goto("/new-project/")
    plain.get_by_label("Name", exact=False).first.fill("Second")
    press(plain, "Create the project")
    assert Project.objects.filter(slug="second").exists()


def test_signing_out_and_a_new_password(plain: Page) -> None:
    plain.goto("/accounts/password/change/")
    plain.get_by_label("Current password").fill("not-secret")
    for field in plain.get_by_label("New password").all():
        field.fill("kQ7!vnw2-and-more")
    press(plain, "Change password")
    assert User.objects.get(username="ada").check_password("kQ7!vnw2-and-more")
    plain.goto("/accounts/logout/")
    press(plain, "Sign out")
    expect(plain.get_by_role("heading", name="Sign in")).to_be_visible()
