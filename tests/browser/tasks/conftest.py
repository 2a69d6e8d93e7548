"""The window in which a task is done: wide, narrow, and for what is done by links and forms without scripts too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response
from pytest_django.live_server_helper import LiveServer

from scripts.page_looks import DRAWN
from tests.browser.conftest import let_in
from tests.plugins.browsers import guarded_window
from tracker.projects.models import User

WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
NARROW: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}
WITHOUT_SCRIPTS: dict[str, Any] = {**NARROW, "java_script_enabled": False}


def window_of(chromium: Browser, server: LiveServer, user: User, options: dict[str, Any]) -> Iterator[Page]:
    with guarded_window(chromium, base_url=server.url, **options) as window:
        let_in(window, server, user)
        if options.get("java_script_enabled", True):
            look_before_acting(window)
        yield window


def look_before_acting(window: Page) -> None:
    """Go on from a page only once it is drawn, as people do: what moves at that moment takes a click elsewhere."""
    go = window.goto

    def go_and_look(url: str, **options: Any) -> Response | None:
        answer = go(url, **options)
        window.wait_for_function(DRAWN)
        return answer

    window.goto = go_and_look  # type: ignore[method-assign]


@pytest.fixture(params=[WIDE, NARROW, WITHOUT_SCRIPTS], ids=["1440", "390", "without scripts"])
def any_window(
    request: pytest.FixtureRequest, chromium: Browser, live_server: LiveServer, ada: User
) -> Iterator[Page]:
    """For tasks that are done by links and forms."""
    yield from window_of(chromium, live_server, ada, request.param)


@pytest.fixture(params=[WIDE, NARROW], ids=["1440", "390"])
def window(
    request: pytest.FixtureRequest, chromium: Browser, live_server: LiveServer, ada: User
) -> Iterator[Page]:
    """For tasks that need scripts: keys, dialogs, charts, what refreshes itself."""
    yield from window_of(chromium, live_server, ada, request.param)


@pytest.fixture
def wide_window(chromium: Browser, live_server: LiveServer, ada: User) -> Iterator[Page]:
    """For what only a mouse does: dragging."""
    yield from window_of(chromium, live_server, ada, WIDE)
