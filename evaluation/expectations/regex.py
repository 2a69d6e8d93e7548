"""Users' regular expressions, in time that is bounded whatever they wrote.

RE2 needs at most (size of the compiled pattern) x (length of the text) steps and never backtracks; both
factors and their product are limited here.
"""

from functools import lru_cache
from typing import Any

import re2

from evaluation.messages import message as _

LONGEST_PATTERN = 1_000
LARGEST_PROGRAM = 10_000
MOST_STEPS = 200_000_000  # about 1.5 s in RE2's slowest mode
MEMORY = 2**20  # bytes for each compiled pattern and what it remembers of texts


class InvalidPattern(ValueError):
    """RE2 does not take this pattern, or it is too large."""


class TooMuchWork(Exception):
    """The text is too long for this pattern: nothing is known about a match."""


@lru_cache(maxsize=128)
def compile_pattern(pattern: str) -> Any:
    """The compiled pattern; raises InvalidPattern."""
    if len(pattern) > LONGEST_PATTERN:
        raise InvalidPattern(
            _("A regular expression must be at most %(longest)s characters.", longest=LONGEST_PATTERN)
        )
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MEMORY
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        told = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        raise InvalidPattern(_("Not a regular expression that RE2 takes: %(why)s.", why=told)) from error
    if compiled.programsize > LARGEST_PROGRAM:
        raise InvalidPattern(_("The regular expression is too large: its repetitions are too many."))
    return compiled


def work(pattern: str, text: str) -> int:
    """The most steps that a search can take."""
    return int(compile_pattern(pattern).programsize) * len(text)


def found(pattern: str, text: str) -> bool:
    """Whether the pattern occurs in the text; raises TooMuchWork, InvalidPattern."""
    if work(pattern, text) > MOST_STEPS:
        raise TooMuchWork
    return compile_pattern(pattern).search(text) is not None
