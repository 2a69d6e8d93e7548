"""Telling the workers that there is something to do.

The database is the truth and a message only a nudge: one that is lost costs time (the sweeper looks by itself),
so a broker that is down never fails the request that wanted to send one.
"""

import logging
from functools import partial

from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)


def nudge_on_commit(task: str, *ids: int) -> None:
    """Send the task its ids once the current transaction stands."""
    transaction.on_commit(partial(nudge, task, *ids), robust=True)


def nudge(task: str, *ids: int) -> bool:
    """Send the task its ids now; return whether the broker took it."""
    if not settings.NUDGES:
        return False
    # Imported with the first nudge: Celery takes a tenth of a second, which a process that sends none does without.
    from kombu.exceptions import OperationalError  # noqa: PLC0415

    from tracker.celery import app  # noqa: PLC0415

    try:
        app.send_task(task, args=list(ids), retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        log.warning("No broker took the nudge %s%s; the sweeper will find the work: %s", task, ids, error)
        return False
    return True
