"""Whether the process lives and is ready."""

from __future__ import annotations

import pytest
from celery import current_app
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client

from tracker.api import health


def test_healthz_looks_at_nothing() -> None:
    # Without the django_db mark a query would fail this test.
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_without_a_broker_is_ready_and_says_so() -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok", "database": "ok", "broker": "cannot be reached", "worker": "unknown",
    }  # fmt: skip


@pytest.mark.django_db
def test_readyz_tells_of_a_broker_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_broker_state", lambda: "ok")
    monkeypatch.setattr(current_app.control, "broadcast", lambda *args, **options: [])
    assert Client().get("/readyz").json()["worker"] == "no answer"
    cache.clear()
    monkeypatch.setattr(current_app.control, "broadcast", lambda *args, **options: [{"w": {"ok": "pong"}}])
    assert Client().get("/readyz").json()["worker"] == "ok"


@pytest.mark.django_db
def test_readyz_is_503_if_the_database_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", fail)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "cannot be reached"
