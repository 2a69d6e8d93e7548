"""What stands behind the name of the demo's hosted model, and when: its three weeks pass while the demo is loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Week:
    """What answers in a week, and how often it was asked which text in this process."""

    name: str
    word_list: str
    times: Counter[str] = field(default_factory=Counter)


BEFORE = (Week("first", "afinn-111"), Week("second", "afinn-111"))
NOW = Week("third", "afinn-165")
"""The provider took a newer list, and said nothing."""

_week = NOW


def this_week() -> Week:
    return _week


@contextmanager
def as_of(week: Week) -> Iterator[None]:
    """Let it answer as it did in a week, in this process alone."""
    global _week  # noqa: PLW0603 - a function of the demo has no other place to look what time it is
    before, _week = _week, week
    try:
        yield
    finally:
        _week = before
