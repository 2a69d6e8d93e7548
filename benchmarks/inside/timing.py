"""Taking the time of something, by the clock and by the processor."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def timed(work: Callable[[], object]) -> dict[str, float]:
    """Return the seconds that `work` takes, and this process's processor seconds."""
    gc.collect()
    started, worked = time.perf_counter(), time.process_time()
    work()
    return {"seconds": time.perf_counter() - started, "processor": time.process_time() - worked}
