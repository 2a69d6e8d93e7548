"""Where two models are from, side by side: the fields that differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evaluation.lineage import LineageDifference
from tracker.board.examples import in_words

LONGEST = 300


@dataclass(frozen=True, slots=True)
class LineageRow:
    """A field under both models; None where one of them does not have it."""

    name: str
    base: str | None
    head: str | None


def lineage_rows(difference: LineageDifference) -> list[LineageRow]:
    """Return what differs, what both have first."""
    return [
        *(LineageRow(each.name, _short(each.base), _short(each.head)) for each in difference.changed),
        *(LineageRow(each.name, _short(each.value), None) for each in difference.only_in_base),
        *(LineageRow(each.name, None, _short(each.value)) for each in difference.only_in_head),
    ]


def _short(value: Any) -> str:
    text = in_words(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
