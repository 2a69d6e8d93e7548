"""Bodies that may hold one object or many: a JSON object, a JSON list, or NDJSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from django.utils.translation import gettext as _

from evaluation.canonical import InvalidJSON, parse_json
from evaluation.types import JSON
from tracker.api.parsing import JSON_TYPE, LINES_TYPE, Body, json_value, larger_than
from tracker.problems.revisions import BulkOutcome
from tracker.projects.errors import Errors, Invalid

MAX_LINES = 500_000
"""Each may have to be named as rejected, which costs far more memory than the line itself."""

MEDIA_TYPES = [JSON_TYPE, LINES_TYPE]


@dataclass(frozen=True, slots=True)
class Single:
    """One object, answered with that object."""

    value: JSON


@dataclass(frozen=True, slots=True)
class Bulk:
    """Many objects with line numbers from 1. For a line that is not JSON stands the Invalid that says so."""

    items: Iterator[tuple[int, object]]


class RejectedLine(msgspec.Struct):
    line: int
    errors: Errors


class BulkAnswer(msgspec.Struct):
    """What became of a bulk: good lines are stored, bad ones named."""

    accepted: int
    duplicates: int
    rejected: list[RejectedLine]


def bulk_items(body: Body) -> Single | Bulk:
    """Return what a body holds; raises BadBody where it is not JSON, TooLarge where it has too many lines."""
    if body.media_type == LINES_TYPE:
        return Bulk(_lines(body))
    value = json_value(body)
    if isinstance(value, list):
        _check_count(len(value))
        return Bulk(enumerate(value, start=1))
    return Single(value)


def bulk_answer(outcome: BulkOutcome) -> BulkAnswer:
    rejected = [RejectedLine(row["line"], row["errors"]) for row in outcome.rejected]
    return BulkAnswer(outcome.accepted, outcome.duplicates, rejected)


def _lines(body: Body) -> Iterator[tuple[int, object]]:
    _check_count(sum(1 for _line in body.lines()))
    return ((number, _parsed(line)) for number, line in enumerate(body.lines(), start=1) if line.strip())


def _check_count(count: int) -> None:
    if count > MAX_LINES:
        raise larger_than(_("%(lines)d lines") % {"lines": MAX_LINES})


def _parsed(line: bytes) -> object:
    try:
        return parse_json(line.rstrip(b"\r\n"))
    except InvalidJSON as error:
        return Invalid({"body": [str(error)]})
