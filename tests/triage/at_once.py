"""Several writers at the same time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from tracker.projects.errors import Conflict


def at_once(work: Callable[[int], object], count: int) -> list[object]:
    """Run `work(0)` ... `work(count - 1)` in threads that begin together; return what came of each.

    A Conflict is an outcome; whatever else is raised is raised here.
    """
    barrier = Barrier(count)

    def run(number: int) -> object:
        try:
            barrier.wait(timeout=30)
            return work(number)
        except Conflict as conflict:
            return conflict
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))
