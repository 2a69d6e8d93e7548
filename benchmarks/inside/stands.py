"""What stands before something is measured: a migrated database, a project with problems and patterns, and a way back
to exactly that before each round.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from benchmarks.corpus import LABELS, Text
from tracker.candidates.model_changes import register_model
from tracker.candidates.models import CandidateModel
from tracker.problems.revisions import import_patterns
from tracker.projects.changes import create_project
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM


def migrate() -> None:
    """Make the database and its tables, but for a file that lies there already (`make_empty_database`)."""
    if connection.vendor == "sqlite" and Path(_name()).exists():
        return
    if connection.vendor == "postgresql":
        with psycopg.connect(maintenance_address(), autocommit=True) as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_name())))
    call_command("migrate", verbosity=0, interactive=False)


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def make_project(slug: str, texts: Iterable[Text], problems: int) -> Project:
    """Return a project in which the texts are the patterns of `problems` problems, one after the other in turn."""
    project = create_project(None, slug=slug, name=slug, labels=list(LABELS))
    outcome = import_patterns(SYSTEM, project, enumerate(_lines(texts, problems), start=1))
    assert not outcome.rejected, outcome.rejected[:3]
    # As a PostgreSQL server does by itself within a minute of an import.
    refresh_statistics()
    return project


def _lines(texts: Iterable[Text], problems: int) -> Iterator[dict[str, Any]]:
    for position, text in enumerate(texts):
        expectation = {"type": "equals", "label": text.label}
        yield {"problem": f"problem-{position % problems}", "input": text.words, "expectation": expectation}


def add_model(
    project: Project, version: str, callable_name: str, *, batch_size: int = 1_000
) -> CandidateModel:
    adapter = {
        "kind": "python",
        "callable": f"benchmarks.models:{callable_name}",
        "batch_size": batch_size,
    }
    return register_model(SYSTEM, project, version=version, adapter=adapter)


def refresh_statistics() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


class Snapshot:
    """The database as it stands; `restore` brings it back, so that each round finds the same."""

    def __init__(self) -> None:
        self._on_server = connection.vendor == "postgresql"
        if self._on_server:
            self._copy("stands", _name())
        else:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            shutil.copyfile(self._file(), self._kept())

    def restore(self) -> None:
        connection.close()
        if self._on_server:
            self._copy(_name(), "stands")
            return
        for leftover in ("-wal", "-shm"):
            self._file().with_name(self._file().name + leftover).unlink(missing_ok=True)
        shutil.copyfile(self._kept(), self._file())
        # What was copied is written to the disk now, not while the clock runs.
        os.sync()

    def _copy(self, target: str, source: str) -> None:
        connection.close()
        with psycopg.connect(maintenance_address(), autocommit=True) as server:
            names = [sql.Identifier(name) for name in (target, source)]
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(names[0]))
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
            server.execute("CHECKPOINT")

    def _file(self) -> Path:
        return Path(_name())

    def _kept(self) -> Path:
        return Path(settings.HOME) / "stands.sqlite3"


def maintenance_address() -> str:
    """Return the address of the server's own database."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl()
