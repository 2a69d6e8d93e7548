"""The same work as an evaluation, by a script that knows one model, one kind of expectation and no framework: read,
predict, store outputs, score, store results. What remains beside `predict_proba` is what a database costs anyone.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.corpus import Text

CHUNK = 5_000
_TABLES = {
    "example": "id INTEGER PRIMARY KEY, content TEXT NOT NULL",
    "pattern": "id INTEGER PRIMARY KEY, problem INTEGER NOT NULL, example INTEGER NOT NULL, expectation TEXT NOT NULL",
    "output": """model INTEGER NOT NULL, example INTEGER NOT NULL, label TEXT, scores TEXT, error TEXT,
        created_at TEXT NOT NULL, PRIMARY KEY (model, example)""",
    "result": """model INTEGER NOT NULL, problem INTEGER NOT NULL, cases INTEGER NOT NULL, failed INTEGER NOT NULL,
        failed_patterns TEXT NOT NULL, PRIMARY KEY (model, problem)""",
}
_OUTPUT = "output (model, example, label, scores, created_at)"
_RESULT = "result (model, problem, cases, failed, failed_patterns)"

Rows = Sequence[Sequence[Any]]
Classify = Callable[[list[str]], list[dict[str, dict[str, float]]]]


class BareSqlite:
    """A file beside the tracker's, with the same settings."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self.run("PRAGMA journal_mode=WAL")
        self.run("PRAGMA synchronous=NORMAL")
        self.run("PRAGMA cache_size=-65536")

    def run(self, statement: str) -> Iterable[Sequence[Any]]:
        return self._connection.execute(statement)

    def insert(self, target: str, rows: Rows) -> None:
        marks = ", ".join("?" * len(rows[0]))
        self.run("BEGIN IMMEDIATE")
        self._connection.executemany(f"INSERT INTO {target} VALUES ({marks})", rows)  # noqa: S608
        self.run("COMMIT")

    def close(self) -> None:
        self._connection.close()


class BarePostgres:
    """A database of its own on the tracker's server."""

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address, autocommit=True)

    def run(self, statement: str) -> Iterable[Sequence[Any]]:
        cursor = self._connection.execute(statement.encode())
        return cursor if cursor.description else ()

    def insert(self, target: str, rows: Rows) -> None:
        statement = f"COPY {target} FROM STDIN".encode()
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def close(self) -> None:
        self._connection.close()


def prepare(database: BareSqlite | BarePostgres, texts: Sequence[Text], problems: int) -> None:
    for table in _TABLES:
        _create(database, table)
    contents = [(number, json.dumps(text.words)) for number, text in enumerate(texts, start=1)]
    database.insert("example (id, content)", contents)
    patterns = [
        (number, (number - 1) % problems, number, json.dumps({"type": "equals", "label": text.label}))
        for number, text in enumerate(texts, start=1)
    ]
    database.insert("pattern (id, problem, example, expectation)", patterns)
    database.run("ANALYZE")


def forget(database: BareSqlite | BarePostgres) -> None:
    """Bring the tables back to where no model was asked."""
    for table in ("output", "result"):
        database.run(f"DROP TABLE {table}")
        _create(database, table)


def _create(database: BareSqlite | BarePostgres, table: str) -> None:
    database.run(f"CREATE TABLE {table} ({_TABLES[table]})")


def evaluate(database: BareSqlite | BarePostgres, classify: Classify) -> int:
    """Ask the model for everything and store what came of it; return how many patterns fail."""
    rows = list(
        database.run(
            "SELECT pattern.id, pattern.problem, pattern.example, pattern.expectation, example.content FROM pattern "
            "JOIN example ON example.id = pattern.example ORDER BY pattern.id"
        )
    )
    said: dict[int, str] = {}
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        now = datetime.now(UTC).isoformat()
        outputs = []
        answers = classify([json.loads(row[4]) for row in chunk])
        for row, answer in zip(chunk, answers, strict=True):
            scores = answer["scores"]
            label = max(scores, key=scores.__getitem__)
            said[row[2]] = label
            outputs.append((1, row[2], label, json.dumps(scores), now))
        database.insert(_OUTPUT, outputs)
    return _score(database, rows, said)


def _score(database: BareSqlite | BarePostgres, rows: Rows, said: dict[int, str]) -> int:
    failed: dict[int, list[int]] = {}
    cases: dict[int, int] = {}
    for pattern, problem, example, expectation, _content in rows:
        cases[problem] = cases.get(problem, 0) + 1
        if json.loads(expectation)["label"] != said[example]:
            failed.setdefault(problem, []).append(pattern)
    database.insert(
        _RESULT,
        [
            (1, problem, count, len(failed.get(problem, ())), json.dumps(failed.get(problem, [])))
            for problem, count in cases.items()
        ],
    )
    return sum(map(len, failed.values()))
