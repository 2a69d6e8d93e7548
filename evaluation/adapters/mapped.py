"""Asking a model server through a mapper: in batches, again where that may help, each bad input failing alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import msgspec

from evaluation.adapters.answers import all_failed, failure, one_at_a_time
from evaluation.adapters.base import AdapterError, AdapterUnavailable, Exchange, Failure
from evaluation.adapters.explaining import shown
from evaluation.adapters.mapping.faults import (
    ANSWER_TOO_DEEP,
    INPUT_TOO_DEEP,
    NOTHING,
    Unreadable,
    Unsendable,
)
from evaluation.adapters.mapping.mapper import Mapper
from evaluation.adapters.patience import PatientServer, is_for_later
from evaluation.adapters.server import Reply, ReplyTooLong
from evaluation.adapters.server_address import shown_address
from evaluation.adapters.unexpected import told_unexpected
from evaluation.types import JSON, Output

# What a server says when one of the inputs is to blame: each is asked by itself then.
_BLAMES_INPUTS = frozenset({400, 413, 422})
# What it says when an input broke it, or when it is broken itself.
_BROKE = 500
# An input that breaks the server does so each time: long pauses for each of many would not help.
_RETRIES_ALONE = 1
_TRIED_ALONE = 3  # inputs, to find one that a broken-looking server does answer

_EXCERPT = 200  # characters of a server's own words in an error text


class _NotRead(Exception):
    """An answer that cannot be told apart into what is said of each input, with the reason that people are told."""


class MappedAdapter:
    """Asks a server. For `concurrency` threads at once."""

    def __init__(
        self,
        server: PatientServer,
        mapper: Mapper,
        *,
        labels: Collection[str],
        batch_size: int,
        concurrency: int,
    ) -> None:
        self.batch_size = batch_size if mapper.many else 1
        self.concurrency = concurrency
        self._server = server
        self._mapper = mapper
        self._labels = frozenset(labels)
        # A request that was answered: made again, it tells a server that is broken from an input that breaks it.
        self._answered: bytes | None = None
        # Whether an answer was ever told apart into what is said of each input: the settings fit the server then.
        self._was_read = False

    def predict(self, inputs: Sequence[JSON]) -> list[Output | Failure]:
        """See Adapter."""
        return self._predict(inputs)

    def explain(self, asked: JSON) -> Exchange:
        """See Adapter. Asks once: a person waits."""
        try:
            request = self._request([asked])
            body = self._encoded(request)
        except (Unsendable, AdapterError) as error:
            return Exchange(shown(asked), fault=self._hide(str(error)))
        told = Exchange(
            self._hide(shown(request)),
            method="POST",
            address=shown_address(self._mapper.url),
            header_names=self._server.server.header_names,
        )
        try:
            reply = self._server.ask("POST", self._mapper.url, body, retries=0)
        except (AdapterError, ReplyTooLong) as error:
            return replace(told, fault=str(error))
        told = replace(
            told, status=reply.status, answer=shown(self._hide(reply.body.decode(errors="replace")))
        )
        if not _is_answer(reply):
            return replace(told, fault=self._refusal(reply))
        [read] = self._read(reply, 1)
        return replace(told, fault=read.message) if isinstance(read, Failure) else replace(told, output=read)

    def close(self) -> None:
        """See Adapter."""
        self._server.close()

    def _predict(self, inputs: Sequence[JSON], retries: int | None = None) -> list[Output | Failure]:
        if not inputs:
            return []
        if len(inputs) > 1 and not self._mapper.many:
            return one_at_a_time(self.predict, inputs)
        try:
            body = self._body(inputs)
        except Unsendable as error:
            return self._one_by_one(inputs, str(error))
        try:
            reply = self._server.ask("POST", self._mapper.url, body, retries=retries)
            if _is_answer(reply):
                self._answered = body
                return self._answers(reply, len(inputs))
        except (ReplyTooLong, _NotRead) as error:
            return self._one_by_one_while_read(inputs, str(error))
        if reply.status in _BLAMES_INPUTS:
            return self._one_by_one(inputs, self._refusal(reply))
        if reply.status == _BROKE and self._answers_others(inputs):
            return self._one_by_one(inputs, self._refusal(reply), retries=_RETRIES_ALONE)
        raise AdapterUnavailable(self._refusal(reply), retry_after=reply.retry_after)

    def _one_by_one(
        self, inputs: Sequence[JSON], why: str, retries: int | None = None
    ) -> list[Output | Failure]:
        if len(inputs) == 1:
            return [failure(why)]
        return one_at_a_time(lambda single: self._predict(single, retries), inputs)

    def _one_by_one_while_read(self, inputs: Sequence[JSON], why: str) -> list[Output | Failure]:
        """Ask for each by itself after an answer that could not be read as a whole: one of them may be to blame.

        Where no answer was ever read the settings may be wrong, and a few are enough to find out.
        """
        tried = 0

        def ask(single: Sequence[JSON]) -> list[Output | Failure]:
            nonlocal tried
            tried += 1
            return self._predict(single) if self._was_read or tried <= _TRIED_ALONE else [failure(why)]

        return [failure(why)] if len(inputs) == 1 else one_at_a_time(ask, inputs)

    def _answers_others(self, inputs: Sequence[JSON]) -> bool:
        """Whether the server answers at all: what it answered before, or one of the first inputs by itself."""
        if self._answered is not None:
            return self._is_answered(self._answered)
        return len(inputs) > 1 and any(self._is_answered_alone(single) for single in inputs[:_TRIED_ALONE])

    def _is_answered_alone(self, single: JSON) -> bool:
        try:
            return self._is_answered(self._body([single]))
        except Unsendable:
            return False

    def _is_answered(self, body: bytes) -> bool:
        try:
            reply = self._server.ask("POST", self._mapper.url, body, retries=0)
        except (AdapterUnavailable, ReplyTooLong):
            return False
        if _is_answer(reply):
            self._answered = body
        return _is_answer(reply)

    def _body(self, inputs: Sequence[JSON]) -> bytes:
        return self._encoded(self._request(inputs))

    def _request(self, inputs: Sequence[JSON]) -> JSON:
        try:
            return self._mapper.request(inputs)
        except RecursionError:
            raise Unsendable(INPUT_TOO_DEEP) from None

    def _encoded(self, request: JSON) -> bytes:
        try:
            return msgspec.json.encode(request)
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise Unsendable(f"The input cannot be sent as JSON: {error}") from None

    def _read(self, reply: Reply, count: int) -> list[Output | Failure]:
        try:
            return self._answers(reply, count)
        except _NotRead as error:
            return all_failed(count, str(error))

    def _answers(self, reply: Reply, count: int) -> list[Output | Failure]:
        """What is said of each of `count` inputs. Raises _NotRead."""
        try:
            answer = msgspec.json.decode(reply.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise _NotRead(f"The answer is not JSON: {self._excerpt(reply.body)}") from None
        try:
            read = self._mapper.read(answer, count)
        except Unreadable as error:
            raise _NotRead(self._told(error).message) from None
        except RecursionError:
            raise _NotRead(ANSWER_TOO_DEEP) from None
        except Exception as error:  # a server can say anything, and no answer may end a worker
            raise _NotRead(told_unexpected(error, self)) from None
        self._was_read = True
        return [
            self._told(item) if isinstance(item, Unreadable) else self._without_key(item) for item in read
        ]

    def _without_key(self, output: Output) -> Output | Failure:
        """The output, unless it repeats the key: it is stored and shown as it is, or not at all."""
        said = {output.label or "", *(output.scores or ())} - self._labels
        if output.text is not None:
            said.add(output.text)
        if any(map(self._server.server.is_key_in, said)):
            return failure("The server repeated its key in the answer, so that the answer is not kept.")
        return output

    def _told(self, error: Unreadable) -> Failure:
        # Hidden before it is cut, as everything that a server said: it may repeat the key that it was sent.
        why = self._hide(error.why)
        if error.near is NOTHING:
            return failure(why)
        try:
            near = msgspec.json.encode(error.near)
        except RecursionError:
            return failure(why)
        return failure(f"{why} The answer: {self._excerpt(near)}")

    def _refusal(self, reply: Reply) -> str:
        when = " for now" if is_for_later(reply.status) else ""
        return f"The server refused{when} with status {reply.status}: {self._excerpt(reply.body)}"

    def _excerpt(self, said: bytes) -> str:
        # Hidden before it is cut: half a key would not be recognised.
        text = self._hide(said.decode(errors="replace"))
        return repr(text[:_EXCERPT]) if text else "an empty answer"

    def _hide(self, text: str) -> str:
        return self._server.server.hide(text)


def _is_answer(reply: Reply) -> bool:
    return 200 <= reply.status < 300
