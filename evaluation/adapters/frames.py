"""Messages between a worker and its child process: MessagePack behind four bytes of length."""

from __future__ import annotations

import os
from typing import Any

import msgspec

LENGTH_BYTES = 4


def to_frame(message: object) -> bytes:
    """Encode one message. Raises OverflowError for an integer beyond 64 bits, ValueError beyond 4 GiB."""
    body = msgspec.msgpack.encode(message)
    try:
        return len(body).to_bytes(LENGTH_BYTES, "big") + body
    except OverflowError:
        raise ValueError("The message is longer than 4 GiB.") from None


def body_length(frame: bytes | bytearray) -> int:
    """The length that a frame of at least LENGTH_BYTES announces for its body."""
    return int.from_bytes(frame[:LENGTH_BYTES], "big")


def read_frame(descriptor: int) -> Any:
    """Read one message from a blocking pipe. Raises EOFError at its end."""
    length = body_length(_read_exactly(descriptor, LENGTH_BYTES))
    return msgspec.msgpack.decode(_read_exactly(descriptor, length))


def write_frame(descriptor: int, message: object) -> None:
    """Write one message into a blocking pipe."""
    left = memoryview(to_frame(message))
    while left:
        left = left[os.write(descriptor, left) :]


def _read_exactly(descriptor: int, count: int) -> bytearray:
    read = bytearray()
    while len(read) < count:
        chunk = os.read(descriptor, min(count - len(read), 1 << 20))
        if not chunk:
            raise EOFError
        read += chunk
    return read
