"""Reading bodies: within limits, inflated where they come compressed, and as strict JSON."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Self

from django.http import UnreadablePostError
from django.utils.translation import gettext as _
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from evaluation.canonical import InvalidJSON, parse_json
from evaluation.types import JSON
from tracker.api.problem_details import BadBody, TooLarge, WrongMediaType

MEGABYTE = 1_000_000
JSON_LIMIT = 10 * MEGABYTE
LINES_LIMIT = 64 * MEGABYTE
MULTIPART_LIMIT = 260 * MEGABYTE
"""Room for the largest model file that is stored (256 MB) and the JSON beside it."""

CHUNK_BYTES = 256 * 1024
KEPT_IN_MEMORY = 2 * MEGABYTE
GZIP = 16 + zlib.MAX_WBITS

JSON_TYPE = "application/json"
LINES_TYPE = "application/x-ndjson"
MULTIPART_TYPE = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Body:
    """A body that was read whole: its bytes (on disk where there are many) and their SHA-256."""

    media_type: str
    stream: IO[bytes]
    digest: str
    size: int

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.stream.close()

    def text(self) -> bytes:
        self.stream.seek(0)
        return self.stream.read()

    def lines(self) -> Iterator[bytes]:
        self.stream.seek(0)
        yield from self.stream


class StrictJSONParser(BaseParser):
    """What DRF shall use where something asks for `request.data`; the views read their bodies with `read`."""

    media_type = JSON_TYPE

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        with read(parser_context["request"], [JSON_TYPE]) as body:
            return json_value(body)


def read(request: Request, media_types: list[str]) -> Body:
    """Read the whole body within the limit of its media type.

    Raises WrongMediaType, TooLarge, BadBody. No Content-Type at all is taken for JSON.
    """
    media_type = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() or JSON_TYPE
    if media_type not in media_types:
        accepted = ", ".join(media_types)
        raise WrongMediaType(_("Send the body with a Content-Type of: %(types)s.") % {"types": accepted})
    limit = LINES_LIMIT if media_type == LINES_TYPE else JSON_LIMIT
    stream: IO[bytes] = SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)  # noqa: SIM115 - the Body closes it
    try:
        return _read_into(stream, request, media_type, limit)
    except BaseException:
        stream.close()
        raise


def _read_into(stream: IO[bytes], request: Request, media_type: str, limit: int) -> Body:
    seen = hashlib.sha256()
    size = 0
    for piece in _inflated(_sent(request, limit), request.headers.get("Content-Encoding", "")):
        size += len(piece)
        if size > limit:
            raise too_large(limit)
        seen.update(piece)
        stream.write(piece)
    return Body(media_type, stream, seen.hexdigest(), size)


def json_value(body: Body) -> JSON:
    """Return the JSON value of a body; raises BadBody, which says where it goes wrong."""
    return json_of(body.text())


def json_of(text: bytes) -> JSON:
    try:
        return parse_json(text)
    except InvalidJSON as error:
        raise BadBody(str(error)) from error


def too_large(limit: int) -> TooLarge:
    most = _("%(megabytes)d MB") % {"megabytes": limit // MEGABYTE}
    return larger_than(most)


def larger_than(most: str) -> TooLarge:
    detail = _("The body has more than %(most)s. Nothing of it was stored; send it in parts.")
    return TooLarge(detail % {"most": most})


def _sent(request: Request, limit: int) -> Iterator[bytes]:
    """Yield the bytes as they were sent; raises BadBody where they end before they should."""
    announced = announced_length(request)
    if announced is not None and announced > limit:
        raise too_large(limit)
    source: Any = request
    if announced is None and request.META.get("wsgi.input_terminated"):
        # A chunked body: it has no length, and Django would take it for empty.
        source = request.META["wsgi.input"]
    received = 0
    try:
        while piece := source.read(CHUNK_BYTES):
            received += len(piece)
            if received > limit:
                raise too_large(limit)
            yield piece
    except (UnreadablePostError, OSError) as error:
        raise _ended_early() from error
    except ParseException as error:
        # What the server says of chunks that are broken or cut off, when they are read and not before.
        raise BadBody(_("The chunks of the body are broken or cut off. Send it again.")) from error
    if announced is not None and received < announced:
        raise _ended_early()


def announced_length(request: Request) -> int | None:
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        return None
    written = request.META.get("CONTENT_LENGTH") or "0"
    if not (isinstance(written, str) and written.isascii() and written.isdigit()) or len(written) > 18:
        raise BadBody(_("Content-Length is not a number."))
    return int(written)


def _ended_early() -> BadBody:
    return BadBody(_("The body is shorter than announced. Nothing of it was stored; send it again."))


def _inflated(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    if names in ([], ["identity"]):
        return pieces
    if names in (["gzip"], ["x-gzip"]):
        return _gunzip(pieces)
    raise WrongMediaType(_("Send the body as it is, or compressed with gzip."))


def _gunzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Inflate at most a chunk at a time, so that a bomb is stopped at the limit and not in memory."""
    member = zlib.decompressobj(wbits=GZIP)
    fresh = True
    for piece in pieces:
        rest, more = piece, True
        while more:
            if member.eof:
                member = zlib.decompressobj(wbits=GZIP)
            try:
                inflated = member.decompress(rest, CHUNK_BYTES)
            except zlib.error as error:
                raise BadBody(_("The body is not valid gzip. Nothing of it was stored.")) from error
            fresh = False
            yield inflated
            # A file may be several gzip members in a row; what follows one begins the next.
            rest = member.unused_data if member.eof else member.unconsumed_tail
            more = bool(rest) or (len(inflated) == CHUNK_BYTES and not member.eof)
    if fresh or not member.eof:
        raise BadBody(_("The gzip body ends early. Nothing of it was stored; send it again."))
