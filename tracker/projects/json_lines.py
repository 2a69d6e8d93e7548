"""Reading files of JSON lines: UTF-8, plain or gzip, one bad line never spoiling the others."""

from __future__ import annotations

import gzip
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from django.core.management.base import CommandError
from tqdm import tqdm

from evaluation.canonical import InvalidJSON, parse_json
from tracker.projects.errors import Invalid

GZIP_MAGIC = b"\x1f\x8b"


def parsed_lines(lines: Iterable[bytes]) -> Iterator[tuple[int, object]]:
    """Yield (line number from 1, value), or an Invalid in the value's place; blank lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, parsed_line(line)


def parsed_line(line: bytes) -> object:
    try:
        return parse_json(line)
    except InvalidJSON as error:
        return Invalid({"body": [str(error)]})


def file_lines(name: str) -> Iterator[tuple[int, object]]:
    """Yield the numbered values of a file, `-` for standard input, with a progress bar where a person watches.

    Raises CommandError where the file cannot be read; what came before that stays stored as far as the caller keeps it.
    """
    try:
        with _opened(name) as raw:
            size = os.fstat(raw.fileno()).st_size if name != "-" else None
            with tqdm.wrapattr(
                raw, "read", total=size or None, disable=not sys.stderr.isatty(), leave=False
            ) as watched:
                yield from parsed_lines(_inflated(cast(BinaryIO, watched), named_gzip=name.endswith(".gz")))
    except FileNotFoundError as error:
        raise CommandError(f"There is no file {name}.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise CommandError(f"{name} could not be read to its end: {error}.") from error


def _opened(name: str) -> BinaryIO:
    return open(sys.stdin.fileno(), "rb", closefd=False) if name == "-" else Path(name).open("rb")


def _inflated(raw: BinaryIO, *, named_gzip: bool) -> Iterator[bytes]:
    """Split a stream into lines, unpacking it first if its first bytes say that it is gzip."""
    head = raw.read(2)
    if named_gzip and head and head != GZIP_MAGIC:
        raise gzip.BadGzipFile("its name ends with .gz, but it is not gzip")
    rest = _Prefixed(head, raw)
    return _lines(gzip.GzipFile(fileobj=rest) if head == GZIP_MAGIC else rest)  # type: ignore[call-overload]


class _Prefixed:
    """A stream with some bytes put back in front, since standard input cannot be rewound."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def read(self, size: int = -1) -> bytes:
        if not self._head:
            return self._rest.read(size)
        if size < 0:
            head, self._head = self._head, b""
            return head + self._rest.read()
        head, self._head = self._head[:size], self._head[size:]
        return head


def _lines(stream: _Prefixed | gzip.GzipFile) -> Iterator[bytes]:
    pending = b""
    while block := stream.read(1 << 20):
        *whole, pending = (pending + block).split(b"\n")
        yield from whole
    if pending:
        yield pending
