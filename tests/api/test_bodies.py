"""Bodies: their limits, compression, and what is not JSON (issue 2, part 7)."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory
from gunicorn.http.body import Body as ServerBody  # type: ignore[import-untyped]
from gunicorn.http.body import ChunkedReader
from gunicorn.http.unreader import IterUnreader  # type: ignore[import-untyped]
from rest_framework.request import Request

from tests.api.conftest import JSON, LINES, Caller
from tests.api.test_problem_details import assert_problem
from tracker.api.bulk import Bulk, Single, bulk_items
from tracker.api.parsing import JSON_LIMIT, LINES_LIMIT, Body, read
from tracker.api.problem_details import BadBody, TooLarge, WrongMediaType
from tracker.projects.errors import Invalid

_opened: list[Body] = []


@pytest.fixture(autouse=True)
def _close_all() -> Iterator[None]:
    yield
    while _opened:
        _opened.pop().stream.close()


def sent(body: bytes, content_type: str = JSON, /, **environ: Any) -> Body:
    request = Request(RequestFactory().generic("POST", "/", body, content_type, **environ))
    _opened.append(read(request, [JSON, LINES]))
    return _opened[-1]


def items_of(body: bytes, content_type: str = LINES) -> list[tuple[int, object]]:
    read_items = bulk_items(sent(body, content_type))
    assert isinstance(read_items, Bulk)
    return list(read_items.items)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"name": ', "column 10"),
        (b"", "Empty"),
        (b'{"name": "a", "name": "b"}', "twice"),
        (b'{"active_users": NaN}', "NaN"),
        (b'{"active_users": 1e999}', "not finite"),
        (b'{"name": "\xff"}', "UTF-8"),
        (b'{"name": "\\u0000"}', "NUL"),
        (b'{"name": "\\ud800"}', "surrogate"),
        (b"[" * 100_000, "deep"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, "deep"),
        (b'{"name": "a"} trailing', "column 15"),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else value,
)
def test_what_is_not_strict_json_is_400_and_says_where(administrator: Caller, body: bytes, told: str) -> None:
    assert told in assert_problem(administrator._call("PATCH", "", body), 400)["detail"]


@pytest.mark.parametrize("body", ["[]", "3", '"text"', "null"])
def test_a_body_that_is_no_object(administrator: Caller, body: str) -> None:
    assert "body" in assert_problem(administrator._call("PATCH", "", body), 400)["errors"]


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", LINES])
def test_another_media_type_is_415(administrator: Caller, content_type: str) -> None:
    assert_problem(administrator._call("PATCH", "", b"name=x", content_type), 415)


def test_a_charset_and_no_media_type_at_all_are_taken_for_json(administrator: Caller) -> None:
    assert (
        administrator._call("PATCH", "", b'{"name": "A"}', "application/json; charset=utf-8").status_code
        == 200
    )
    assert administrator._call("PATCH", "", b'{"name": "B"}', "").status_code == 200


def test_a_body_of_20_mb_is_413(administrator: Caller) -> None:
    body = b'{"name": "' + b"x" * 20_000_000 + b'"}'
    assert_problem(administrator._call("PATCH", "", body), 413)


def test_the_limits_are_exact() -> None:
    assert sent(b" " * JSON_LIMIT).size == JSON_LIMIT
    with pytest.raises(TooLarge):
        sent(b" " * (JSON_LIMIT + 1))
    assert sent(b" " * (JSON_LIMIT + 1), LINES).size == JSON_LIMIT + 1


def test_gzip_is_inflated() -> None:
    body = sent(gzip.compress(b'{"name": "A"}'), HTTP_CONTENT_ENCODING="gzip")
    assert bulk_items(body) == Single({"name": "A"})


def test_several_gzip_members_in_a_row_are_one_body() -> None:
    packed = gzip.compress(b'{"name"') + gzip.compress(b': "A"}')
    assert sent(packed, HTTP_CONTENT_ENCODING="gzip").text() == b'{"name": "A"}'


@pytest.mark.parametrize(("media_type", "limit"), [(JSON, JSON_LIMIT), (LINES, LINES_LIMIT)])
def test_a_bomb_is_stopped_at_the_limit(media_type: str, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # 200 MB of zeros in 200 kB; what is inflated is counted to see that it stops.
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join(packer.compress(bytes(10_000_000)) for _ in range(20)) + packer.flush()
    inflated = []
    real = zlib.decompressobj

    class Counting:
        def __init__(self, wbits: int) -> None:
            self._real = real(wbits=wbits)

        def decompress(self, piece: bytes, most: int) -> bytes:
            inflated.append(piece := self._real.decompress(piece, most))
            return piece

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

    monkeypatch.setattr(zlib, "decompressobj", Counting)
    with pytest.raises(TooLarge):
        sent(bomb, media_type, HTTP_CONTENT_ENCODING="gzip")
    assert limit < sum(map(len, inflated)) < limit + 1_000_000


@pytest.mark.parametrize(
    "packed",
    [b"not gzip", b"", gzip.compress(b'{"name": "A"}')[:-4], gzip.compress(b"{}") + b"garbage"],
    ids=["not gzip", "empty", "cut off", "garbage behind"],
)
def test_broken_gzip_is_400(packed: bytes) -> None:
    with pytest.raises(BadBody):
        sent(packed, HTTP_CONTENT_ENCODING="gzip")


def test_another_encoding_is_415() -> None:
    with pytest.raises(WrongMediaType):
        sent(b"{}", HTTP_CONTENT_ENCODING="br")


def test_a_body_shorter_than_its_content_length_is_400() -> None:
    with pytest.raises(BadBody, match="shorter"):
        sent(b"", JSON, CONTENT_LENGTH="5000", **{"wsgi.input": io.BytesIO(b'{"name": "A"}')})


@pytest.mark.parametrize("length", ["many", "-1", "1" * 30])
def test_a_content_length_that_is_no_number_is_400(length: str) -> None:
    with pytest.raises(BadBody):
        sent(b"{}", CONTENT_LENGTH=length)


def test_a_content_length_above_the_limit_is_refused_before_reading() -> None:
    with pytest.raises(TooLarge):
        sent(b"{}", CONTENT_LENGTH=str(JSON_LIMIT + 1))


def test_a_chunked_body_without_a_length_is_read_whole() -> None:
    body = b'{"name": "A"}'
    environ: dict[str, Any] = {
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "CONTENT_LENGTH": "",
    }
    assert sent(b"", **environ).text() == body


@pytest.mark.parametrize(
    "rest",
    [b"", b"5\r\n12", b"5\r\n12345", b"5\r\n1234567\r\n0\r\n\r\n", b"x\r\n", b"0\r\n"],
    ids=["no more chunks", "in a chunk", "after a chunk", "a longer chunk", "no size", "no end"],
)
def test_a_chunked_body_that_is_cut_off_is_400(rest: bytes) -> None:
    # Read by the server's own reader, whose errors come out of `wsgi.input`.
    server = SimpleNamespace(parse_headers=lambda data, from_trailer: [])
    pieces = IterUnreader([b'd\r\n{"name": "A"}\r\n', *([rest] if rest else [])])
    environ: dict[str, Any] = {
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": ServerBody(ChunkedReader(server, pieces)),
        "wsgi.input_terminated": True,
        "CONTENT_LENGTH": "",
    }
    with pytest.raises(BadBody):
        sent(b"", **environ)


def test_one_object_is_single_and_a_list_is_bulk() -> None:
    assert bulk_items(sent(b'{"a": 1}')) == Single({"a": 1})
    assert items_of(b'[{"a": 1}, 2]', JSON) == [(1, {"a": 1}), (2, 2)]


def test_lines_are_numbered_and_blank_ones_are_counted() -> None:
    assert items_of(b'{"a": 1}\n\n  \r\n{"a": 2}\r\n') == [(1, {"a": 1}), (4, {"a": 2})]


def test_a_bad_line_spoils_only_itself() -> None:
    items = items_of(b'{"a": 1}\n{"a": \n{"a": "\xff"}\n{"a": 1, "a": 2}\n{"a": NaN}\n{"a": 2}')
    good = [(line, item) for line, item in items if not isinstance(item, Invalid)]
    bad = [line for line, item in items if isinstance(item, Invalid)]
    assert good == [(1, {"a": 1}), (6, {"a": 2})]
    assert bad == [2, 3, 4, 5]


def test_more_lines_than_can_be_named_are_413() -> None:
    with pytest.raises(TooLarge):
        items_of(b"\n" * 500_001)
    with pytest.raises(TooLarge):
        items_of(b"[" + b"1," * 500_000 + b"1]", JSON)
    assert len(items_of(b"1\n" * 1_000)) == 1_000


def test_the_digest_is_of_what_was_meant_and_not_of_how_it_was_packed() -> None:
    body = json.dumps({"name": "A"}).encode()
    assert sent(body).digest == sent(gzip.compress(body), HTTP_CONTENT_ENCODING="gzip").digest
