"""What a kind of server adds to the asking: how a request is made and how its answer is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from evaluation.adapters.mapping.faults import Unreadable
from evaluation.types import JSON, Output


class Mapper(Protocol):
    """The way from inputs to a request and from the answer to outputs. For many threads at once."""

    url: str
    # Whether one request can hold many inputs.
    many: bool

    def request(self, inputs: Sequence[JSON]) -> JSON:
        """The body that asks for `inputs`. Raises Unsendable where one of them is to blame."""
        ...

    def read(self, answer: object, count: int) -> list[Output | Unreadable]:
        """What is said of each of `count` inputs. Raises Unreadable where the answer as a whole is to blame."""
        ...
