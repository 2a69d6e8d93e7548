"""Whom a connection trusts: what is connected to is an address, what the certificate must be for is the name."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evaluation.adapters import AdapterUnavailable
from evaluation.adapters.server import _ssl_context
from evaluation.types import Output
from tests.evaluation.adapters.certificates import Authority
from tests.evaluation.adapters.conftest import KEY, ModelServer, Opener
from tests.evaluation.adapters.test_guarded import resolve_to

HOST = "models.example.org"

Served = Callable[[Path], ModelServer]


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """One that this machine trusts."""
    trusted = Authority(tmp_path, "trusted")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted.path))
    _ssl_context.cache_clear()
    yield trusted
    _ssl_context.cache_clear()


@pytest.fixture
def served() -> Iterator[Served]:
    """Starts a server that shows a certificate and says yes."""
    servers: list[tuple[ModelServer, threading.Thread]] = []

    def serve(certificate: Path) -> ModelServer:
        server = ModelServer()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        # In the thread of a connection, so that one that fails does not hold up the next.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
        server.says(["yes"])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        return server

    yield serve
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_certificate_for_the_name_is_good_whatever_address_the_name_has(
    opened: Opener, authority: Authority, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = served(authority.certificate(HOST))
    resolve_to(monkeypatch, ["127.0.0.1"])

    adapter = opened(f"https://{HOST}:{server.server_port}/", headers={"X-Key": KEY})

    assert adapter.predict(["a"]) == [Output(label="yes")]
    [(_path, headers, _inputs)] = server.asked
    assert (headers["x-key"], headers["host"]) == (KEY, f"{HOST}:{server.server_port}")


@pytest.mark.parametrize("certified", ["other.example.org", "example.org", "127.0.0.1"])
def test_a_certificate_for_anything_else_is_not_even_the_address_that_is_connected_to(
    opened: Opener, authority: Authority, served: Served, monkeypatch: pytest.MonkeyPatch, certified: str
) -> None:
    server = served(authority.certificate(certified))
    resolve_to(monkeypatch, ["127.0.0.1"])

    with pytest.raises(AdapterUnavailable, match=f"{HOST}.*certificate verify failed: Hostname mismatch"):
        opened(f"https://{HOST}:{server.server_port}/", headers={"X-Key": KEY}).predict(["a"])

    assert server.asked == [], "nothing was sent, no key either"


def test_an_address_needs_a_certificate_for_itself(
    opened: Opener, authority: Authority, served: Served
) -> None:
    right = served(authority.certificate("127.0.0.1"))
    wrong = served(authority.certificate(HOST))

    assert opened(f"https://127.0.0.1:{right.server_port}/").predict(["a"]) == [Output(label="yes")]
    with pytest.raises(AdapterUnavailable, match="certificate verify failed: IP address mismatch"):
        opened(f"https://127.0.0.1:{wrong.server_port}/").predict(["a"])


def test_a_certificate_that_is_over_or_of_an_unknown_authority_is_not_good(
    opened: Opener, authority: Authority, served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    over = served(authority.certificate(HOST, days=-1))
    unknown = served(Authority(tmp_path, "unknown").certificate(HOST))
    resolve_to(monkeypatch, ["127.0.0.1"])

    with pytest.raises(AdapterUnavailable, match="certificate has expired"):
        opened(f"https://{HOST}:{over.server_port}/").predict(["a"])
    with pytest.raises(AdapterUnavailable, match="unable to get local issuer certificate"):
        opened(f"https://{HOST}:{unknown.server_port}/").predict(["a"])
    assert over.asked == unknown.asked == []


def test_a_redirect_to_another_name_needs_a_certificate_for_that_one(
    opened: Opener, authority: Authority, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = served(authority.certificate(HOST))
    wrong = served(authority.certificate(HOST))
    resolve_to(monkeypatch, ["127.0.0.1"])
    right.says(
        None, status=307, headers={"Location": f"https://other.example.org:{wrong.server_port}/predict"}
    )

    with pytest.raises(AdapterUnavailable, match=r"other\.example\.org.*Hostname mismatch"):
        opened(f"https://{HOST}:{right.server_port}/").predict(["a"])
    assert wrong.asked == []
