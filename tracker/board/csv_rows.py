"""Rows as a CSV file, sent as they are made, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""

Value = str | int | float | None


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def guarded(value: Value) -> Value:
    """Return a value that no spreadsheet computes: texts that look like a formula begin with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> StreamingHttpResponse:
    """Answer with a file of that name; None is an empty field."""
    return StreamingHttpResponse(
        _lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, name) or "attachment"},
    )


def _lines(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow([guarded(name) for name in header])
    for row in rows:
        yield writer.writerow([guarded(value) for value in row])
