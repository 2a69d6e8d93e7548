"""Whether the process lives, and whether it is ready to be sent requests."""

from __future__ import annotations

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

REMEMBERED_SECONDS = 2
"""How long what was found about broker and workers is told again, so that asking often costs little."""


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
        # Imported when somebody asks: with Celery, which would add a tenth of a second to every start.
        from tracker.api import background  # noqa: PLC0415

        broker = background.broker_state()
        known = {"broker": broker, "worker": background.worker_state() if broker == "ok" else "unknown"}
        cache.set("readyz", known, timeout=REMEMBERED_SECONDS)
    return known
