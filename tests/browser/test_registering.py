"""Registering a model, and trying it beside the form: what is typed, where the focus is."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.runs.conftest import CALLABLE

pytestmark = pytest.mark.browser


@pytest.fixture
def form(signed_in: Page, live_server: Any, settings: Any) -> Page:
    settings.PYTHON_CALLABLES = [CALLABLE]
    signed_in.goto(f"{live_server.url}/projects/shop/register-model/?kind=python")
    return signed_in


def test_the_focus_stays_while_the_answer_is_read_out(form: Page) -> None:
    form.get_by_label("Example").fill("not bad")
    button = form.get_by_role("button", name="Try it")
    button.press("Enter")
    answer = form.get_by_role("status").filter(has_text="Output that was read:")
    expect(answer).to_be_visible()
    expect(button).to_be_focused()


def test_what_is_wrong_in_a_folded_part_is_unfolded(form: Page) -> None:
    settings_part = form.get_by_text("Advanced settings")
    settings_part.click()
    form.get_by_label("Inputs in one call").fill("0")
    settings_part.click()
    expect(form.get_by_label("Inputs in one call")).to_be_hidden()
    form.get_by_label("Version").fill("v3")
    form.get_by_role("button", name="Register").click()
    expect(form.get_by_label("Inputs in one call")).to_be_focused()


def test_what_was_typed_goes_along_to_another_way_of_reaching_the_model(form: Page) -> None:
    form.get_by_label("Version").fill("v3")
    form.get_by_label("Data").fill("reviews-2026")
    form.get_by_role("link", name="any JSON server").click()
    expect(form.get_by_label("Version")).to_have_value("v3")
    expect(form.get_by_label("Data")).to_have_value("reviews-2026")
    form.get_by_role("textbox", name="Address *").fill("https://models.example.org")
    form.get_by_label("Headers").fill("X-Key: not-for-you")
    form.get_by_role("link", name="an MLflow server").click()
    expect(form.get_by_role("textbox", name="Address *")).to_have_value("https://models.example.org")
    # a key never leaves its field
    expect(form.get_by_label("Headers")).to_have_value("")
