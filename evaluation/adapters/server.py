"""A model server on the other side of HTTP: single requests, guarded, bounded, without secrets in any text."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from urllib.parse import quote, urlencode, urljoin, urlsplit

import certifi
import httpcore

from evaluation.adapters.base import AdapterRefused, AdapterUnavailable, Policy
from evaluation.adapters.guarded import GuardedBackend, time_limit
from evaluation.adapters.hiding import Hiding
from evaluation.adapters.server_address import check_url, is_key

MAX_REDIRECTS = 3
_KEEPS_METHOD = frozenset({307, 308})
_BECOMES_GET = frozenset({300, 301, 302, 303})
_KEPT_ALIVE = 4.0  # seconds; common servers close what is idle for five
_MAX_RETRY_AFTER = 3600.0  # seconds
_ERROR_BODY = 20_000  # bytes of an answer that is not one


class ReplyTooLong(Exception):
    """The answer is longer than the policy allows."""


@dataclass(frozen=True)
class Reply:
    """What a server answered: its status, the body, and the seconds it asks to wait, if it does."""

    status: int
    body: bytes = field(repr=False)
    retry_after: float | None = None


class Server:
    """Where one model is asked. For any number of threads, `concurrency` of whose requests are under way at once.

    Connections are kept and used again.
    """

    def __init__(
        self, headers: Mapping[str, str], query: Mapping[str, str], *, concurrency: int, policy: Policy
    ) -> None:
        self._query = urlencode(query, quote_via=quote)
        self._headers = {name.lower(): content for name, content in headers.items()}
        self._policy = policy
        self._places = threading.BoundedSemaphore(concurrency)
        # No environment is asked for a proxy, and no redirect is followed but by `ask`.
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(),
            network_backend=GuardedBackend(policy.allowed_networks),
            max_connections=concurrency,
            max_keepalive_connections=concurrency,
            keepalive_expiry=_KEPT_ALIVE,
        )
        sent = [*headers.items(), *query.items()]
        self._hiding = Hiding([content for _name, content in sent])
        self._keys = Hiding([content for name, content in sent if is_key(name, content)])

    @property
    def header_names(self) -> tuple[str, ...]:
        """The names of the headers that go with each request, without their values."""
        return tuple(self._headers)

    def ask(self, method: str, url: str, body: bytes = b"", *, seconds: float) -> Reply:
        """GET, or POST a JSON `body`, following redirects that keep the method; once, within `seconds`.

        Raises AdapterUnavailable, AdapterRefused or ReplyTooLong.
        """
        at, headers = self._whole_address(url), self._headers
        try:
            with self._places, time_limit(seconds):
                for _ in range(MAX_REDIRECTS + 1):
                    reply, location = self._ask_again_if_lost(method, at, headers, body)
                    if location is None:
                        return reply
                    target = _redirected(method, at, reply.status, location)
                    # A key is for the server that it was given for.
                    headers = headers if _origin(target) == _origin(at) else {}
                    at = target
        # `from None`: an exception of the connection may quote what was sent.
        except httpcore.TimeoutException as error:
            raise AdapterUnavailable(_too_slow(error, at, seconds)) from None
        except (httpcore.NetworkError, OSError) as error:
            raise AdapterUnavailable(f"No connection to {place(at)}: {self.hide(str(error))}") from None
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol):
            raise AdapterUnavailable(f"{place(at)} does not speak HTTP as it should.") from None
        raise AdapterRefused(f"{place(url)} redirects more than {MAX_REDIRECTS} times.")

    def _whole_address(self, url: str) -> str:
        """`url` with the parameters that are kept secret, which no redirect is told."""
        return f"{url}{'&' if '?' in url else '?'}{self._query}" if self._query else url

    def hide(self, text: str) -> str:
        """`text` without the values of headers and parameters, nor the parts of them, however they are written."""
        return self._hiding.hide(text)

    def is_key_in(self, text: str) -> bool:
        """Whether a text repeats one of the keys that were sent, or a part of it."""
        return self._keys.is_in(text)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def _ask_again_if_lost(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Reply, str | None]:
        """Ask on a new connection where a kept one was lost: servers close them without a word, as after an error."""
        try:
            return self._ask_once(method, url, headers, body)
        except (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError):
            return self._ask_once(method, url, headers, body)

    def _ask_once(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Reply, str | None]:
        timeout = {"connect": self._policy.connect_seconds, "pool": self._policy.connect_seconds}
        # A compressed answer could be small on the wire and huge in memory.
        sent: dict[str | bytes, str | bytes] = {
            "accept": "application/json",
            **dict[str | bytes, str | bytes](headers.items()),
            "accept-encoding": "identity",
        }
        if method == "POST":
            sent["content-type"] = "application/json"
        with self._pool.stream(
            method, url, headers=sent, content=body or None, extensions={"timeout": timeout}
        ) as answer:
            found = {
                name.lower().decode("latin-1"): value.decode("latin-1") for name, value in answer.headers
            }
            status = answer.status
            if status in _KEEPS_METHOD | _BECOMES_GET and "location" in found:
                return Reply(status, b""), found["location"]
            if not 200 <= status < 300:
                pause = _retry_after(found.get("retry-after", ""), found.get("date", ""))
                return Reply(status, _start(answer), pause), None
            if found.get("content-encoding", "identity") != "identity":
                raise AdapterUnavailable(f"{place(url)} answers compressed, though it was asked not to.")
            return Reply(status, _whole(answer, self._policy.max_answer_bytes)), None


def place(url: str) -> str:
    """The server without path and query, where people put keys."""
    scheme, host, port = _origin(url)
    return f"{scheme}://{host}:{port}"


def _redirected(method: str, url: str, status: int, location: str) -> str:
    if status in _BECOMES_GET and method != "GET":
        raise AdapterRefused(f"{place(url)} redirects with status {status}, which would lose what is asked.")
    try:
        target = urljoin(url, location)
        check_url(target)
    except ValueError:
        raise AdapterRefused(f"{place(url)} redirects to something that is not an address.") from None
    if _origin(url)[0] == "https" and _origin(target)[0] != "https":
        raise AdapterRefused(f"{place(url)} redirects to an address without https.")
    return target


def _origin(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _too_slow(error: httpcore.TimeoutException, url: str, seconds: float) -> str:
    if isinstance(error, httpcore.ConnectTimeout | httpcore.PoolTimeout):
        return f"{place(url)} did not accept a connection in time."
    return f"{place(url)} did not answer within {seconds:.3g} seconds."


def _whole(answer: httpcore.Response, max_bytes: int) -> bytes:
    body = bytearray()
    for chunk in answer.iter_stream():
        body += chunk
        if len(body) > max_bytes:
            raise ReplyTooLong(f"The answer is longer than {max_bytes} bytes.")
    return bytes(body)


def _start(answer: httpcore.Response) -> bytes:
    """The beginning of a body, with a sign where it is cut: half a key before it is recognised."""
    body = bytearray()
    for chunk in answer.iter_stream():
        body += chunk
        if len(body) > _ERROR_BODY:
            return bytes(body[:_ERROR_BODY]) + "…".encode()
    return bytes(body)


def _retry_after(text: str, now: str) -> float | None:
    """Seconds to wait, held to an hour. A date counts from `now`, the server's own: its clock may go otherwise."""
    if re.fullmatch(r"[0-9]{1,9}", text):
        return min(float(text), _MAX_RETRY_AFTER)
    try:
        seconds = (_date(text) - _date(now)).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), _MAX_RETRY_AFTER)


def _date(text: str) -> datetime:
    """A date as HTTP writes it, in one of three ways, of which the oldest names no zone. Raises ValueError."""
    date = parsedate_to_datetime(text)
    return date if date.tzinfo else date.replace(tzinfo=UTC)


@lru_cache(maxsize=1)
def _ssl_context() -> ssl.SSLContext:
    """Trusts the machine's authorities, and certifi's where the machine has none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
