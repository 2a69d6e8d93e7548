"""`http`: any server that gets a JSON list of inputs by POST and answers with a JSON list of outputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from evaluation.adapters.answers import all_failed, exchange_of, failure, one_at_a_time, read_answers
from evaluation.adapters.base import AdapterKind, AdapterUnavailable, Exchange, Failure, Opening
from evaluation.adapters.server import Reply, ReplyTooLong, Server, check_headers, check_url
from evaluation.fields import FieldReader
from evaluation.messages import message as _
from evaluation.types import JSON, Output

# What a server says when one of the inputs is to blame: each is asked by itself then.
_BLAMES_INPUTS = frozenset({400, 413, 422})
# What a server says when it is not for now.
_LATER = frozenset({408, 425, 429})

_LONGEST_TIMEOUT = 600.0  # seconds
_EXCERPT = 200  # characters of a server's own words in an error text


class HttpAdapter:
    """Asks a server."""

    concurrency = 1

    def __init__(self, server: Server, labels: Sequence[str], batch_size: int) -> None:
        self.batch_size = batch_size
        self._server = server
        self._labels = labels

    def predict(self, inputs: Sequence[JSON]) -> list[Output | Failure]:
        """See Adapter."""
        if not inputs:
            return []
        try:
            reply = self._server.post(msgspec.json.encode(list(inputs)))
        except ReplyTooLong as error:
            return all_failed(len(inputs), f"{error} Try a smaller batch_size.")
        if 200 <= reply.status < 300:
            return self._read(reply, len(inputs))
        if reply.status not in _BLAMES_INPUTS:
            raise AdapterUnavailable(self._refusal(reply), retry_after=reply.retry_after)
        if len(inputs) == 1:
            return [failure(self._refusal(reply))]
        return one_at_a_time(self.predict, inputs)

    def explain(self, asked: JSON) -> Exchange:
        """See Adapter."""
        return exchange_of(asked, lambda one: self.predict([one])[0], self._labels)

    def close(self) -> None:
        """See Adapter."""
        self._server.close()

    def _read(self, reply: Reply, count: int) -> list[Output | Failure]:
        try:
            answer = msgspec.json.decode(reply.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return all_failed(count, f"The answer is not JSON: {self._excerpt(reply)}")
        if isinstance(answer, list):
            answer = [self._without_secrets(item) for item in answer]
        return read_answers(answer, count, self._labels)

    def _without_secrets(self, item: object) -> object:
        """A server's error text may repeat the key that it was sent."""
        if isinstance(item, dict) and item.get("error") is not None:
            return {**item, "error": self._server.hide(str(item["error"]))}
        return item

    def _refusal(self, reply: Reply) -> str:
        when = " for now" if reply.status in _LATER or reply.status >= 500 else ""
        return f"The server refused{when} with status {reply.status}: {self._excerpt(reply)}"

    def _excerpt(self, reply: Reply) -> str:
        # Hidden before it is cut: half a key would not be recognised.
        text = self._server.hide(reply.body.decode(errors="replace"))
        return repr(text[:_EXCERPT]) if text else "an empty answer"


def _read(reader: FieldReader) -> dict[str, Any]:
    for name, check in (("url", check_url), ("headers", check_headers)):
        _note(reader, name, check)
    timeout = reader.number("timeout_seconds", least=0.1)
    if timeout > _LONGEST_TIMEOUT:
        reader.fail("timeout_seconds", _("Must be at most %(most)s.", most=f"{_LONGEST_TIMEOUT:g}"))
    return {
        "url": reader.fields.get("url"),
        "headers": reader.fields["headers"],
        "batch_size": reader.integer("batch_size", least=1, most=10_000),
        "timeout_seconds": timeout,
    }


def _note(reader: FieldReader, name: str, check: Callable[[object], None]) -> None:
    try:
        check(reader.fields.get(name))
    except ValueError as error:
        reader.fail(name, str(error))


def _open(opening: Opening) -> HttpAdapter:
    server = Server(
        url=opening.settings["url"],
        headers=opening.settings["headers"],
        seconds=min(opening.settings["timeout_seconds"], opening.policy.seconds_per_batch),
        policy=opening.policy,
    )
    return HttpAdapter(server, opening.labels, opening.settings["batch_size"])


KIND = AdapterKind(
    name="http",
    fields=("url", "headers", "batch_size", "timeout_seconds"),
    defaults={"headers": {}, "batch_size": 32, "timeout_seconds": 30.0},
    read=_read,
    open=_open,
    asks_server=True,
    secret_fields=frozenset({"headers"}),
)
