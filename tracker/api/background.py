"""Whether the broker and the workers answer."""

from __future__ import annotations

from typing import Any

from kombu.exceptions import KombuError

from tracker.celery import app

ANSWER_SECONDS = 0.5
"""How long a broker or a worker has to answer."""

BROKER_ERRORS = (KombuError, OSError)


def broker_state() -> str:
    """Return whether the broker takes a connection, in words."""
    options: dict[str, Any] = {"max_retries": 0, "timeout": ANSWER_SECONDS}
    try:
        with app.connection_for_write(connect_timeout=ANSWER_SECONDS) as broker:
            broker.ensure_connection(**options)
    except BROKER_ERRORS:
        return "cannot be reached"
    return "ok"


def worker_state() -> str:
    """Return whether any worker answers, in words."""
    try:
        # One answer is enough, so the call returns with the first.
        answers = app.control.broadcast("ping", reply=True, timeout=ANSWER_SECONDS, limit=1)
    except BROKER_ERRORS:
        return "unknown"
    return "ok" if answers else "no answer"
