"""Leases: a claimed piece of work belongs to its worker as long as the worker is heard of."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

logger = logging.getLogger(__name__)


def lease_end(now: datetime | None = None) -> datetime:
    return (now or timezone.now()) + timedelta(seconds=settings.LEASE_SECONDS)


@contextmanager
def kept_alive(renew: Callable[[], object]) -> Iterator[None]:
    """Call `renew` every third of a lease from a second thread while the block runs.

    So a lease can be short, and a killed worker soon replaced, however long one call of a model takes.
    """
    stopped = threading.Event()

    def beat() -> None:
        try:
            while not stopped.wait(settings.LEASE_SECONDS / 3):
                try:
                    renew()
                except (InterfaceError, OperationalError):
                    # The database was busy or away: the next beat may be in time still.
                    logger.warning("A lease could not be renewed", exc_info=True)
                    connection.close()
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
