"""Whether the process lives and is ready."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory

from tracker.api import background
from tracker.api.middleware import NoBodyForHead
from tracker.celery import app


def test_healthz_looks_at_nothing() -> None:
    # Without the django_db mark a query would fail this test.
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("host", ["10.1.2.3:8000", "[fd00::1]", "elsewhere.example", "no host at all"])
def test_probes_ask_by_any_name(host: str) -> None:
    assert Client().get("/healthz", headers={"Host": host}).status_code == 200
    assert Client().post("/healthz", headers={"Host": host}).status_code == 405


def test_head_has_no_body() -> None:
    # The test client drops the body itself, so the application is asked without it.
    answer = WSGIHandler().get_response(RequestFactory().head("/healthz"))
    assert (answer.status_code, b"".join(answer)) == (200, b"")
    streamed = NoBodyForHead(lambda _request: StreamingHttpResponse([b"line"]))(RequestFactory().head("/"))  # type: ignore[arg-type, return-value]
    assert b"".join(streamed) == b""


@pytest.mark.django_db
def test_readyz_without_a_broker_is_ready_and_says_so() -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok", "database": "ok", "broker": "cannot be reached", "worker": "unknown",
    }  # fmt: skip


@pytest.mark.django_db
def test_readyz_tells_of_a_broker_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "broker_state", lambda: "ok")
    monkeypatch.setattr(app.control, "broadcast", lambda *args, **options: [])
    assert Client().get("/readyz").json()["worker"] == "no answer"
    cache.clear()
    monkeypatch.setattr(app.control, "broadcast", lambda *args, **options: [{"w": {"ok": "pong"}}])
    assert Client().get("/readyz").json()["worker"] == "ok"


@pytest.mark.django_db
def test_readyz_is_503_if_the_database_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", fail)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "cannot be reached"
