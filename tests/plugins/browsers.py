"""A real Chromium: `page` is a fresh window of it. Mark the tests `browser`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Route, sync_playwright

from scripts.browser import find_browser
from tests.plugins.network import name_stays_here

# As root it cannot make its own sandbox; the rest keeps it from calling its maker.
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
PATIENCE_MS = 15_000


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # Playwright runs an event loop in this thread, in which Django would refuse to use the database.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as running:
        yield running
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        pytest.fail("no Chromium found: install one, or set CHROMIUM to its path (make test installs it)")
    browser = playwright.chromium.launch(executable_path=path, args=list(OPTIONS))
    yield browser
    browser.close()


@contextmanager
def guarded_window(chromium: Browser, **options: Any) -> Iterator[Page]:
    """A window without cookies. Requests to elsewhere, errors in the page's scripts and whatever the
    Content-Security-Policy had to refuse fail the test."""
    standard = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", "timezone_id": "UTC"}
    context = chromium.new_context(**{**standard, **options})
    context.set_default_timeout(PATIENCE_MS)
    wrong: list[str] = []

    def keep_here(route: Route) -> None:
        if name_stays_here(urlsplit(route.request.url).hostname):
            route.continue_()
        else:
            wrong.append(f"asked for {route.request.url}")
            route.abort()

    def heard(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    context.route("**/*", keep_here)
    window = context.new_page()
    window.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
    window.on("console", heard)
    yield window
    context.close()
    if wrong:
        pytest.fail("; ".join(wrong))


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with guarded_window(chromium) as window:
        yield window
