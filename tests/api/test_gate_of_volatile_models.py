"""The gate over the API, as docs/compare.md asks it: of a volatile model older answers are no evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.conftest import Caller
from tests.factories import day, equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tests.tasks import moody
from tracker.candidates.model_changes import activate_model
from tracker.candidates.models import CandidateModel
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs.execution import work_off
from tracker.runs.models import Run
from tracker.runs.open_adapters import close_adapters

ANSWERS = "tests.tasks.moody:answers"
CASES = [f"text {number:02}" for number in range(24)]


@pytest.fixture
def live(project: Project, settings: Any) -> Iterator[CandidateModel]:
    """It passes everything that the active v1 passes, as far as its first run tells."""
    settings.PYTHON_CALLABLES = [ANSWERS]
    moody.said.clear()
    moody.broken.clear()
    make_patterns(make_problem(project), [equals(text, case=text) for text in CASES])
    v1 = make_model(project, "v1", trained_at=day(1))
    activate_model(SYSTEM, v1)
    make_outputs(v1, dict.fromkeys(CASES, "positive"))
    yield make_model(project, "live", adapter={"kind": "python", "callable": ANSWERS}, frozen=False)
    close_adapters()


def told(caller: Caller) -> tuple[str, list[str]]:
    found = caller.get("models/live/gate/").json()
    return found["verdict"], [reason["kind"] for reason in found["reasons"]]


def begun(writer: Caller) -> Run:
    [run] = writer.post("runs/", {"models": ["live"]}).json()
    return Run.objects.get(pk=run["id"])


@pytest.fixture
def asked_once(live: CandidateModel, writer: Caller) -> CandidateModel:
    evaluate(live.project)
    close_adapters()
    assert told(writer) == ("pass", [])
    return live


@pytest.mark.usefixtures("asked_once")
class TestAnOlderAnswerIsNoEvidence:
    def test_while_it_is_asked(self, writer: Caller) -> None:
        begun(writer)
        assert told(writer) == ("inconclusive", ["not_asked_again"])

    def test_where_its_run_failed(self, writer: Caller, settings: Any) -> None:
        settings.PYTHON_CALLABLES = []
        run = begun(writer)
        work_off(run.pk)
        assert writer.get(f"runs/{run.pk}/").json()["status"] == "failed"
        assert told(writer) == ("inconclusive", ["not_asked_again"])

    def test_where_its_run_was_cancelled(self, writer: Caller) -> None:
        writer.post(f"runs/{begun(writer).pk}/cancel/")
        assert told(writer) == ("inconclusive", ["not_asked_again"])

    def test_where_it_answers_nothing(self, writer: Caller) -> None:
        moody.broken.append(True)
        work_off(begun(writer).pk)
        assert told(writer) == ("inconclusive", ["not_asked_again"])

    @pytest.mark.parametrize("again", ["retried", "asked by hand"])
    def test_until_it_is_asked_again_to_the_end(self, writer: Caller, settings: Any, again: str) -> None:
        settings.PYTHON_CALLABLES = []
        run = begun(writer)
        work_off(run.pk)
        settings.PYTHON_CALLABLES = [ANSWERS]
        retried = (
            writer.post(f"runs/{run.pk}/retry/").json()["id"] if again == "retried" else begun(writer).pk
        )
        work_off(retried)
        assert told(writer) == ("pass", [])


def test_answers_that_were_recorded_since_are_heard(asked_once: CandidateModel, writer: Caller) -> None:
    moody.broken.append(True)
    work_off(begun(writer).pk)
    make_outputs(asked_once, dict.fromkeys(CASES[1:], "negative"))
    evaluate(asked_once.project)
    verdict, kinds = told(writer)
    assert verdict == "fail"
    assert "not_asked_again" in kinds  # the one that was not recorded is from before
    assert "1 answer did not come" in str(writer.get("models/live/gate/").json())
