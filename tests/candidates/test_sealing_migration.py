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

from evaluation.adapters import Policy, open_adapter, validate
from tests.factories import make_model, make_project
from tracker.candidates.models import CandidateModel
from tracker.candidates.secrets import HIDDEN, opened_adapter
from tracker.projects.bulk_rows import delete_rows

pytestmark = [pytest.mark.django_db(transaction=True)]

BEFORE = [("candidates", "0003_keep_secrets_sealed")]
SEALED = [("candidates", "0004_seal_stored_secrets")]
SEALED_IN_ADDRESSES = [
    ("candidates", "0007_store_outputs_with_fewer_indexes"),
    ("candidates", "0008_seal_keys_in_addresses"),
]
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


@pytest.mark.parametrize(
    ("url", "left", "moved"),
    [
        ("?code=sk%2FZebra+7781%3D%3D", "", {"code": "sk/Zebra 7781=="}),
        ("?v=1&api-key=sk-Zebra-7781&lang=en%20GB", "?v=1&lang=en%20GB", {"api-key": "sk-Zebra-7781"}),
        ("?sort_key=prediction&token=1", "?sort_key=prediction&token=1", {}),
        ("?key=sk-Zebra-7781&key=sk-Zebra-7782", "?key=sk-Zebra-7781&key=sk-Zebra-7782", {}),
        ("?key=Zebra%C3%A9-7781", "?key=Zebra%C3%A9-7781", {}),
        ("", "", {}),
    ],
)
@pytest.mark.parametrize("headers", [{}, HEADERS])
def test_keys_in_stored_addresses_are_sealed(
    latest: None, url: str, left: str, moved: dict[str, str], headers: dict[str, str]
) -> None:
    """What cannot be moved surely stays: the model is asked as ever."""
    model = make_model(make_project(), "server", adapter={**ADAPTER, "headers": headers})
    migrate(SEALED_IN_ADDRESSES[:1])
    adapter = {**model.adapter, "url": f"{ADAPTER['url']}{url}"}
    CandidateModel.objects.update(adapter=adapter)

    migrate(SEALED_IN_ADDRESSES[1:])
    model.refresh_from_db(fields=["adapter", "sealed_secrets"])
    assert model.adapter["url"] == f"{ADAPTER['url']}{left}"
    assert model.adapter.get("query", {}) == dict.fromkeys(moved, HIDDEN)
    opened = opened_adapter(model)
    assert (opened["headers"], opened.get("query", {})) == (headers, moved)
    open_adapter(opened, labels=[], policy=Policy(), file=None).close()
    if moved:
        assert validate(opened) == opened


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
