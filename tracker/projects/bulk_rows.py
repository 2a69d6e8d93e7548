"""Inserting many rows quickly: one function, two back ends.

Django's bulk_create builds objects and SQL text row by row; at 10,000 rows that costs several times the insert itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from itertools import chain, islice
from typing import Any

import msgspec
from django.db import IntegrityError, connection, models

CHUNK_ROWS = 5_000
"""No write transaction takes more rows than this, so that other writers get their turn."""

ROWS_A_STATEMENT = 200
"""Rows that SQLite is given in one statement: each takes two thirds of the time that it takes by itself."""


def takes_rows_as_they_are_made() -> bool:
    """Whether the database works on rows while `add_rows` makes others, so that making them before saves nothing."""
    return connection.vendor == "postgresql"


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Insert the rows that break no unique constraint; return how many were new.

    `columns` are attribute names (`problem_id`, not `problem`), the rows' values in the same order. Every other
    constraint still raises IntegrityError. JSON columns take JSON text.
    """
    if not rows:
        return 0
    fields = [_field(model, column) for column in columns]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            target = _target(model, fields)
            inserted, _given = _insert_into_sqlite(cursor, target, fields, _sqlite_rows(fields, rows))
            return inserted
        arrays = ", ".join(f"%s::{_element_type(field)}[]" for field in fields)
        # All identifiers come from the models' own fields; the values travel as array parameters.
        statement = (
            f"INSERT INTO {_target(model, fields)} SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"  # noqa: S608
        )
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
        return int(cursor.rowcount)


def add_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    same: Mapping[str, Any] | None = None,
) -> None:
    """Insert rows that are known to break no unique constraint, twice as fast as `insert_rows` on PostgreSQL.

    For who holds a lock under which nobody else writes such rows. Any broken constraint raises IntegrityError.
    `same` names further columns and the value that each has in all rows. Rows are taken one by one as they are
    written: PostgreSQL works on those before while the next is made.
    """
    same = same or {}
    own = [_field(model, column) for column in columns]
    shared = [_field(model, column) for column in same]
    alike = [_plain(field, value) for field, value in zip(shared, same.values(), strict=True)]
    target = _target(model, [*own, *shared])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The driver's own method, which raises the driver's own errors.
            with connection.wrap_database_errors, cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row((*row, *alike))
            return
        whole = ((*row, *alike) for row in _sqlite_rows(own, rows))
        inserted, given = _insert_into_sqlite(cursor, target, [*own, *shared], whole)
        if inserted != given:
            raise IntegrityError(f"A row of {model.__name__} is there already.")


def _insert_into_sqlite(
    cursor: Any, target: str, fields: Sequence[object], rows: Iterable[Sequence[Any]]
) -> tuple[int, int]:
    """Insert the rows that break no unique constraint, ROWS_A_STATEMENT at a time as long as there are so many.

    Return how many were new, and how many there were.
    """
    row = f"({', '.join(['%s'] * len(fields))})"

    def insert(together: int, values: Iterable[Sequence[Any]]) -> int:
        # Not INSERT OR IGNORE, which would also swallow a missing value or a failed check.
        marks = ", ".join([row] * together)
        cursor.executemany(f"INSERT INTO {target} VALUES {marks} ON CONFLICT DO NOTHING", values)  # noqa: S608
        return int(cursor.rowcount)

    rows = iter(rows)
    some = list(islice(rows, ROWS_A_STATEMENT))
    n_statements = 0

    def whole() -> Iterator[list[Any]]:
        nonlocal some, n_statements
        while len(some) == ROWS_A_STATEMENT:
            yield list(chain.from_iterable(some))
            n_statements += 1
            some = list(islice(rows, ROWS_A_STATEMENT))

    inserted = insert(ROWS_A_STATEMENT, whole()) if len(some) == ROWS_A_STATEMENT else 0
    if some:
        inserted += insert(1, some)
    return inserted, n_statements * ROWS_A_STATEMENT + len(some)


def _target(model: type[models.Model], fields: Sequence[models.Field[Any, Any]]) -> str:
    quote = connection.ops.quote_name
    return f"{quote(model._meta.db_table)} ({', '.join(quote(str(field.column)) for field in fields)})"


