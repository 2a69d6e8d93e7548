"""Who gets in: tokens, sessions, nobody; who is told what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.api.conftest import PROBLEM, Caller, TokenMaker
from tests.factories import make_project
from tracker.projects.changes import remove_member, revoke_token, set_member
from tracker.projects.models import Project, Token, User
from tracker.projects.rights import SYSTEM, Role

SignIn = Callable[[User], Caller]


def test_nobody_gets_401_with_a_challenge(nobody: Caller) -> None:
    answer = nobody.get()
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["status"] == 401


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer wrong", "Bearer a b", "Basic dXNlcjpwYXNz", "mlpt_x", "Bearer schön"]
)
def test_a_bad_authorization_is_401(project: Project, header: str) -> None:
    answer = Caller(project, Authorization=header).get()
    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer.headers


def test_a_bad_token_is_401_even_beside_a_good_session(project: Project, viewer: User) -> None:
    client = Client()
    client.force_login(viewer)
    assert Caller(project, client, Authorization="Bearer wrong").get().status_code == 401


def test_a_token_reads_its_project(reader: Caller) -> None:
    answer = reader.get()
    assert answer.status_code == 200
    assert answer.json()["slug"] == "reviews"


def test_a_token_of_another_project_gets_404(reader: Caller) -> None:
    other = make_project(slug="other")
    assert reader.get(f"/api/v1/projects/{other.slug}/").status_code == 404
    # The same answer as for a project that does not exist.
    assert reader.get("/api/v1/projects/nowhere/").status_code == 404


def test_a_revoked_token_is_401(reader: Caller) -> None:
    revoke_token(SYSTEM, Token.objects.get())
    assert reader.get().status_code == 401


def test_a_signed_in_member_reads(signed_in: SignIn, viewer: User) -> None:
    assert signed_in(viewer).get().status_code == 200


def test_a_signed_in_stranger_gets_404(signed_in: SignIn, stranger: User) -> None:
    answer = signed_in(stranger).get()
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == PROBLEM


def test_a_session_writes_only_with_its_csrf_token(project: Project, admin: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    caller = Caller(project, client)
    refused = caller.patch("", {"name": "New"})
    assert refused.status_code == 403
    assert refused.headers["Content-Type"] == PROBLEM
    client.get("/api/v1/docs/")
    token = client.cookies["csrftoken"].value
    assert caller.patch("", {"name": "New"}, X_CSRFToken=token).status_code == 200


def test_a_person_who_was_shut_out_is_nobody(signed_in: SignIn, viewer: User) -> None:
    caller = signed_in(viewer)
    User.objects.filter(pk=viewer.pk).update(is_active=False)
    assert caller.get().status_code == 401


def test_a_token_ends_with_the_membership_of_its_person(
    project: Project, with_token: TokenMaker, triager: User
) -> None:
    caller = with_token("write", user=triager)
    assert caller.get().status_code == 200
    remove_member(SYSTEM, project, triager)
    assert caller.get().status_code == 401


def test_a_token_ends_when_its_person_is_shut_out(with_token: TokenMaker, triager: User) -> None:
    caller = with_token("write", user=triager)
    User.objects.filter(pk=triager.pk).update(is_active=False)
    assert caller.get().status_code == 401


def test_a_token_may_no_more_than_its_person(project: Project, with_token: TokenMaker, admin: User) -> None:
    caller = with_token("admin", user=admin)
    assert caller.patch("", {"name": "First"}).status_code == 200
    set_member(SYSTEM, project, User.objects.create_user("second"), Role.ADMIN)
    set_member(SYSTEM, project, admin, Role.VIEWER)
    assert caller.patch("", {"name": "Second"}).status_code == 403


def test_the_use_of_a_token_is_noted_at_most_once_a_minute(reader: Caller) -> None:
    reader.get()
    token = Token.objects.get()
    first = token.last_used_at
    assert first is not None
    reader.get()
    token.refresh_from_db()
    assert token.last_used_at == first
    long_ago = timezone.now() - timedelta(minutes=2)
    Token.objects.update(last_used_at=long_ago)
    reader.get()
    token.refresh_from_db()
    assert token.last_used_at is not None
    assert token.last_used_at > long_ago


def test_a_product_token_files_reports_and_nothing_else(product: Caller) -> None:
    for path in ("", "members/", "tokens/", "reports/"):
        assert product.get(path).status_code == 403, path
    assert product.patch("", {"name": "New"}).status_code == 403
    assert product.post("members/", {"user": "x", "role": "admin"}).status_code == 403
