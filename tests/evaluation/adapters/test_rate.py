"""How often a model is asked, on a clock of the tests'."""

from __future__ import annotations

import math
import threading

from evaluation.adapters.rate import Rate


class Clock:
    """Time that passes only when somebody sleeps, and what was slept."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_requests_are_spaced_evenly() -> None:
    clock = Clock()
    rate = Rate(4, clock=clock, sleep=clock.sleep)

    for _ in range(3):
        rate.wait_within(math.inf)

    assert clock.slept == [0.25, 0.25]


def test_a_request_that_comes_late_does_not_wait_and_lends_nothing() -> None:
    """After a long silence there is no burst: the next two are a quarter of a second apart again."""
    clock = Clock()
    rate = Rate(4, clock=clock, sleep=clock.sleep)
    rate.wait_within(math.inf)
    clock.now += 60
    rate.wait_within(math.inf)
    rate.wait_within(math.inf)

    assert clock.slept == [0.25]


def test_without_a_limit_nobody_waits() -> None:
    clock = Clock()
    Rate(None, clock=clock, sleep=clock.sleep).wait_within(math.inf)

    assert clock.slept == []


def test_threads_share_the_rate() -> None:
    """Time stands still while all eight come: they get the turns 0, 0.5, ... 3.5 seconds, one each."""
    slept: list[float] = []
    rate = Rate(2, clock=lambda: 100.0, sleep=slept.append)
    threads = [threading.Thread(target=rate.wait_within, args=[math.inf]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(slept) == [0.5 * turn for turn in range(1, 8)]
