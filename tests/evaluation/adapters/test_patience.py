"""Asking again: how often, after which pauses, and when not. On a clock of the tests', so nobody really waits."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any, cast

import pytest

from evaluation.adapters import AdapterRefused, AdapterUnavailable
from evaluation.adapters.patience import Patience, PatientServer
from evaluation.adapters.rate import Rate
from evaluation.adapters.server import Reply, Server
from tests.evaluation.adapters.test_rate import Clock

BUSY = Reply(503, b"busy")
GOOD = Reply(200, b"[]")


class Middle(random.Random):
    """Chance that always takes the middle, so that pauses have the lengths that are written down."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


class ScriptedServer:
    """Says one thing after the other; each request takes `takes` seconds."""

    def __init__(self, says: Sequence[Reply | Exception], clock: Clock, takes: float = 0.0) -> None:
        self.says = list(says)
        self.limits: list[float] = []
        self._clock = clock
        self._takes = takes

    def ask(self, method: str, url: str, body: bytes, *, seconds: float) -> Reply:
        self.limits.append(seconds)
        self._clock.now += self._takes
        said = self.says.pop(0)
        if isinstance(said, Exception):
            raise said
        return said


def ask(
    says: Sequence[Reply | Exception], *, takes: float = 0.0, seconds: float = 60.0, **settings: Any
) -> tuple[Reply | Exception, Clock, ScriptedServer]:
    """What comes back in the end, and what happened meanwhile."""
    clock = Clock()
    server = ScriptedServer(says, clock, takes)
    told = {"retries": 3, "timeout": 30.0, **settings}
    patience = Patience(seconds=seconds, clock=clock, sleep=clock.sleep, rng=Middle(), **told)
    try:
        return PatientServer(cast(Server, server), patience).ask("POST", "http://x/"), clock, server
    except (AdapterUnavailable, AdapterRefused) as error:
        return error, clock, server


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 529])
def test_what_is_for_later_is_asked_again(status: int) -> None:
    reply, clock, _ = ask([Reply(status, b""), Reply(status, b""), GOOD])

    assert reply == GOOD
    assert clock.slept == [0.5, 1.0]


@pytest.mark.parametrize("status", [200, 204, 400, 401, 404, 413, 422])
def test_what_another_request_would_not_change_is_not(status: int) -> None:
    reply, clock, _ = ask([Reply(status, b"")])

    assert reply == Reply(status, b"")
    assert clock.slept == []


def test_a_lost_connection_is_tried_again() -> None:
    reply, clock, _ = ask([AdapterUnavailable("gone"), GOOD])

    assert reply == GOOD
    assert clock.slept == [0.5]


def test_a_forbidden_address_is_not() -> None:
    error = AdapterRefused("not public")

    assert ask([error])[0] is error


def test_the_last_answer_counts_when_the_retries_are_used_up() -> None:
    reply, clock, server = ask([BUSY, AdapterUnavailable("gone"), BUSY, Reply(429, b"", retry_after=2.0)])

    assert reply == Reply(429, b"", retry_after=2.0)
    assert clock.slept == [0.5, 1.0, 2.0]
    assert server.says == []


def test_the_last_error_is_raised_as_it_is() -> None:
    last = AdapterUnavailable("still gone")

    assert ask([AdapterUnavailable("gone"), last], retries=1)[0] is last


def test_without_retries_it_is_asked_once() -> None:
    assert ask([BUSY], retries=0)[0] == BUSY


def test_the_server_may_ask_for_a_longer_pause() -> None:
    _, clock, _ = ask([Reply(503, b"", retry_after=7.0), Reply(503, b"", retry_after=0.1), GOOD])

    assert clock.slept == [7.0, 1.0]


def test_a_longer_pause_than_there_is_time_for_is_left_to_the_run() -> None:
    later = Reply(429, b"", retry_after=120.0)

    reply, clock, _ = ask([later])

    assert reply == later
    assert clock.slept == []


