"""A model server for tests of the application, which may be asked as if the operator had allowed its network."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.evaluation.adapters.conftest import ModelServer


@pytest.fixture
def local_server(settings: Any) -> Iterator[ModelServer]:
    """A running server, on an address that is allowed."""
    from tests.evaluation.adapters.conftest import ModelServer  # noqa: PLC0415 - imports scikit-learn

    settings.MODEL_NETWORKS = (ip_network("127.0.0.0/8"),)
    server = ModelServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()
