"""Asking a server again when it was busy or away for a moment: boundedly often, with growing pauses.

A prediction changes nothing on the server, so a request whose answer was lost may be made again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import tenacity

from evaluation.adapters.base import AdapterUnavailable
from evaluation.adapters.rate import Rate
from evaluation.adapters.server import Reply, Server

# What a server says when it is not for now; so are all statuses from 500 on.
LATER = frozenset({408, 425, 429})

FIRST_PAUSE = 0.5  # seconds; twice as long each time
LONGEST_PAUSE = 20.0
# The least that a request may have left of the time; with less it is not made.
_WORTH_TRYING = 0.05


def is_for_later(status: int) -> bool:
    """Whether the same request may be answered if it is made again."""
    return status in LATER or status >= 500


@dataclass(frozen=True)
class Patience:
    """How long and how often to ask. `seconds` hold everything together, waiting too, `timeout` a single request."""

    retries: int
    timeout: float
    seconds: float
    rate: Rate = field(default_factory=lambda: Rate(None))
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    # Pauses of different length, so that what failed at once is not asked again at once.
    rng: random.Random = field(default_factory=random.Random)


class PatientServer:
    """A server that is asked at its rate, and again where that may help."""

    def __init__(self, server: Server, patience: Patience) -> None:
        self.server = server
        self._patience = patience

    def ask(self, method: str, url: str, body: bytes = b"", *, retries: int | None = None) -> Reply:
        """The answer, or the last one of a server that refused for now each time. Raises as `Server.ask`.

        `retries` asks for fewer than the settings allow.
        """
        patience = self._patience
        most = patience.retries if retries is None else min(retries, patience.retries)
        over = patience.clock() + patience.seconds

        def left() -> float:
            return over - patience.clock()

        def once() -> Reply:
            return self.server.ask(method, url, body, seconds=min(patience.timeout, left()))

        def is_enough(state: tenacity.RetryCallState) -> bool:
            """Pause and wait for the next turn, unless there is none in time."""
            if state.attempt_number > most or left() - state.upcoming_sleep < _WORTH_TRYING:
                return True
            patience.sleep(state.upcoming_sleep)
            return not patience.rate.wait_within(left() - _WORTH_TRYING)

        if not patience.rate.wait_within(left() - _WORTH_TRYING):
            raise AdapterUnavailable(
                "The model may not be asked so often: the turn of this request comes too late."
            )
        if most == 0:
            return once()
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(AdapterUnavailable)
            | tenacity.retry_if_result(lambda reply: is_for_later(reply.status)),
            wait=self._pause,
            stop=is_enough,
            sleep=lambda _seconds: None,  # it was slept before the last word on whether there is time
            retry_error_callback=_last_answer,
        )(once)

    def close(self) -> None:
        """Close every connection."""
        self.server.close()

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """What the server asks for, at least; else twice as long as before, a bit more or less."""
        grown = min(FIRST_PAUSE * 2.0 ** (state.attempt_number - 1), LONGEST_PAUSE)
        return max(grown * self._patience.rng.uniform(0.75, 1.25), _asked_for(state))


def _asked_for(state: tenacity.RetryCallState) -> float:
    outcome = state.outcome
    if outcome is None:
        return 0.0
    said = outcome.exception() if outcome.failed else outcome.result()
    return float(getattr(said, "retry_after", None) or 0.0)


def _last_answer(state: tenacity.RetryCallState) -> Reply:
    if state.outcome is None:
        raise AdapterUnavailable("The server was not asked.")
    reply: Reply = state.outcome.result()  # raises what the last request raised
    return reply
