"""Signing in and out."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings

from tests.board.visitors import words
from tracker.projects.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada", password="not-secret")


def test_signing_in_leads_to_where_one_wanted_to_go(client: Client, ada: User) -> None:
    page = client.get("/accounts/login/", {"next": "/new-project/"})
    assert 'name="next"' in page.content.decode()
    answer = client.post(
        "/accounts/login/", {"login": "ada", "password": "not-secret", "next": "/new-project/"}
    )
    assert answer["Location"] == "/new-project/"


def test_a_wrong_password_is_told_and_the_name_is_kept(client: Client, ada: User) -> None:
    page = client.post("/accounts/login/", {"login": "ada", "password": "wrong"})
    assert "not correct" in words(page)
    assert 'value="ada"' in page.content.decode()


def test_nobody_can_sign_up(client: Client) -> None:
    client.post("/accounts/signup/", {"username": "eve", "password1": "kQ7!vnw2", "password2": "kQ7!vnw2"})
    assert not User.objects.filter(username="eve").exists()


def test_signing_out_asks_first(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert "Sign out?" in words(client.get("/accounts/logout/"))
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(("backend", "offered"), [("console", False), ("smtp", True)])
def test_a_new_password_by_mail_is_offered_only_where_mail_is_sent(
    client: Client, backend: str, offered: bool
) -> None:
    with override_settings(EMAIL_BACKEND=f"django.core.mail.backends.{backend}.EmailBackend"):
        assert ("Forgot" in words(client.get("/accounts/login/"))) is offered


def test_pages_about_an_account_are_a_press_away_and_titled_as_all_pages(client: Client, ada: User) -> None:
    client.force_login(ada)
    projects = client.get("/").content.decode()
    for address, title in (
        ("/accounts/password/change/", "Change password"),
        ("/accounts/2fa/", "Two-factor authentication"),
    ):
        assert f'href="{address}"' in projects
        assert f"<h1>{title}</h1>" in client.get(address).content.decode()
