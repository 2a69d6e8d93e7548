"""A model on a server: asked by several calls at once, waited for while it is away, and asked for nothing twice."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from evaluation.adapters import AdapterRefused, AdapterUnavailable, Failure
from evaluation.types import Output as Answer
from tests.factories import equals, make_model, make_patterns, make_problem
from tests.runs.conftest import worked_off
from tracker.candidates.models import CandidateModel, Output
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs import asking
from tracker.runs.claims import claim_run
from tracker.runs.execution import advance_run, work_off
from tracker.runs.models import Batch, Result, Run
from tracker.runs.planning import start_run
from tracker.runs.requests import cancel_run, catch_up, overdue_models, retry_run
from tracker.runs.staleness import stale_models
from tracker.runs.sweeping import idle_runs
from tracker.runs.waiting import MOST_COUNTED, pause_run

pytestmark = pytest.mark.django_db


class Server:
    """A model server in this process, which goes away after so many more calls, and has inputs it always fails at."""

    batch_size = 4
    concurrency = 1

    def __init__(self) -> None:
        self.answered: Counter[str] = Counter()
        self.calls_left: int | None = None
        self.poison: set[str] = set()
        self.fault: Exception = AdapterUnavailable("connection refused")
        self.first_faults: list[Exception] = []
        self.meet: threading.Barrier | None = None

    def predict(self, inputs: Sequence[Any]) -> list[Answer]:
        if self.meet is not None:
            self.meet.wait(timeout=30)
        if self.calls_left == 0 or self.poison & set(inputs):
            raise self.first_faults.pop() if self.first_faults else self.fault
        if self.calls_left is not None:
            self.calls_left -= 1
        self.answered.update(inputs)
        return [Answer(label="positive")] * len(inputs)

    def close(self) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    monkeypatch.setattr(asking, "adapter_of", lambda _model: made)
    return made


@pytest.fixture
def model(project: Project) -> CandidateModel:
    adapter = {"kind": "http", "url": "https://models.example.org/", "batch_size": 4, "concurrency": 1}
    return make_model(project, "served", adapter=adapter)


TEXTS = [f"text {number}" for number in range(100)]


@pytest.fixture
def run(project: Project, model: CandidateModel) -> Run:
    """A queued run of a hundred inputs: four batches of eight calls and less."""
    make_patterns(make_problem(project), [equals(text) for text in TEXTS])
    [queued] = catch_up(stale_models(project))
    return queued


def later(run: Run) -> Run:
    """Work the run off when its pause is over."""
    Run.objects.update(ask_again_at=timezone.now() - timedelta(seconds=1))
    return worked_off(run)


def assert_whole(server: Server, run: Run) -> None:
    assert (run.status, run.asked, run.failed, run.done, run.total) == ("finished", 100, 0, 101, 101)
    assert run.waiting_for == ""
    assert server.answered == Counter(TEXTS), "no input was asked twice"
    assert Output.objects.count() == 100
    assert Result.objects.get().n_scored == 100


def test_a_run_waits_for_a_server_that_is_down_and_goes_on_when_it_is_back(server: Server, run: Run) -> None:
    server.calls_left = 0
    for _time in range(5):
        waiting = later(run)
        assert (waiting.status, waiting.waiting_for, waiting.error) == ("running", "connection refused", "")
        assert waiting.ask_again_at is not None
        assert waiting.ask_again_at > timezone.now()
    assert set(Batch.objects.values_list("claims", flat=True)) == {0}, "waiting uses up no try"
    assert not idle_runs(timezone.now()).exists(), "nobody is told of it before its time"
    assert not advance_run(run.pk)

    server.calls_left = None
    assert idle_runs(timezone.now() + timedelta(minutes=5)).exists()
    assert_whole(server, later(run))


def test_what_came_before_the_server_went_away_is_stored_and_not_asked_again(
    server: Server, run: Run
) -> None:
    server.calls_left = 3
    waiting = worked_off(run)
    assert (waiting.status, waiting.asked, waiting.done) == ("running", 12, 12)
    assert Output.objects.count() == 12
    server.calls_left = None
    assert_whole(server, later(run))


def test_pauses_grow_to_five_minutes_and_heed_the_server(server: Server, run: Run) -> None:
    assert start_run(run.pk)

    def pause(error: AdapterUnavailable) -> float:
        before = timezone.now()
        pause_run(run, error)
        run.refresh_from_db()
        assert run.ask_again_at is not None
        return round((run.ask_again_at - before).total_seconds())

    assert pause(AdapterUnavailable("busy", retry_after=60.0)) == 60
    assert pause(AdapterUnavailable("busy", retry_after=9_999.0)) == 300
    run.pauses = 0
    run.save(update_fields=["pauses"])
    pauses = [pause(AdapterUnavailable("busy")) for _time in range(8)]
    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300]
    Run.objects.update(pauses=MOST_COUNTED)
    assert pause(AdapterUnavailable("busy")) == 300
    assert run.pauses == MOST_COUNTED, "a server that is away for years makes no number that is too large"


def test_a_person_can_have_a_waiting_run_ask_at_once(server: Server, run: Run) -> None:
    server.calls_left = 0
    waiting = worked_off(run)
    server.calls_left = None
    assert retry_run(SYSTEM, waiting).pk == run.pk
    assert_whole(server, worked_off(run))


def test_a_waiting_run_can_be_cancelled(server: Server, run: Run) -> None:
    server.calls_left = 2
    cancelled = cancel_run(SYSTEM, worked_off(run))
    assert (cancelled.status, cancelled.waiting_for, cancelled.ask_again_at) == ("cancelled", "", None)
    assert work_off(run.pk) is not None
    assert Output.objects.count() == 8, "what it has stored is kept"


def test_an_input_that_brings_the_server_down_is_given_up_and_the_others_are_answered(
    server: Server, run: Run
) -> None:
    server.poison = {"text 41"}
    for _time in range(20):
        now = later(run)
        if now.status == "finished":
            break
    assert (now.status, now.asked, now.failed) == ("finished", 100, 1)
    assert [output.example.input for output in Output.objects.filter(error="connection refused")] == [
        "text 41"
    ]
    assert Result.objects.get().n_scored == 99


def test_an_error_that_nobody_foresaw_costs_its_input_an_error_and_the_worker_nothing(
    server: Server, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    server.poison = {"text 41"}
    server.fault = ZeroDivisionError("said sk-secret")
    ended = worked_off(run)
    assert (ended.status, ended.asked, ended.failed, ended.refused) == ("finished", 100, 1, False)
    [output] = Output.objects.exclude(error=None)
    assert output.example.input == "text 41"
    assert output.error == (
        "The model could not be asked, or its answer not read, by a fault of the tracker: ZeroDivisionError."
    )
    assert Result.objects.get().n_scored == 99
    assert "in predict" in caplog.text
    assert "sk-secret" not in caplog.text


def test_one_fault_of_all_inputs_does_not_flood_the_log(
    server: Server, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    server.poison = set(TEXTS)
    server.fault = ZeroDivisionError("no")
    ended = worked_off(run)
    assert (ended.status, ended.failed) == ("finished", 100)
    assert caplog.text.count("ZeroDivisionError where a model was asked") == 1


def test_what_was_said_before_a_server_went_away_while_it_was_asked_one_by_one_is_kept(
    server: Server, run: Run
) -> None:
    """It answers two of the second call's four inputs."""
    fault = AdapterUnavailable("busy")
    fault.said = [Answer(label="positive"), Failure("cannot read this")]
    server.first_faults = [fault]
    server.calls_left = 1
    waiting = worked_off(run)
    assert (waiting.status, waiting.waiting_for) == ("running", "busy")
    assert (waiting.asked, waiting.failed, waiting.done) == (6, 1, 6)
    server.calls_left = None
    ended = later(run)
    assert (ended.status, ended.asked, ended.failed) == ("finished", 100, 1)
    assert sorted(server.answered.values()) == [1] * 98, "what was said is not asked again"


