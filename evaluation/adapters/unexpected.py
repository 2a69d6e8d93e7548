"""Errors that nobody foresaw: a model can say anything, and none may end the worker that asks it."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from weakref import WeakKeyDictionary

logger = logging.getLogger(__name__)

# Each input of a run may meet the same fault: it is logged again only after so long.
QUIET = 3600.0  # seconds
_MOST_REMEMBERED = 100  # faults of one adapter

_lock = threading.Lock()
_logged: WeakKeyDictionary[object, dict[tuple[str, str], float]] = WeakKeyDictionary()


def told_unexpected(error: Exception, adapter: object) -> str:
    """Log where an error was raised, once for an adapter and a place, and return what people are told of it.

    Its own text goes nowhere: it may repeat what the model said, and so a key.
    """
    name = type(error).__name__
    if _is_news(adapter, (name, _place(error)), time.monotonic()):
        way = "".join(traceback.format_tb(error.__traceback__))
        logger.error("%s where a model was asked:\n%s", name, way)
    return f"The model could not be asked, or its answer not read, by a fault of the tracker: {name}."


def _place(error: Exception) -> str:
    """The very place where it was raised: the way there differs between a batch and a single input."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last is not None else ""


def _is_news(adapter: object, fault: tuple[str, str], now: float) -> bool:
    with _lock:
        logged = _logged.setdefault(adapter, {})
        if fault in logged and now - logged[fault] < QUIET:
            return False
        if len(logged) >= _MOST_REMEMBERED:
            logged.clear()
        logged[fault] = now
        return True
