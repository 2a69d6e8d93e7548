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

    def wait_within(self, seconds: float) -> bool:
        """Wait for this caller's turn; False, at once and without one, where it would come later than in `seconds`."""
        if not self._apart:
            return seconds >= 0
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            if turn - now > seconds:
                return False
            self._next = turn + self._apart
        # Outside the lock: those behind have their turn already and wait beside each other.
        if turn > now:
            self._sleep(turn - now)
        return True