def test_several_calls_are_made_at_once(server: Server, run: Run) -> None:
    """Each call waits for another one: with one call at a time, none would ever be answered."""
    server.concurrency = 5
    server.meet = threading.Barrier(5)
    assert_whole(server, worked_off(run))


def test_a_server_is_asked_by_one_process_at_a_time(server: Server, run: Run) -> None:
    assert start_run(run.pk)
    run.refresh_from_db()
    assert claim_run(run, uuid.uuid4())
    assert not advance_run(run.pk)
    assert not server.answered
    Run.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert_whole(server, worked_off(run))


def test_a_run_whose_address_is_not_allowed_fails_until_people_change_something(
    server: Server, run: Run, project: Project
) -> None:
    server.calls_left = 1
    server.fault = AdapterRefused("127.0.0.1 is not allowed.")
    ended = worked_off(run)
    assert (ended.status, ended.refused, ended.error) == ("failed", True, "127.0.0.1 is not allowed.")
    assert Output.objects.filter(error=None).count() == Output.objects.count() == 4
    assert overdue_models(timezone.now() + timedelta(days=1)) == []


def test_a_run_whose_settings_are_wrong_by_now_fails_and_nothing_is_an_error(
    run: Run,
) -> None:
    """As after an upgrade that checks more: that says nothing of any input."""
    CandidateModel.objects.update(adapter={"kind": "http", "url": "ftp://models.example.org"})
    ended = worked_off(run)
    assert (ended.status, ended.refused) == ("failed", True)
    assert ended.error.startswith("url: Must begin with http:// or https://")
    assert not Output.objects.exists()
