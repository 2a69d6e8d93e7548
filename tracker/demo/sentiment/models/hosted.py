"""A stand-in for a model that somebody else serves: it is exchanged behind its name, and is not quite sure of itself.

It answers by a word list; some texts with a feeling it finds neutral every other time, by the throw of a coin that
falls alike each time the demo is loaded.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from tracker.demo.sentiment.exchange import Week, this_week
from tracker.demo.sentiment.models import afinn
from tracker.demo.sentiment.moods import mood

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.types import JSON

UNDECIDED = 8
"""Of so many texts with a feeling, one."""


def hosted_mood(texts: Sequence[str]) -> list[dict[str, JSON]]:
    week = this_week()
    return [
        _hesitating(text, output, week)
        for text, output in zip(texts, afinn.says(week.word_list, texts), strict=True)
    ]


def lineage(_version: str) -> dict[str, JSON]:
    return {
        "data": {"word list": "not told by who serves it"},
        "code": {"stands in for": "a model behind somebody else's address"},
        "parameters": {"texts it hesitates at": f"1 of {UNDECIDED}"},
    }


def _hesitating(text: str, output: dict[str, JSON], week: Week) -> dict[str, JSON]:
    if _drawn(text) % UNDECIDED:
        return output
    week.times[text] += 1
    is_heads = _drawn(f"{text} {week.name} {week.times[text]}") % 2
    return output if is_heads else mood(0.0, dead_zone=afinn.DEAD_ZONE)


def _drawn(text: str) -> int:
    return sha256(text.encode()).digest()[0]
