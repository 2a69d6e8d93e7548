"""The inputs that a server of the Open Inference Protocol says its model takes."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import msgspec

from evaluation.adapters.base import AdapterUnavailable
from evaluation.adapters.mapping.tensors import Shape, datatype_of
from evaluation.adapters.patience import PatientServer, is_for_later
from evaluation.adapters.server import Reply, ReplyTooLong


class InputShapes:
    """Asks for a model's metadata once, and remembers them. For many threads at once."""

    def __init__(self, server: PatientServer, model_url: str, *, known: Sequence[Shape]) -> None:
        self._server = server
        self._model_url = model_url
        self._known = known or None
        self._lock = threading.Lock()
        self._failures = 0
        self._last_failure = ""

    def get(self) -> Sequence[Shape]:
        """The inputs; none where the server tells nothing of them. Raises the AdapterError family."""
        failures = self._failures
        with self._lock:
            if self._known is not None:
                return self._known
            if self._failures > failures:
                # Who waited while another thread asked in vain need not do so too.
                raise AdapterUnavailable(self._last_failure)
            try:
                reply = self._asked()
            except AdapterUnavailable as error:
                self._failures += 1
                self._last_failure = str(error)
                raise
            told = shapes_of(_inputs_in(reply))
            if reply.status < 300:
                self._known = told
            return told

    def confirm(self) -> None:
        """Note that the model answers: a server that told nothing will not do so later either.

        Before that it may not have loaded the model yet.
        """
        with self._lock:
            if self._known is None:
                self._known = ()

    def _asked(self) -> Reply:
        try:
            reply = self._server.ask("GET", self._model_url)
        except ReplyTooLong as error:
            raise AdapterUnavailable(f"The server's metadata cannot be read: {error}") from None
        if is_for_later(reply.status):
            raise AdapterUnavailable(
                f"The server does not tell what inputs the model takes; it answers with status {reply.status}.",
                retry_after=reply.retry_after,
            )
        return reply


def shapes_of(inputs: object) -> list[Shape]:
    """Inputs as metadata list them, read leniently; what has no name is passed over."""
    if not isinstance(inputs, list):
        return []
    return [shape for shape in map(_shape, inputs) if shape is not None]


def _inputs_in(reply: Reply) -> object:
    try:
        told = msgspec.json.decode(reply.body) if reply.status < 300 else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return told.get("inputs") if isinstance(told, dict) else None


def _shape(told: object) -> Shape | None:
    if not isinstance(told, dict) or not isinstance(told.get("name"), str):
        return None
    dims = told.get("shape", told.get("dims"))
    whole = isinstance(dims, list) and all(type(dim) is int for dim in dims)
    return Shape(
        told["name"],
        datatype_of(told.get("datatype", told.get("data_type"))),
        tuple(dims) if isinstance(dims, list) and whole else (),
    )
