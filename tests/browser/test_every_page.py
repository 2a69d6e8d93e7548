"""Every page in every state worth looking at, wide and narrow, in light and in dark.

axe finds nothing, nothing is wider than its window, and nothing runs into the Content-Security-Policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from scripts.page_addresses import LOOKS, Look
from scripts.page_looks import SCHEMES, light_up, missing, places, show
from tests.browser.filled import fill
from tests.plugins.browsers import PATIENCE_MS

pytestmark = pytest.mark.browser

WIDE = ViewportSize(width=1440, height=900)
NARROW = ViewportSize(width=390, height=844)
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}
# The reference of the API is drawn by Swagger UI, whose own faults are not ours to mend.
# What is under an open dialog cannot be reached, and is looked at without the dialog.
RUN_AXE = """(options) => axe.run(document.querySelector("dialog[open]") ?? { exclude: ["#docs"] }, options)
    .then(({ violations }) => violations)"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
UNSEEN_FOCUS = """() => {
    const look = (element) => {
        const { outlineStyle, outlineWidth, boxShadow, backgroundColor, borderColor } = getComputedStyle(element);
        return [outlineStyle, outlineWidth, boxShadow, backgroundColor, borderColor].join();
    };
    const found = [];
    const selector = "a[href], button, input, select, textarea, summary, [tabindex]";
    const root = document.querySelector("dialog[open]") ?? document;
    for (const element of root.querySelectorAll(selector)) {
        const isShown = element.checkVisibility({ visibilityProperty: true });
        const isOurs = !element.closest("#docs"); // the rest is drawn by Swagger UI
        if (element.tabIndex < 0 || element.disabled || !isShown || !isOurs) continue;
        document.activeElement?.blur();
        const before = look(element);
        element.focus({ preventScroll: true });
        if (document.activeElement === element && look(element) === before) found.push(element.outerHTML.slice(0, 120));
    }
    return found;
}"""


@pytest.fixture(scope="module")
def transactional_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of the usual fixture, which empties the database after each test: here it is filled once, since nothing
    changes it and filling takes longer than looking."""
    with django_db_blocker.unblock():
        fill()
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def visitors(
    transactional_db: None, live_server: LiveServer, chromium: Browser
) -> Iterator[dict[bool, BrowserContext]]:
    """Browsers of ada, who has signed in, and of somebody who has not; a page loaded by one is quicker for the next."""
    contexts = {}
    for signed_in in (True, False):
        context = chromium.new_context(
            viewport=WIDE, locale="en-GB", timezone_id="UTC", reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts[signed_in] = context
    client = Client()
    assert client.login(username="ada", password="not-secret")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    contexts[True].add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    yield contexts
    for context in contexts.values():
        context.close()


@pytest.fixture(scope="module")
def known(live_server: LiveServer, visitors: dict[bool, BrowserContext]) -> dict[str, str]:
    return places(visitors[True].request, live_server.url, "shop", empty="empty", pictures="pets")


@pytest.fixture
def window(look: Look, visitors: dict[bool, BrowserContext]) -> Iterator[Page]:
    """A window of who looks. Errors in scripts, and whatever the Content-Security-Policy refused, fail the test."""
    wrong: list[str] = []
    page = visitors[look.signed_in].new_page()

    def heard(message: ConsoleMessage) -> None:
        # The browser notes an answer of 400 or 404 as an error although it shows the page.
        if (
            message.type in {"error", "warning"}
            and "the server responded with a status of" not in message.text
        ):
            wrong.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    page.close()
    assert not wrong


def everything(look: Look) -> dict[str, Any]:
    """All of axe's rules and the one on the size of targets, unless an open menu hides parts of some."""
    covered = any(action == "open" for action, _what in look.steps)
    return {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": not covered}}}


def checked(page: Page, where: str, options: dict[str, Any]) -> None:
    # The bar stays at the top and covers parts of what has scrolled under it, such as targets.
    page.evaluate("window.scrollTo(0, 0)")
    found = page.evaluate(RUN_AXE, options)
    if {each["id"] for each in found} == {"color-contrast"}:
        # A busy machine may be seen between two themes; a contrast that is too low stays.
        page.evaluate("() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))")
        found = page.evaluate(RUN_AXE, options)
    told = [(each["id"], [node["html"][:160] for node in each["nodes"][:4]]) for each in found]
    assert not told, f"{where}: {told}"


def assert_frame(page: Page, look: Look) -> None:
    """A title, a language, one main part, one heading of the first level; a link past the bar where there is a bar."""
    assert page.title().strip(" ·")
    assert page.locator("html").get_attribute("lang")
    assert page.get_by_role("main").count() == 1 or page.locator("dialog[open]").count() == 1
    if look.page != "api-docs":
        assert page.locator("main h1").count() == 1
    if page.get_by_role("banner").count() and not page.locator("dialog[open]").count():
        assert page.get_by_role("link", name="Skip to the content").count() == 1


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_a_page_has_no_barrier(
    look: Look, window: Page, live_server: LiveServer, known: dict[str, str]
) -> None:
    assert not missing(look, known)
    answer = show(window, live_server.url, look, known)
    assert answer is not None
    assert answer.status == look.status
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self';" in f"{policy};"
    assert_frame(window, look)
    window.evaluate(AXE_SCRIPT)
    for size in (WIDE, NARROW):
        window.set_viewport_size(size)
        for scheme, options in zip(SCHEMES, (everything(look), COLOURS), strict=True):
            light_up(window, scheme)
            where = f"{look.name}, {size['width']} wide, {scheme}"
            assert window.evaluate(TOO_WIDE) <= 0, f"{where}: wider than its window"
            checked(window, where, options)
    window.keyboard.press("Tab")  # from here on the browser shows where the focus is
    assert window.evaluate(UNSEEN_FOCUS) == []
