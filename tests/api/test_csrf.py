"""A signed-in person writes with the session cookie, and needs the CSRF token for it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.api.conftest import BASE, JSON, LINES, PROBLEM, Caller
from tests.factories import make_problem
from tracker.projects.models import Project, User

OUTPUT = {"input": "good", "label": "positive"}
MODEL = {"version": "v2", "adapter": {"kind": "recorded"}}
FORM = encode_multipart(BOUNDARY, {"model": json.dumps(MODEL)})


def skops_form(content: bytes) -> bytes:
    model = json.dumps({"version": "v3", "adapter": {"kind": "skops"}})
    return encode_multipart(BOUNDARY, {"model": model, "file": SimpleUploadedFile("m.skops", content)})


@pytest.fixture
def strict(project: Project, admin: User) -> Caller:
    """An admin in a browser: the cookie of a page that was read, and its token still unsent."""
    make_problem(project, slug="negation")
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(admin)
    client.get(f"{BASE}docs/")
    return Caller(project, client)


WRITES: list[tuple[str, str, Any, str, int]] = [
    ("POST", "problems/", {"title": "New"}, JSON, 201),
    ("POST", "models/v1/outputs/", [OUTPUT], JSON, 200),
    ("POST", "models/v1/outputs/", json.dumps(OUTPUT), LINES, 200),
    ("POST", "models/", FORM, MULTIPART_CONTENT, 201),
    ("POST", f"{BASE}projects/", {"slug": "new", "name": "New"}, JSON, 201),
    ("PATCH", "", {"name": "New"}, JSON, 200),
    ("DELETE", "problems/negation/", None, JSON, 204),
]


@pytest.mark.parametrize(("method", "path", "body", "kind", "status"), WRITES)
def test_a_session_writes_whatever_a_token_writes(
    strict: Caller, method: str, path: str, body: Any, kind: str, status: int
) -> None:
    headers = {"X-CSRFToken": strict.client.cookies["csrftoken"].value}
    answer = strict._call(method, path, body, kind, headers)
    assert answer.status_code == status, answer.content


@pytest.mark.parametrize("headers", [{}, {"X-CSRFToken": "a" * 32}], ids=["no token", "wrong token"])
@pytest.mark.parametrize(("method", "path", "body", "kind", "status"), WRITES)
def test_nothing_is_written_without_the_token(
    strict: Caller, method: str, path: str, body: Any, kind: str, status: int, headers: dict[str, str]
) -> None:
    answer = strict._call(method, path, body, kind, headers)
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == PROBLEM
    assert "X-CSRFToken" in answer.json()["detail"]


def test_another_site_is_refused_even_with_the_token(strict: Caller) -> None:
    token = strict.client.cookies["csrftoken"].value
    foreign = {"X-CSRFToken": token, "Origin": "https://elsewhere.example"}
    assert strict._call("POST", "problems/", {"title": "New"}, JSON, foreign).status_code == 403


def test_a_session_uploads_a_model_file(strict: Caller, skops_file: bytes) -> None:
    headers = {"X-CSRFToken": strict.client.cookies["csrftoken"].value}
    answer = strict._call("POST", "models/", skops_form(skops_file), MULTIPART_CONTENT, headers)
    assert answer.status_code == 201, answer.content
