"""JSON lines out of a form: pasted, or as a file, plain or gzip."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from tracker.projects.errors import Invalid
from tracker.projects.json_lines import GZIP_MAGIC, parsed_lines

MAX_BYTES = 256 * 1024 * 1024
"""Unpacked: a small file can hold a very long one."""


def numbered_values(text: str, upload: UploadedFile[Any] | None) -> Iterator[tuple[int, object]]:
    """Yield (line number from 1, value or Invalid) of a file, or of what was pasted.

    Raises Invalid where the file cannot be read to its end.
    """
    return parsed_lines(_lines(_stream(text, upload)))


def numbered_texts(text: str, upload: UploadedFile[Any] | None) -> Iterator[tuple[int, object]]:
    """Yield (line number from 1, the line as it stands or Invalid) likewise; blank lines are passed over."""
    for number, line in enumerate(_lines(_stream(text, upload)), start=1):
        try:
            read = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            yield number, Invalid({"body": [_("This is not UTF-8.")]})
            continue
        if read.strip():
            yield number, read


def _stream(text: str, upload: UploadedFile[Any] | None) -> IO[bytes]:
    if upload is None:
        return BytesIO(text.encode())
    raw = cast(IO[bytes], upload.file)
    raw.seek(0)
    packed = raw.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    raw.seek(0)
    return cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if packed else raw


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    total = 0
    try:
        while line := stream.readline(MAX_BYTES):
            total += len(line)
            if total > MAX_BYTES:
                raise Invalid({"file": [_("The file is larger than 256 MB unpacked; send it in parts.")]})
            yield line
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid(
            {"file": [_("The file cannot be read to its end: %(why)s") % {"why": error}]}
        ) from error
