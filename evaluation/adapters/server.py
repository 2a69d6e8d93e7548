"""A model server on the other side of HTTP: one POST, guarded, bounded, without secrets in any text."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import certifi
import httpcore

from evaluation.adapters.base import AdapterRefused, AdapterUnavailable, Policy
from evaluation.adapters.guarded import GuardedBackend, time_limit
from evaluation.fields import REQUIRED
from evaluation.messages import message as _

MAX_REDIRECTS = 3
MAX_URL = 2000  # characters
_KEEPS_POST = frozenset({307, 308})
_BECOMES_GET = frozenset({300, 301, 302, 303})
_MAX_RETRY_AFTER = 3600.0  # seconds
_ERROR_BODY = 20_000  # bytes of an answer that is not one

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_HEADER_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,4000}[\x21-\x7e])?")
# Set by the connection itself.
_OWN_HEADERS = frozenset(
    (
        "accept-encoding", "connection", "content-length", "content-type", "expect", "host",
        "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
    )
)  # fmt: skip


class ReplyTooLong(Exception):
    """The answer is longer than the policy allows."""


@dataclass(frozen=True)
class Reply:
    """What a server answered: its status, the body, and the seconds it asks to wait, if it does."""

    status: int
    body: bytes = field(repr=False)
    retry_after: float | None = None


class Server:
    """One URL to POST to. For one thread at a time."""

    def __init__(self, url: str, headers: Mapping[str, str], seconds: float, policy: Policy) -> None:
        self._url = url
        self._headers = dict(headers)
        self._seconds = seconds
        self._policy = policy
        # No environment is asked for a proxy, and no redirect is followed but by `post`.
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(),
            network_backend=GuardedBackend(policy.allowed_networks),
            keepalive_expiry=5.0,
        )

    def post(self, body: bytes) -> Reply:
        """POST a JSON `body`, following redirects that keep it a POST.

        Raises AdapterUnavailable, AdapterRefused or ReplyTooLong.
        """
        url, headers = self._url, self._headers
        try:
            with time_limit(self._seconds):
                for _ in range(MAX_REDIRECTS + 1):
                    reply, location = self._post_once(url, headers, body)
                    if location is None:
                        return reply
                    target = _redirected(url, reply.status, location)
                    # A key is for the server that it was given for.
                    headers = headers if _origin(target) == _origin(url) else {}
                    url = target
        # `from None`: an exception of the connection may quote what was sent.
        except httpcore.TimeoutException as error:
            raise AdapterUnavailable(_too_slow(error, url, self._seconds)) from None
        except (httpcore.NetworkError, OSError) as error:
            raise AdapterUnavailable(f"No connection to {_place(url)}: {self.hide(str(error))}") from None
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol):
            raise AdapterUnavailable(f"{_place(url)} does not speak HTTP as it should.") from None
        raise AdapterRefused(f"{_place(self._url)} redirects more than {MAX_REDIRECTS} times.")

    def hide(self, text: str) -> str:
        """`text` without the values of the headers, nor the words in them."""
        secrets = {
            part for value in self._headers.values() for part in (value, *value.split()) if len(part) > 5
        }
        for secret in sorted(secrets, key=len, reverse=True):
            text = text.replace(secret, "[hidden]")
        return text

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def _post_once(self, url: str, headers: Mapping[str, str], body: bytes) -> tuple[Reply, str | None]:
        timeout = {"connect": self._policy.connect_seconds, "pool": self._policy.connect_seconds}
        sent: dict[str | bytes, str | bytes] = {
            "accept": "application/json",
            **{name.lower(): content for name, content in headers.items()},
            # A compressed answer could be small on the wire and huge in memory.
            "accept-encoding": "identity",
            "content-type": "application/json",
        }
        with self._pool.stream(
            "POST", url, headers=sent, content=body, extensions={"timeout": timeout}
        ) as answer:
            found = {
                name.lower().decode("latin-1"): value.decode("latin-1") for name, value in answer.headers
            }
            status = answer.status
            if status in _KEEPS_POST | _BECOMES_GET and "location" in found:
                return Reply(status, b""), found["location"]
            if not 200 <= status < 300:
                return Reply(status, _start(answer), _retry_after(found.get("retry-after", ""))), None
            if found.get("content-encoding", "identity") != "identity":
                raise AdapterUnavailable(f"{_place(url)} answers compressed, though it was asked not to.")
            return Reply(status, _whole(answer, self._policy.max_answer_bytes)), None


def check_url(value: object) -> None:
    """Check a model server's address. Raises ValueError in plain words."""
    if value is None:
        raise ValueError(REQUIRED)
    if not isinstance(value, str) or len(value) > MAX_URL or not re.fullmatch(r"[\x21-\x7e]+", value):
        raise ValueError(_("Must be an address such as https://models.example.org/predict, in plain ASCII."))
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise ValueError(_("Must be an address.")) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError(_("Must begin with http:// or https:// and name a host."))
    if "\\" in value or "#" in value:
        raise ValueError(_("Must not hold a backslash or #."))
    if "@" in parts.netloc:
        raise ValueError(_("Must not hold a user name or password; use headers, which are kept secret."))


def check_headers(value: object) -> None:
    """Check the headers to send. Raises ValueError in words that repeat no value."""
    if not isinstance(value, dict) or len(value) > 50:
        raise ValueError(_("Must be an object of header names and values, 50 at most."))
    for name, content in value.items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            raise ValueError(_("A header's name has letters, digits and hyphens."))
        if name.lower() in _OWN_HEADERS:
            raise ValueError(_("The header %(name)s is set by the connection itself.", name=name))
        if not isinstance(content, str) or not _HEADER_VALUE.fullmatch(content):
            raise ValueError(
                _("The value of the header %(name)s must be one line of plain ASCII text.", name=name)
            )


def _redirected(url: str, status: int, location: str) -> str:
    if status in _BECOMES_GET:
        raise AdapterRefused(f"{_place(url)} redirects with status {status}, which would lose what is asked.")
    try:
        target = urljoin(url, location)
        check_url(target)
    except ValueError:
        raise AdapterRefused(f"{_place(url)} redirects to something that is not an address.") from None
    if _origin(url)[0] == "https" and _origin(target)[0] != "https":
        raise AdapterRefused(f"{_place(url)} redirects to an address without https.")
    return target


def _origin(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _place(url: str) -> str:
    """The server without path and query, where people put keys."""
    scheme, host, port = _origin(url)
    return f"{scheme}://{host}:{port}"


def _too_slow(error: httpcore.TimeoutException, url: str, seconds: float) -> str:
    if isinstance(error, httpcore.ConnectTimeout | httpcore.PoolTimeout):
        return f"{_place(url)} did not accept a connection in time."
    return f"{_place(url)} did not answer within {seconds:g} seconds."


def _whole(answer: httpcore.Response, max_bytes: int) -> bytes:
    body = bytearray()
    for chunk in answer.iter_stream():
        body += chunk
        if len(body) > max_bytes:
            raise ReplyTooLong(f"The answer is longer than {max_bytes} bytes.")
    return bytes(body)


def _start(answer: httpcore.Response) -> bytes:
    body = bytearray()
    for chunk in answer.iter_stream():
        body += chunk
        if len(body) >= _ERROR_BODY:
            break
    return bytes(body[:_ERROR_BODY])


def _retry_after(text: str) -> float | None:
    """Seconds only: a date would need the time of day. Held to an hour."""
    return min(float(text), _MAX_RETRY_AFTER) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _ssl_context() -> ssl.SSLContext:
    """Trusts the machine's authorities, and certifi's where the machine has none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
