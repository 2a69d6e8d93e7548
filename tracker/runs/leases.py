"""Leases: a claimed piece of work belongs to its worker as long as the worker is heard of."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

logger = logging.getLogger(__name__)


def lease_end(now: datetime | None = None) -> datetime:
    return (now or timezone.now()) + timedelta(seconds=settings.LEASE_SECONDS)


@contextmanager
def kept_alive(renew: Callable[[], object]) -> Iterator[Callable[[], bool]]:
    """Call `renew` four times in a lease from a second thread while the block runs; where it returns 0, what it was to
    renew is another's. So a lease can be short, and a killed worker soon replaced, however long one call takes.

    Yields what tells, without asking the database, whether the lease is surely held now. Who could not renew it for
    three quarters of its time begins nothing more before another may take over. A call that began before may last
    longer than the lease, and is not broken off: for that time a server may be asked by two.
    """
    stopped = threading.Event()
    held_since: float | None = monotonic()

    def beat() -> None:
        nonlocal held_since
        try:
            while not stopped.wait(settings.LEASE_SECONDS / 4):
                begun = monotonic()
                try:
                    held_since = None if renew() == 0 else begun
                except (InterfaceError, OperationalError):
                    # The database was busy or away: the next beat may be in time still.
                    logger.warning("A lease could not be renewed", exc_info=True)
                    connection.close()
        finally:
            connection.close()

    def is_held() -> bool:
        since = held_since
        return since is not None and monotonic() - since < 0.75 * settings.LEASE_SECONDS

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield is_held
    finally:
        stopped.set()
        thread.join()
