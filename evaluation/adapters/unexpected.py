"""Errors that nobody foresaw: a model can say anything, and none may end the worker that asks it."""

from __future__ import annotations

import logging
import traceback

logger = logging.getLogger(__name__)


def told_unexpected(error: Exception) -> str:
    """Log where an error was raised, and return what people are told of it.

    Its own text goes nowhere: it may repeat what the model said, and so a key.
    """
    place = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s where a model was asked:\n%s", type(error).__name__, place)
    return f"The model could not be asked, or its answer not read, by a fault of the tracker: {type(error).__name__}."
