"""Rows whose id, or text, is in a long list: one parameter however long it is, where `__in` makes one of each."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import BooleanField, Func, Q
from django.db.models.sql.compiler import SQLCompiler


class Among(Func):
    """Whether a column of integers or of texts holds one of these: `Example.objects.filter(Among("pk", ids))`."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: str, values: Collection[int] | Collection[str], **extra: Any) -> None:
        # The type of neither the array nor the text is one that Django has a field for.
        self._values: list[Any] = list(values)
        super().__init__(column, **extra)

    def as_sql(self, compiler: SQLCompiler, connection: Any, **_context: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        [column] = self.get_source_expressions()
        sql, parameters = compiler.compile(column)
        values = self._values
        if connection.vendor == "postgresql":
            kind = "text" if values and isinstance(values[0], str) else "bigint"
            return f"{sql} = ANY(%s::{kind}[])", (*parameters, values)
        # Only the name of a column is put into the text.
        return f"{sql} IN (SELECT value FROM json_each(%s))", (*parameters, json.dumps(values))  # noqa: S608


MANY = 20


def exactly(column: str, ids: Collection[int]) -> Q | Among:
    """Return a condition that holds for the rows whose column holds one of these ids, and for no other; a range where
    they are many and one, which SQLite reads in two thirds of the time.

    For columns by which rows are found at best: beside another that is compared for equality, SQLite takes a range for
    the worse way and looks through all that the other finds.
    """
    wanted = sorted(set(ids))
    if len(wanted) >= MANY and wanted[-1] - wanted[0] + 1 == len(wanted):
        return Q(**{f"{column}__gte": wanted[0], f"{column}__lte": wanted[-1]})
    return Among(column, wanted)


DENSE = 2
"""Reading a row in passing costs about half of looking one up."""


def spanning(column: str, ids: Sequence[int]) -> Q | Among:
    """Return a condition that holds for all rows whose column holds one of these sorted ids; for others too, where
    that is the quicker way. Who reads rows by it looks at each one's id.
    """
    if ids and ids[-1] - ids[0] < DENSE * len(ids):
        return Q(**{f"{column}__gte": ids[0], f"{column}__lte": ids[-1]})
    return Among(column, ids)
