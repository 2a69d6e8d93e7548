"""Drawing by chance, so that anybody with the same seed and the same list draws the same."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Collection
from typing import Generic, TypeVar

T = TypeVar("T")


class Draw(Generic[T]):
    """Draws `n` of the distinct things offered, without replacement, each set of n equally likely.

    A thing is known by its SHA-256. It gets a rank out of the seed, the SHA-256 of both, and the lowest ranks are
    drawn: so the order of arrival is of no account, a larger draw begins with the smaller one, and no library's
    generator of random numbers has a part in it. Holds what is drawn, and 32 bytes of everything else.
    """

    def __init__(self, n: int, *, seed: int, left_out: Collection[bytes] = ()) -> None:
        self._n = n
        self._seed = seed
        self._left_out = frozenset(left_out)
        self._seen: set[bytes] = set()
        self._known = 0
        self._heap: list[tuple[int, bytes, T]] = []

    def offer(self, digest: bytes, thing: T) -> None:
        if digest in self._seen:
            return
        self._seen.add(digest)
        if digest in self._left_out:
            self._known += 1
            return
        # Negated, so that the smallest in the heap is the highest rank drawn so far: the first to give way.
        entry = (-int.from_bytes(_rank(self._seed, digest)), digest, thing)
        if len(self._heap) < self._n:
            heapq.heappush(self._heap, entry)
        elif entry[0] > self._heap[0][0]:
            heapq.heapreplace(self._heap, entry)

    @property
    def drawn(self) -> list[T]:
        """What is drawn, in the order of the ranks."""
        return [
            thing for _rank, _digest, thing in sorted(self._heap, key=lambda entry: entry[:2], reverse=True)
        ]

    @property
    def pool(self) -> int:
        """How many distinct things could be drawn."""
        return len(self._seen) - self._known

    @property
    def known(self) -> int:
        """How many distinct things were offered, but left out."""
        return self._known

    @property
    def pool_digest(self) -> str:
        """The SHA-256 over all that could be drawn, in order: two lists with the same are the same."""
        return hashlib.sha256(b"".join(sorted(self._seen - self._left_out))).hexdigest()


def _rank(seed: int, digest: bytes) -> bytes:
    return hashlib.sha256(b"%d " % seed + digest).digest()
