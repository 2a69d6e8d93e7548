"""Test patterns as the API and its files show them: the object of the files, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from tracker.problems.models import Pattern, PatternQuerySet
from tracker.problems.source_lines import SourceShown, shown_sources


class PatternShown(msgspec.Struct, kw_only=True):
    """A test pattern; `source` lists all places where its case is from."""

    id: int
    case: str
    input: Any
    base: Any
    expectation: dict[str, Any]
    source: SourceShown | list[SourceShown]
    meta: dict[str, Any]
    added_in: int
    retired_in: int | None
    replaces: int | None
    created_at: datetime


def with_all(patterns: PatternQuerySet) -> PatternQuerySet:
    """Fetch with what `shown_patterns` needs, in a number of queries that does not grow."""
    return patterns.select_related("case", "example", "base", "project", "problem").prefetch_related(
        "case__sources"
    )


def shown_patterns(patterns: Sequence[Pattern]) -> list[PatternShown]:
    return [
        PatternShown(
            id=pattern.pk,
            case=pattern.case.key,
            input=msgspec.Raw(pattern.example.content.encode()),
            base=msgspec.Raw(pattern.base.content.encode()) if pattern.base else None,
            expectation=pattern.expectation_fields,
            source=shown_sources(pattern.case.sources.all()),
            meta=pattern.meta,
            added_in=pattern.added_in,
            retired_in=pattern.retired_in,
            replaces=pattern.replaces_id,
            created_at=pattern.created_at,
        )
        for pattern in patterns
    ]
