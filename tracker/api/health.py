"""Whether the process lives, and whether it is ready to be sent requests."""

from __future__ import annotations

from typing import Any

from celery import current_app
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError

ANSWER_SECONDS = 0.5
"""How long a broker or a worker has to answer."""

REMEMBERED_SECONDS = 2
"""How long what was found about broker and workers is told again, so that asking often costs little."""

BROKER_ERRORS = (KombuError, OSError)


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer as long as the process lives; nothing else is looked at."""
    return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 503 only if the database fails: reports are taken in without a broker and worked off later."""
    database = _database_state()
    ready = database == "ok"
    content = {"status": "ok" if ready else "not ready", "database": database, **_background_state()}
    return JsonResponse(content, status=200 if ready else 503, headers={"Cache-Control": "no-store"})


def _database_state() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return "cannot be reached"
    return "ok"


def _background_state() -> dict[str, str]:
    known: dict[str, str] | None = cache.get("readyz")
    if known is None:
        broker = _broker_state()
        known = {"broker": broker, "worker": _worker_state() if broker == "ok" else "unknown"}
        cache.set("readyz", known, timeout=REMEMBERED_SECONDS)
    return known


def _broker_state() -> str:
    options: dict[str, Any] = {"max_retries": 0, "timeout": ANSWER_SECONDS}
    try:
        with current_app.connection_for_write(connect_timeout=ANSWER_SECONDS) as broker:
            broker.ensure_connection(**options)
    except BROKER_ERRORS:
        return "cannot be reached"
    return "ok"


def _worker_state() -> str:
    try:
        # One answer is enough, so the call returns with the first.
        answers = current_app.control.broadcast("ping", reply=True, timeout=ANSWER_SECONDS, limit=1)
    except BROKER_ERRORS:
        return "unknown"
    return "ok" if answers else "no answer"
