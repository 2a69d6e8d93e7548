"""A worker whose lease ran out asks nothing more: a server never sees more calls at once than its model allows."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from evaluation.types import Output as Answer
from tests.factories import equals, make_model, make_patterns, make_problem
from tests.runs.conftest import worked_off
from tracker.candidates.models import Output
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs import asking, leases, repeats
from tracker.runs.asking import ask_batches
from tracker.runs.claims import claim_batch, claim_run
from tracker.runs.execution import advance_run
from tracker.runs.leases import kept_alive, lease_end
from tracker.runs.models import Batch, Run
from tracker.runs.planning import start_run
from tracker.runs.requests import cancel_run, catch_up, request_runs
from tracker.runs.stability_models import StabilityCheck
from tracker.runs.staleness import stale_models

pytestmark = pytest.mark.django_db
CONCURRENCY = 2
SERVER = {
    "kind": "http",
    "url": "https://models.example.org/",
    "batch_size": 4,
    "concurrency": CONCURRENCY,
}
FIRST_BATCH = 16
"""Calls: eight for each of the two that are made at once; the 36 inputs left of a hundred make nine calls more."""


class Server:
    """A model server in this process, which counts the calls that are under way at once.

    From the call `holds_from` on it answers only when it is let.
    """

    batch_size = 4
    concurrency = CONCURRENCY

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.calls = self.at_once = self.most = 0
        self.holds_from: int | None = None
        self.let = threading.Event()
        self.changed = threading.Condition()

    def predict(self, inputs: Sequence[Any]) -> list[Answer]:
        with self.changed:
            self.calls += 1
            self.at_once += 1
            self.most = max(self.most, self.at_once)
            self.asked.update(inputs)
            held = self.holds_from is not None and self.calls >= self.holds_from
            self.changed.notify_all()
        if held:
            assert self.let.wait(30)
        with self.changed:
            self.at_once -= 1
            self.changed.notify_all()
        return [Answer(label="positive")] * len(inputs)

    def wait_until(self, calls: int, at_once: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.calls >= calls and self.at_once == at_once, 30)

    def close(self) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    for module in (asking, repeats):
        monkeypatch.setattr(module, "adapter_of", lambda _model: made)
    return made


@pytest.fixture
def run(project: Project, server: Server) -> Run:
    make_model(project, "served", adapter=SERVER)
    make_patterns(make_problem(project), [equals(f"text {number}") for number in range(100)])
    [queued] = catch_up(stale_models(project))
    start_run(queued.pk)
    queued.refresh_from_db()
    return queued


def test_two_workers_ask_no_more_at_once_than_one_may(
    server: Server, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first falls asleep while two of its calls are under way and seven wait; the second takes the run over."""
    second: list[bool] = []

    def asleep() -> None:
        if second:
            return
        server.wait_until(calls=FIRST_BATCH + CONCURRENCY, at_once=CONCURRENCY)
        slept = time.monotonic() + 60
        monkeypatch.setattr(leases, "monotonic", lambda: slept)
        past = timezone.now() - timedelta(seconds=1)
        Run.objects.update(lease_until=past)
        Batch.objects.filter(status="running").update(lease_until=past)
        server.let.set()
        second.append(ask_batches(run))

    server.holds_from = FIRST_BATCH + 1
    assert ask_batches(run, on_stored=asleep)
    assert second == [True]
    assert server.most <= CONCURRENCY
    # Of nine calls of the first one's second batch two had begun, four inputs each: these alone were asked twice.
    assert Counter(server.asked.values()) == {1: 92, 2: 8}
    assert server.calls == FIRST_BATCH + CONCURRENCY + 9
    run.refresh_from_db()
    assert (run.asked, run.token) == (100, None)
    assert Output.objects.count() == 100
    assert worked_off(run).status == "finished"


def test_who_has_lost_the_run_claims_no_further_batch(server: Server, run: Run) -> None:
    other = uuid.uuid4()

    def taken_meanwhile() -> bool:
        """Asked before each further batch: the first one's calls are under way."""
        Run.objects.update(token=other, lease_until=lease_end())
        return True

    assert ask_batches(run, keep_on=taken_meanwhile)
    assert server.calls == FIRST_BATCH
    second = Batch.objects.get(number=1)
    assert (second.status, second.claims) == ("queued", 0)
    run.refresh_from_db()
    assert run.token == other, "it is not taken from whoever has it now"
    assert not advance_run(run.pk)


def test_the_next_run_does_not_ask_beside_the_calls_of_a_cancelled_one(
    server: Server, run: Run, project: Project
) -> None:
    claim = claim_batch(run)
    assert claim is not None
    cancel_run(SYSTEM, run)
    [another] = request_runs(SYSTEM, project)
    start_run(another.pk)
    assert not claim_run(another, uuid.uuid4())
    assert not advance_run(another.pk)
    assert server.calls == 0
    # It ends, or it is not heard of any more.
    Batch.objects.filter(pk=claim.batch_id).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert worked_off(another).status == "finished"


def test_repeats_that_a_doubtful_lease_forbids_are_asked_later(
    server: Server, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are not missing: nobody was asked for them."""
    make_model(project, "live", adapter=SERVER, frozen=False)
    make_patterns(make_problem(project), [equals(f"text {number}") for number in range(5)])
    [queued] = request_runs(SYSTEM, project)
    assert advance_run(queued.pk)
    assert advance_run(queued.pk)
    run = Run.objects.select_related("model").get(pk=queued.pk)

    @contextmanager
    def in_doubt(_renew: object) -> Iterator[Callable[[], bool]]:
        yield lambda: False

    with monkeypatch.context() as patch:
        patch.setattr(repeats, "kept_alive", in_doubt)
        assert repeats.repeat_some(run), "it is not done with: scoring waits for it"
    assert not StabilityCheck.objects.exists()
    assert server.asked.total() == 5
    run.refresh_from_db()
    assert (run.token, run.lease_until) == (None, None)

    assert worked_off(run).status == "finished"
    check = StabilityCheck.objects.get(run=run)
    assert (check.stability, check.n_sampled, check.n_missing) == ("steady", 5, 0)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(leases, "monotonic", made)
    return made


def test_a_lease_that_is_not_renewed_is_not_relied_on_to_its_end(clock: Clock, settings: Any) -> None:
    settings.LEASE_SECONDS = 1_000
    with kept_alive(lambda: 1) as is_held:
        clock.now = 749
        assert is_held()
        clock.now = 750
        assert not is_held()


@pytest.mark.parametrize("came_back", [True, False])
def test_a_lease_is_lost_when_another_has_it(clock: Clock, settings: Any, came_back: bool) -> None:
    settings.LEASE_SECONDS = 0.04
    beats = threading.Semaphore(0)
    renewed = iter([OperationalError("database is locked"), 1 if came_back else 0])

    def renew() -> int:
        beats.release()
        told = next(renewed, int(came_back))
        if isinstance(told, OperationalError):
            raise told
        return told

    with kept_alive(renew) as is_held:
        # The third beat begins when what the second told is known.
        for _beat in range(3):
            assert beats.acquire(timeout=30)
        assert is_held() == came_back
