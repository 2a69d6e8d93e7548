"""Rows whose id is in a long list: one parameter however long it is, where `__in` makes one of each id."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from django.db.models import BooleanField, Func
from django.db.models.sql.compiler import SQLCompiler


class Among(Func):
    """Whether a column of integers holds one of these: `Example.objects.filter(Among("pk", ids))`."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: str, ids: Collection[int], **extra: Any) -> None:
        # The type of neither the array nor the text is one that Django has a field for.
        self._ids = list(ids)
        super().__init__(column, **extra)

    def as_sql(self, compiler: SQLCompiler, connection: Any, **_context: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        [column] = self.get_source_expressions()
        sql, parameters = compiler.compile(column)
        condition, ids = among(sql, self._ids, vendor=connection.vendor)
        return condition, (*parameters, ids)


def among(column: str, ids: Collection[int], *, vendor: str) -> tuple[str, Any]:
    """Return the condition in SQL and its one parameter."""
    if vendor == "postgresql":
        return f"{column} = ANY(%s::bigint[])", list(ids)
    return f"{column} IN (SELECT value FROM json_each(%s))", json.dumps(list(ids))  # noqa: S608 - a name
