"""For tests that start real processes: an environment on the test's database, waiting with a deadline."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from django.conf import settings
from django.db import connection

from tracker.serving.embedded_broker import EmbeddedBroker

BROKER_LINES_KEPT = 50


class Eventually(Protocol):
    def __call__(self, check: Callable[[], object], *, within: float = 30.0, every: float = 0.05) -> None: ...


@pytest.fixture
def eventually() -> Eventually:
    """`eventually(check)` returns once `check()` is true, and fails the test when it is not in time."""

    def wait(check: Callable[[], object], *, within: float = 30.0, every: float = 0.05) -> None:
        deadline = time.monotonic() + within
        while not check():
            if time.monotonic() > deadline:
                pytest.fail(f"not so within {within:g} s: {getattr(check, '__name__', check)}")
            time.sleep(every)

    return wait


@pytest.fixture
def embedded_broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    """The real broker, in a folder of this test's."""
    lines: list[str] = []
    with EmbeddedBroker(tmp_path / "broker", on_line=lines.append) as broker:
        yield broker
    print("\n".join(lines[-BROKER_LINES_KEPT:]))


@pytest.fixture
def process_environment(transactional_db: None, tmp_path: Path) -> dict[str, str]:
    """Variables for the product's processes: this test's database, a data folder of its own.

    Add REDIS_URL for a broker.
    """
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "DATABASE_URL": database_url(),
        "TRACKER_HOME": str(tmp_path / "home"),
        "SECRET_KEY": settings.SECRET_KEY,
    }


def database_url() -> str:
    """Return the test database's address; on PostgreSQL that of this worker's copy."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
