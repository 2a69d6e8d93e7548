"""No test talks to another machine: such a connection is refused at once, and the test fails."""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest

_REAL_CONNECT = socket.socket.connect
_REAL_CONNECT_EX = socket.socket.connect_ex
_REAL_SENDTO = socket.socket.sendto
_REAL_GETADDRINFO = socket.getaddrinfo
_tried: list[str] = []


def stays_here(family: int, address: object) -> bool:
    """Whether a socket address is on this machine: a Unix socket or a loopback address."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    return isinstance(address, tuple) and name_stays_here(address[0])


def name_stays_here(name: object) -> bool:
    """Whether looking up and reaching `name` needs no other machine."""
    text = name.decode() if isinstance(name, bytes) else name
    if text is None or text in ("", "localhost"):
        return True
    try:
        return isinstance(text, str) and ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(what: object) -> None:
    _tried.append(repr(what))
    raise ConnectionRefusedError(f"tests do not leave this machine: {what!r}")


def _connect(self: socket.socket, address: Any) -> None:
    if not stays_here(self.family, address):
        _refuse(address)
    return _REAL_CONNECT(self, address)


def _connect_ex(self: socket.socket, address: Any) -> int:
    if not stays_here(self.family, address):
        _refuse(address)
    return _REAL_CONNECT_EX(self, address)


def _sendto(self: socket.socket, content: Any, *rest: Any) -> int:
    if not stays_here(self.family, rest[-1]):
        _refuse(rest[-1])
    return _REAL_SENDTO(self, content, *rest)


def _getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
    # An address in figures needs no look-up; connecting to it is judged when that is tried.
    text = host.decode() if isinstance(host, bytes) else host
    if not name_stays_here(host) and not _is_address(text):
        _refuse(host)
    return _REAL_GETADDRINFO(host, *rest, **named)


def _is_address(text: object) -> bool:
    try:
        ipaddress.ip_address(str(text).partition("%")[0])
    except ValueError:
        return False
    return True


def pytest_configure(config: pytest.Config) -> None:
    patched: Any = socket.socket
    patched.connect = _connect
    patched.connect_ex = _connect_ex
    patched.sendto = _sendto
    module: Any = socket
    module.getaddrinfo = _getaddrinfo


@pytest.fixture(autouse=True)
def no_connection_leaves_the_machine() -> Iterator[list[str]]:
    """Fail a test whose code tried to reach another machine, even if that code swallowed the refusal."""
    _tried.clear()
    yield _tried
    if _tried:
        pytest.fail(f"tried to reach another machine: {', '.join(_tried)}")
