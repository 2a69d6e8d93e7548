"""How often a model may be asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Rate:
    """Spaces requests evenly, however many threads make them; without a limit it lets everyone pass."""

    def __init__(
        self,
        per_second: float | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._apart = 1 / per_second if per_second else 0.0
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when it is this caller's turn."""
        if not self._apart:
            return
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._apart
        # Outside the lock: those behind have their turn already and wait beside each other.
        if turn > now:
            self._sleep(turn - now)
