"""What was stored before secrets were sealed."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor

from tests.factories import make_model, make_project
from tracker.candidates.models import CandidateModel
from tracker.candidates.secrets import HIDDEN, opened_adapter
from tracker.projects.bulk_rows import delete_rows

pytestmark = [pytest.mark.django_db(transaction=True)]

BEFORE = [("candidates", "0003_keep_secrets_sealed")]
SEALED = [("candidates", "0004_seal_stored_secrets")]
HEADERS = {"X-Key": "sk-Zebra-7781"}
ADAPTER = {"kind": "http", "url": "https://models.example.org/", "headers": HEADERS}


def migrate(to: list[tuple[str, str]]) -> None:
    MigrationExecutor(connection).migrate(to)


@pytest.fixture
def latest() -> Iterator[None]:
    """Whatever a test does, the next finds every migration applied."""
    # Of every app: what other apps rest on the later migrations goes with them.
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield
    # Without reading them first: columns that came later may be missing.
    delete_rows(CandidateModel.objects.all())
    migrate(newest)


def test_stored_headers_are_sealed_and_can_be_unsealed(latest: None) -> None:
    model = make_model(make_project(), "server", adapter=ADAPTER)
    make_model(model.project, "brought")

    migrate(BEFORE)
    model.refresh_from_db(fields=["adapter", "sealed_secrets"])
    assert (model.adapter["headers"], model.sealed_secrets) == (HEADERS, "")

    migrate(SEALED)
    model.refresh_from_db(fields=["adapter", "sealed_secrets"])
    assert model.adapter["headers"] == {"X-Key": HIDDEN}
    assert "sk-Zebra" not in json.dumps(model.adapter) + model.sealed_secrets
    assert opened_adapter(model)["headers"] == HEADERS
    assert CandidateModel.objects.values_list("adapter").get(version="brought") == ({"kind": "recorded"},)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the database's file")
def test_the_file_keeps_nothing_of_what_was_overwritten(latest: None) -> None:
    make_model(make_project(), "server", adapter=ADAPTER)
    migrate(BEFORE)
    assert b"sk-Zebra" in database_file()
    migrate(SEALED)
    assert b"sk-Zebra" not in database_file()


def database_file() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    # By another process: to close the file here would let go of the locks that this one's connections hold on it.
    read = "import pathlib, sys; sys.stdout.buffer.write(pathlib.Path(sys.argv[1]).read_bytes())"
    command = [sys.executable, "-c", read, connection.settings_dict["NAME"]]
    return subprocess.run(command, capture_output=True, check=True).stdout


def test_what_cannot_be_unsealed_says_so(latest: None, settings: Any) -> None:
    make_model(make_project(), "server", adapter=ADAPTER)
    settings.SECRET_KEY = "another"
    with pytest.raises(IrreversibleError, match="key of model server cannot be read with this SECRET_KEY"):
        migrate(BEFORE)
