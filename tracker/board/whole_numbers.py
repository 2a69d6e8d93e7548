"""Whole numbers that an address or a form sends as text."""

from __future__ import annotations

MOST_DIGITS = 18
"""More may not fit a database's keys, which then refuses to look for it."""


def whole_number(text: str) -> int | None:
    """Return the number, None for anything that numbers nothing here."""
    written = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if written else None


def whole_numbers(texts: list[str]) -> list[int]:
    return [number for text in texts if (number := whole_number(text)) is not None]
