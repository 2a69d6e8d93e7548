"""The page to read and try the API, under the strict Content-Security-Policy."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer


@pytest.mark.django_db
def test_the_page_has_no_inline_script_or_style() -> None:
    page = Client().get("/api/v1/docs/").content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert page.count("<script") == page.count("<script src=")


@pytest.mark.browser
def test_the_page_shows_the_schema(live_server: LiveServer, page: Page) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/api/v1/docs/")
    expect(page.get_by_text("File a report, or many")).to_be_visible()
    page.get_by_text("File a report, or many").click()
    expect(page.get_by_role("button", name="Try it out")).to_be_visible()
    assert refused == []
