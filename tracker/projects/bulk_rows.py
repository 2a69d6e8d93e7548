"""Inserting many rows quickly: one function, two back ends.

Django's bulk_create builds objects and SQL text row by row; at 10,000 rows that costs several times the insert itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

CHUNK_ROWS = 5_000
"""No write transaction takes more rows than this, so that other writers get their turn."""


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Insert the rows that break no unique constraint; return how many were new.

    `columns` are attribute names (`problem_id`, not `problem`), the rows' values in the same order. Every other
    constraint still raises IntegrityError. JSON columns take JSON text.
    """
    if not rows:
        return 0
    fields = [_field(model, column) for column in columns]
    quote = connection.ops.quote_name
    target = f"{quote(model._meta.db_table)} ({', '.join(quote(str(field.column)) for field in fields)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{_element_type(field)}[]" for field in fields)
            # All identifiers come from the models' own fields; the values travel as array parameters.
            statement = f"INSERT INTO {target} SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"  # noqa: S608
            cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
            return int(cursor.rowcount)
        # Not INSERT OR IGNORE, which would also swallow a missing value or a failed check.
        marks = ", ".join(["%s"] * len(fields))
        statement = f"INSERT INTO {target} VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
        cursor.executemany(statement, [[_sqlite_value(value) for value in row] for row in rows])
        return int(cursor.rowcount)


def delete_rows(rows: models.QuerySet[Any]) -> int:
    """Delete rows that nothing refers to in one statement; return how many.

    `QuerySet.delete` would load them all first, to look for rows that refer to them.
    """
    return int(rows._raw_delete(rows.db))  # noqa: SLF001


def _field(model: type[models.Model], column: str) -> models.Field[Any, Any]:
    for field in model._meta.concrete_fields:
        if field.attname == column:
            return field
    raise LookupError(f"{model.__name__} has no column {column}")


def _element_type(field: models.Field[Any, Any]) -> str:
    kind = field.db_type(connection) or "text"
    if isinstance(field, models.BigAutoField | models.ForeignKey):
        return "bigint"
    # A cast to varchar(n) would cut silently; as text, a value that is too long is refused by the column.
    return "text" if kind.startswith("varchar") else kind


def _sqlite_value(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
