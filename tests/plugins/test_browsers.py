import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tracker.projects.models import User

pytestmark = pytest.mark.browser


def test_browser_reaches_the_server_and_the_test_its_database(page: Page, live_server: LiveServer) -> None:
    User.objects.create_user(username="ada")
    answer = page.goto(f"{live_server.url}/healthz")
    assert answer is not None
    assert answer.ok
    assert User.objects.filter(username="ada").exists()
