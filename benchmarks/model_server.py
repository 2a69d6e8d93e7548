"""A model server that takes its time: `python -m benchmarks.model_server` prints its port and serves until it is ended.

It answers a JSON list of texts with a list of outputs, MILLISECONDS after it took the request up, and works on AT_ONCE
requests at a time; more wait. What it gives is bounded by its pauses, not by its work.
"""

from __future__ import annotations

import asyncio
import json

from benchmarks.corpus import LABELS

MILLISECONDS = 50
AT_ONCE = 16
_LENGTH = b"content-length:"
_SURE = dict.fromkeys(LABELS, 0.1) | {LABELS[0]: 0.7}


async def serve() -> None:
    places = asyncio.Semaphore(AT_ONCE)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                body = await _body(reader)
                async with places:
                    await asyncio.sleep(MILLISECONDS / 1000)
                    said = json.dumps([{"scores": _SURE}] * len(json.loads(body))).encode()
                head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(said)}\r\n\r\n"
                writer.write(head.encode() + said)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


async def _body(reader: asyncio.StreamReader) -> bytes:
    """Return one request's body; the length of all that is sent here is known."""
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(_LENGTH)]
    return await reader.readexactly(int(lengths[0].removeprefix(_LENGTH)))


if __name__ == "__main__":
    asyncio.run(serve())
