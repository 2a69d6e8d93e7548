"""`recorded`: outputs that people bring, as files or through the API. There is nothing to ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evaluation.adapters.answers import all_failed, failure
from evaluation.adapters.base import AdapterKind, Exchange, Failure, Opening
from evaluation.adapters.explaining import exchange_of
from evaluation.fields import FieldReader
from evaluation.types import JSON, Output

NOT_RECORDED = "No output was recorded for this input."


class RecordedAdapter:
    """Answers every input with a failure: what was not brought is missing, not wrong."""

    batch_size = 1000
    concurrency = 1

    def predict(self, inputs: Sequence[JSON]) -> list[Output | Failure]:
        """See Adapter."""
        return all_failed(len(inputs), NOT_RECORDED)

    def explain(self, asked: JSON) -> Exchange:
        """See Adapter."""
        return exchange_of(asked, lambda _asked: failure(NOT_RECORDED), ())

    def close(self) -> None:
        """See Adapter."""


def _read(_reader: FieldReader) -> dict[str, Any]:
    return {}


def _open(_opening: Opening) -> RecordedAdapter:
    return RecordedAdapter()


KIND = AdapterKind(name="recorded", read=_read, open=_open, asks=False)
