"""Calls of a model that are under way while the answers of earlier ones are stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import msgspec

from evaluation.adapters import Adapter, AdapterError, AdapterKind, Failure
from evaluation.adapters.answers import all_failed, failure, one_at_a_time
from evaluation.adapters.unexpected import told_unexpected
from evaluation.types import Output as EngineOutput
from tracker.candidates.output_lines import Said
from tracker.runs.claims import Claim

Examples = Sequence[tuple[int, str]]
"""(example id, content): the input as canonical JSON."""
Answer: TypeAlias = EngineOutput | Failure
Answers = Sequence[Answer]


class Call(Protocol):
    """A future, as far as it is needed here."""

    def result(self) -> Answers: ...

    def cancel(self) -> bool: ...

    def done(self) -> bool: ...


Submit = Callable[[Examples], Call]


@dataclass(slots=True)
class _Later:
    """A call that is made when its answer is asked for: of a model that works in this very process."""

    adapter: Adapter
    examples: Examples

    def result(self) -> Answers:
        return answers_of(self.adapter, self.examples)

    def cancel(self) -> bool:
        return True

    def done(self) -> bool:
        return False


class LeaseLost(AdapterError):
    """A call was not begun, since the run may be another worker's by now, or has ended."""


@contextmanager
def calling(adapter: Adapter, kind: AdapterKind, may_begin: Callable[[], bool]) -> Iterator[Submit]:
    """Yield what begins a call. Models that work elsewhere are asked by threads, as many as they bear.

    `may_begin` is asked in a thread just before each of these calls, which may have waited for others.
    """
    if not kind.works_elsewhere:
        yield lambda examples: _Later(adapter, examples)
        return

    def ask(examples: Examples) -> Answers:
        if not may_begin():
            raise LeaseLost("The run is no longer this worker's.")
        return answers_of(adapter, examples)

    pool = ThreadPoolExecutor(adapter.concurrency, thread_name_prefix="asking")
    try:
        yield lambda examples: pool.submit(ask, examples)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def answers_of(adapter: Adapter, examples: Examples) -> Answers:
    """Ask the model about examples. Raises the AdapterError family and nothing else: an error that nobody foresaw
    fails the one input that it comes with, and a wrong number of answers every input.
    """
    # One list is read faster than each of its items.
    inputs = msgspec.json.decode("[" + ",".join([content for _pk, content in examples]) + "]")
    try:
        answers = adapter.predict(inputs)
        count = len(answers)
    except AdapterError as error:
        if len(error.said) > len(examples):
            error.said = []
        raise
    except Exception as error:
        why = told_unexpected(error, adapter)
    else:
        if count == len(examples):
            return answers
        return all_failed(len(examples), f"The answer has {count} outputs for {len(examples)} inputs.")
    if len(examples) == 1:
        return [failure(why)]
    return one_at_a_time(lambda single: answers_of(adapter, single), examples)


@dataclass(slots=True)
class Flight:
    """A claimed batch whose calls have begun. What of it was answered since the run was planned is not asked."""

    claim: Claim
    examples: Examples
    parts: list[Examples] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def begin(self, submit: Submit, size: int) -> None:
        self.parts = [self.examples[start : start + size] for start in range(0, len(self.examples), size)]
        self.calls = [submit(part) for part in self.parts]

    @property
    def n_waiting(self) -> int:
        return sum(not call.done() for call in self.calls)

    def land(self, fault: AdapterError | None = None) -> tuple[dict[int, Answer], AdapterError | None]:
        """Wait for the calls; return what was said and what kept the rest from being asked.

        After a fault no further call is begun, but those under way are waited for: their answers were paid for.
        """
        said: dict[int, Answer] = {}
        for part, call in zip(self.parts, self.calls, strict=True):
            if fault is not None and call.cancel():
                continue
            asked = part
            try:
                answers = call.result()
            except AdapterError as error:
                fault = fault or error
                asked, answers = part[: len(error.said)], error.said
            ids = [pk for pk, _content in asked]
            said.update(zip(ids, answers, strict=True))
        return said, fault


class InColumns(Mapping[int, Said]):
    """Answers by example id, each brought into the columns it is stored in when it is read.

    A database that takes rows as they come works on some meanwhile.
    """

    def __init__(self, answers: Mapping[int, Answer]) -> None:
        self._answers = answers

    def __getitem__(self, example_id: int) -> Said:
        answer = self._answers[example_id]
        return Said.failure(answer.message) if isinstance(answer, Failure) else Said.answer(answer)

    def __iter__(self) -> Iterator[int]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)
