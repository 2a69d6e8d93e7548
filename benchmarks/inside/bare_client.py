"""A client without a framework: so many connections, on each one request after the other, nothing stored."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence


def ask(port: int, batches: Sequence[Sequence[str]], *, at_once: int) -> int:
    """Send every batch and return how many outputs came back."""
    bodies = [json.dumps(batch).encode() for batch in batches]
    return asyncio.run(_ask(port, bodies, at_once))


async def _ask(port: int, bodies: Sequence[bytes], at_once: int) -> int:
    waiting = iter(bodies)
    return sum(await asyncio.gather(*(_connection(port, waiting) for _ in range(at_once))))


async def _connection(port: int, waiting: Iterator[bytes]) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    outputs = 0
    for body in waiting:
        writer.write(b"POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        head = await reader.readuntil(b"\r\n\r\n")
        answer = await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
        outputs += len(json.loads(answer))
    writer.close()
    return outputs
