"""Telling the workers that there is something to do.

The database is the truth and a message only a nudge: one that is lost costs time (the sweeper looks by itself),
so a broker that is down never fails the request that wanted to send one.
"""

import logging
from collections.abc import Callable
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def nudge_on_commit(task: str, *ids: int) -> None:
    """Send the task its ids once the current transaction stands."""
    transaction.on_commit(partial(nudge, task, *ids), robust=True)


def nudge(task: str, *ids: int, send: Callable[..., object] | None = None) -> bool:
    """Send the task its ids now; return whether the broker took it."""
    if not settings.NUDGES:
        return False
    try:
        (send or current_app.send_task)(task, args=list(ids), retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        log.warning("No broker took the nudge %s%s; the sweeper will find the work: %s", task, ids, error)
        return False
    return True
