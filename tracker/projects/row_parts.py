"""Reading many rows, some of them at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from tracker.projects.bulk_rows import CHUNK_ROWS

Row = TypeVar("Row")

PART = 20_000


def in_parts(rows: QuerySet[Any, Row], size: int = PART) -> Iterator[list[Row]]:
    """Yield the rows of a query, at most `size` of them in memory at once."""
    # As a rule there are no more than these. More take a cursor on the server, which costs half as much again.
    few = together(rows[: size + 1])
    if len(few) <= size:
        if few:
            yield few
        return
    del few
    stream = rows.iterator(chunk_size=CHUNK_ROWS)
    while some := list(islice(stream, size)):
        yield some


def together(rows: QuerySet[Any, Row]) -> list[Row]:
    """Return all rows. Django's own list would fetch a hundred at a time from what the driver holds anyway."""
    iterable: Iterable[Row] = rows._iterable_class(rows, chunk_size=CHUNK_ROWS)  # type: ignore[arg-type,assignment]  # noqa: SLF001
    return list(iterable)


def read_ids(*queries: QuerySet[Any, tuple[int | None, ...]]) -> NDArray[np.int64]:
    """Return the ids that the queries find in all of their columns, sorted, each once; null is none.

    They take eight bytes each while they are read, too.
    """
    parts = [
        _ids(column) for rows in queries for part in in_parts(rows) for column in zip(*part, strict=True)
    ]
    return np.unique(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)


def _ids(column: Sequence[int | None]) -> NDArray[np.int64]:
    return np.array(column if None not in column else [pk for pk in column if pk is not None], dtype=np.int64)
