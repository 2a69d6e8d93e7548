"""Models and a server that the adapters' tests ask."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import skops.io
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from evaluation.adapters import Adapter, Policy, open_adapter

LOCAL = Policy(allowed_networks=(ip_network("127.0.0.0/8"),), seconds_per_batch=20, connect_seconds=5)

# A header that nobody may see again.
KEY = "Bearer sk-very-secret-123"


@dataclass
class Said:
    """What the server says to a request: status, headers and body, or a function of the handler."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"[]"


Opener = Callable[..., Adapter]
Script = Callable[["Handler", Any], Said | None]


class Handler(BaseHTTPRequestHandler):
    """Answers by the server's script and remembers what was asked."""

    protocol_version = "HTTP/1.1"
    server: ModelServer

    def do_POST(self) -> None:
        """Answer one batch."""
        self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def do_GET(self) -> None:
        """Answer a question without a body."""
        self.answer(None)

    def answer(self, inputs: Any) -> None:
        """Remember what was asked and say what the script says."""
        self.server.asked.append(
            (self.path, {name.lower(): value for name, value in self.headers.items()}, inputs)
        )
        said = self.server.script(self, inputs)
        if said is None:
            return
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        self.wfile.write(said.body)

    def log_message(self, *args: object) -> None:
        """Keep the test output quiet."""


class ModelServer(ThreadingHTTPServer):
    """A model server of the tests' own."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.script: Script = lambda handler, inputs: Said()
        # Set at the end of a test, so that a script that keeps the client waiting ends.
        self.over = threading.Event()

    @property
    def url(self) -> str:
        """Where `http` asks it."""
        return f"{self.base}/predict"

    @property
    def base(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def says(self, answer: object, **said: Any) -> None:
        """Answer everything with this JSON."""
        self.script = lambda handler, inputs: Said(body=json.dumps(answer).encode(), **said)


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    """A running server."""
    server = ModelServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Opens adapters that ask a server, by default `http`, and closes them after the test."""
    adapters: list[Adapter] = []

    def open_one(
        url: str, policy: Policy = LOCAL, *, labels: Sequence[str] = ("no", "yes"), **settings: Any
    ) -> Adapter:
        config = {"kind": "http", "url": url, "retries": 0, **settings}
        adapters.append(open_adapter(config, labels=labels, policy=policy, file=None))
        return adapters[-1]

    yield open_one
    for adapter in adapters:
        adapter.close()


@pytest.fixture(scope="session")
def text_model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A text classifier, as a file and as an object. Character n-grams: a long text costs much."""
    texts = ["good one", "a bad thing", "nice and kind", "awful and rude"] * 5
    model = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 5)), LogisticRegression())
    model.fit(texts, ["positive", "negative"] * 10)
    path = tmp_path_factory.mktemp("models") / "text.skops"
    skops.io.dump(model, path)
    return path, model
