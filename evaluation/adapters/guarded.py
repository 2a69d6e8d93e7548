"""Connections that go only where they may, and end when their time is up.

The check is made on the very address that is connected to: a name is resolved once, here, and what is
connected to is the address, so a name that resolves differently the second time gains nothing.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore

from evaluation.adapters.addresses import carried_address, is_allowed
from evaluation.adapters.base import AdapterRefused

# When the request of this thread must be over, in seconds of the monotonic clock.
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


_SENT_AT_ONCE = 65_536  # bytes


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Hold everything that is sent and received within to `seconds` in total.

    httpcore's own time-outs hold each single read, so a server that sends a byte at a time would evade them.
    """
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def _left(timeout: float | None, error: type[Exception]) -> float | None:
    deadline = _deadline.get()
    if deadline is None:
        return timeout
    left = deadline - time.monotonic()
    if left <= 0:
        raise error
    return left if timeout is None else min(left, timeout)


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every step counts against the time limit.

    What is short is sent when an answer is wanted, so that the head and the body of a request go out at once: each
    sending costs as much as all the rest of a request.
    """

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._unsent = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._send()
        return self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if len(self._unsent) + len(buffer) > _SENT_AT_ONCE:
            self._send()
        self._unsent += buffer
        if len(self._unsent) > _SENT_AT_ONCE:
            self._send()

    def _send(self) -> None:
        unsent, self._unsent = self._unsent, b""
        if unsent:
            self._stream.write(unsent, _left(None, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self._send()
        left = _left(timeout, httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections to allowed addresses only."""

    def __init__(self, allowed_networks: tuple[IPv4Network | IPv6Network, ...]) -> None:
        self._allowed_networks = allowed_networks
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of `host` that may be reached and answers.

        Raises AdapterRefused if none may be reached, httpcore's errors if none answers.
        """
        found = _resolve(host, port)
        allowed = [ip for ip in found if is_allowed(ip, self._allowed_networks)]
        if not allowed:
            raise AdapterRefused(
                f"{_where(host, found)}, and the operator's settings do not allow its network."
            )
        for ip in allowed[:-1]:
            try:
                return self._connect(ip, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(allowed[-1], port, timeout, local_address, socket_options)

    def _connect(
        self,
        ip: IPv4Address | IPv6Address,
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _TimedStream(self._backend.connect_tcp(str(ip), port, left, local_address, socket_options))

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Never: a socket in the file system is this machine."""
        raise AdapterRefused("A model server cannot be a socket in the file system.")


def _where(host: str, found: list[IPv4Address | IPv6Address]) -> str:
    """Where a host is that may not be reached: a name is at an address, and an address is one."""
    listed = ", ".join(map(str, found))
    if host != listed:
        return f"{host} is at {listed}, which is not a public address"
    ip = carried_address(found[0]) or found[0]
    if ip.is_loopback or ip.is_unspecified:
        return f"{host} is an address of this machine itself, not a public address"
    return f"{host} is not a public address"


def _resolve(host: str, port: int) -> list[IPv4Address | IPv6Address]:
    """The addresses of `host`, each once, in the resolver's order. The resolver's own time-out holds."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise httpcore.ConnectError(f"{host} could not be resolved") from None
    # sockaddr[0] of IPv6 may carry a zone (fe80::1%eth0), which ip_address keeps.
    return list(dict.fromkeys(ip_address(str(sockaddr[0])) for *_, sockaddr in answers))
