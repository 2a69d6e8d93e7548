"""JSON for people: what is short stands in one line, and what is endless ends."""

from __future__ import annotations

import json
from collections.abc import Iterator

from evaluation.types import JSON
from tracker.board.example_texts import MAX_CHARACTERS

WIDTH = 72
SHORT = 40
"""So many values may stand in one line, if it is not too wide."""
MAX_DEPTH = 100


def pretty(value: JSON) -> tuple[str, bool]:
    """Return the value in lines, and whether that is all of it."""
    lines: list[str] = []
    left = MAX_CHARACTERS
    for line in _lines(value, "", "", 0):
        left -= len(line) + 1
        if left < 0:
            lines.append(line[: left + len(line) + 1])
            return "\n".join(lines), False
        lines.append(line)
    return "\n".join(lines), True


def _lines(value: JSON, before: str, after: str, depth: int) -> Iterator[str]:
    space = "  " * depth
    if not isinstance(value, list | dict) or _is_short(value) or depth > MAX_DEPTH:
        text = space + before + json.dumps(value, ensure_ascii=False) + after
        if len(text) <= WIDTH + len(space) or not isinstance(value, list | dict):
            yield text
            return
    is_list = isinstance(value, list)
    yield space + before + ("[" if is_list else "{")
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for n, (name, item) in enumerate(items, start=1):
        key = "" if is_list else json.dumps(name, ensure_ascii=False) + ": "
        yield from _lines(item, key, "," if n < len(value) else "", depth + 1)
    yield space + ("]" if is_list else "}") + after


def _is_short(value: list[JSON] | dict[str, JSON]) -> bool:
    """Whether a list or an object is worth writing in one line to see how wide that is."""
    if len(value) > SHORT:
        return False
    items = value.values() if isinstance(value, dict) else value
    return not any(isinstance(item, list | dict) and item for item in items)