def test_everything_together_is_held_to_the_time() -> None:
    """Of 10 seconds, 4 go into each request: the third has 10 - 4 - 0.5 - 4 - 1 = 0.5 left, and is the last."""
    reply, _, server = ask([BUSY, BUSY, BUSY], takes=4.0, seconds=10.0, timeout=5.0)

    assert reply == BUSY
    assert server.limits == [5.0, 5.0, pytest.approx(0.5)]


def test_pauses_differ_by_chance_and_are_bounded() -> None:
    clock = Clock()
    server = ScriptedServer([BUSY] * 5 + [GOOD], clock)
    patience = Patience(
        retries=5, timeout=1, seconds=600, clock=clock, sleep=clock.sleep, rng=random.Random(1)
    )
    PatientServer(cast(Server, server), patience).ask("POST", "http://x/")

    for pause, middle in zip(clock.slept, [0.5, 1, 2, 4, 8], strict=True):
        assert 0.75 * middle <= pause <= 1.25 * middle
        assert pause != middle


def test_asking_again_is_left_to_the_run_where_its_turn_comes_too_late() -> None:
    """Of 10 seconds 1 goes into the request, 7 into the pause; others have the turns till then, the next is 4 on."""
    clock = Clock()
    rate = Rate(0.25, clock=clock, sleep=clock.sleep)
    busy = Reply(503, b"busy", retry_after=7.0)

    class Crowded(ScriptedServer):
        def ask(self, method: str, url: str, body: bytes, *, seconds: float) -> Reply:
            rate.wait_within(60.0)
            rate.wait_within(60.0)
            clock.now = 101.0
            return super().ask(method, url, body, seconds=seconds)

    server = Crowded([busy, GOOD], clock)
    patience = Patience(
        retries=3, timeout=5, seconds=10, clock=clock, sleep=clock.sleep, rng=Middle(), rate=rate
    )

    assert PatientServer(cast(Server, server), patience).ask("POST", "http://x/") is busy
    assert clock.now <= 110.0
    assert server.says == [GOOD]


def test_a_request_whose_first_turn_comes_too_late_is_not_made() -> None:
    """At a turn in 10 seconds, of which seven are taken, the eighth comes after 70 of 60 seconds."""
    clock = Clock()
    rate = Rate(0.1, clock=lambda: 100.0, sleep=clock.slept.append)
    for _ in range(7):
        rate.wait_within(math.inf)
    server = ScriptedServer([GOOD], clock)
    patience = Patience(retries=3, timeout=5, seconds=60, clock=clock, sleep=clock.sleep, rate=rate)

    with pytest.raises(AdapterUnavailable, match="turn of this request comes too late"):
        PatientServer(cast(Server, server), patience).ask("POST", "http://x/")
    assert server.says == [GOOD]


def test_no_request_is_made_when_the_time_is_up() -> None:
    """At half a request a second the second has its turn after 2 of 3 seconds; for a third there is no time."""
    clock = Clock()
    server = ScriptedServer([BUSY, BUSY, GOOD], clock, takes=0.5)
    patience = Patience(
        retries=3, timeout=5, seconds=3, clock=clock, sleep=clock.sleep, rng=Middle(),
        rate=Rate(0.5, clock=clock, sleep=clock.sleep),
    )  # fmt: skip

    assert PatientServer(cast(Server, server), patience).ask("POST", "http://x/") == BUSY
    assert server.limits == [3.0, pytest.approx(1.0)]
    assert clock.now <= 103.0


def test_asking_again_keeps_to_the_rate() -> None:
    clock = Clock()
    server = ScriptedServer([BUSY, GOOD], clock)
    patience = Patience(
        retries=1, timeout=1, seconds=60, clock=clock, sleep=clock.sleep, rng=Middle(),
        rate=Rate(0.5, clock=clock, sleep=clock.sleep),
    )  # fmt: skip
    PatientServer(cast(Server, server), patience).ask("POST", "http://x/")

    # Half a second for the pause, and the rest of two seconds for the rate.
    assert clock.slept == [0.5, 1.5]