def _plain(field: models.Field[Any, Any], value: Any) -> Any:
    """Return a value in a form that costs the driver no work row by row, as times and truths do."""
    if isinstance(field, models.DateTimeField) and value is not None:
        return str(connection.ops.adapt_datetimefield_value(value))
    return int(value) if isinstance(value, bool) else value


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set columns of rows that are there; each of `rows` holds the primary key and then the columns' values.

    Django's bulk_update writes a condition per row and column, which costs ten times as much.
    """
    if not rows:
        return
    fields = [_field(model, column) for column in columns]
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    key = quote(str(model._meta.pk.column))
    names = [quote(str(field.column)) for field in fields]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            every = [model._meta.pk, *fields]
            sets = ", ".join(f"{name} = new.v{number}" for number, name in enumerate(names, start=1))
            statement = f"UPDATE {table} SET {sets} FROM {_recordset(every)} WHERE {table}.{key} = new.v0"  # noqa: S608
            cursor.execute(statement, [_records(every, rows)])
        else:
            sets = ", ".join(f"{name} = %s" for name in names)
            statement = f"UPDATE {table} SET {sets} WHERE {key} = %s"  # noqa: S608
            cursor.executemany(statement, [(*row[1:], row[0]) for row in _sqlite_rows([None, *fields], rows)])


def put_rows(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], *, unique: Sequence[str]
) -> None:
    """Insert rows, or set the other columns of those that stand already under the same `unique` ones.

    A row that breaks any other constraint raises IntegrityError. JSON columns take JSON text.
    """
    if not rows:
        return
    fields = [_field(model, column) for column in columns]
    quote = connection.ops.quote_name
    names = {field.attname: quote(str(field.column)) for field in fields}
    sets = ", ".join(f"{name} = EXCLUDED.{name}" for column, name in names.items() if column not in unique)
    conflict = f"ON CONFLICT ({', '.join(names[column] for column in unique)}) DO UPDATE SET {sets}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f"INSERT INTO {_target(model, fields)} SELECT * FROM {_recordset(fields)} {conflict}"  # noqa: S608
            cursor.execute(statement, [_records(fields, rows)])
        else:
            marks = ", ".join(["%s"] * len(fields))
            statement = f"INSERT INTO {_target(model, fields)} VALUES ({marks}) {conflict}"  # noqa: S608
            cursor.executemany(statement, _sqlite_rows(fields, rows))


def _recordset(fields: Sequence[models.Field[Any, Any]]) -> str:
    """Return PostgreSQL's rows `new` with the columns v0, v1 ... of the one parameter that `_records` makes.

    The driver would write an array for each column value by value, which costs it ten times as much.
    """
    columns = ", ".join(f"v{number} {_element_type(field)}" for number, field in enumerate(fields))
    return f"json_to_recordset(%s::json) AS new({columns})"


def _records(fields: Sequence[models.Field[Any, Any]], rows: Sequence[Sequence[Any]]) -> str:
    names = [f"v{number}" for number in range(len(fields))]
    places = [place for place, field in enumerate(fields) if isinstance(field, models.JSONField)]
    records = []
    for row in rows:
        values = list(row)
        for place in places:
            if values[place] is not None:
                values[place] = msgspec.Raw(values[place].encode())
        records.append(dict(zip(names, values, strict=True)))
    return _JSON(records).decode()


def stored_value(field: models.Field[Any, Any], row: models.Model) -> Any:
    """Return a row's value of a field as these functions take it. Numbers are Python's own: JSON has no others."""
    value = getattr(row, field.attname)
    if isinstance(value, Enum):
        return value.value
    return _JSON(value).decode() if value is not None and isinstance(field, models.JSONField) else value


_JSON = msgspec.json.Encoder().encode


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


def _sqlite_rows(fields: Sequence[models.Field[Any, Any] | None], rows: Iterable[Sequence[Any]]) -> Any:
    """Return an iterable of the rows with times in the form that SQLite stores; most rows share a few of them."""
    times = [place for place, field in enumerate(fields) if isinstance(field, models.DateTimeField)]
    if not times:
        return rows
    adapt = cache(connection.ops.adapt_datetimefield_value)

    def adapted(row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for place in times:
            values[place] = adapt(values[place])
        return values

    return map(adapted, rows)
