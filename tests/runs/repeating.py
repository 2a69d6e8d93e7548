"""A model server in this process whose answers can be changed, and runs that ask it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

import pytest

from evaluation.adapters import AdapterUnavailable
from evaluation.types import Output as Answer
from tests.factories import equals, evaluate, make_patterns, make_problem
from tests.runs.conftest import worked_off
from tracker.candidates.models import CandidateModel
from tracker.projects.models import Event, Project
from tracker.projects.rights import SYSTEM
from tracker.runs import asking, repeats
from tracker.runs.execution import work_off
from tracker.runs.models import Run
from tracker.runs.requests import request_runs
from tracker.runs.stability_models import StabilityCheck

SERVER = {"kind": "http", "url": "https://models.example.org/", "batch_size": 4}
Says = Callable[[str], str]


class Server:
    """A model server in this process. `says` is what it answers now, `asked` what it was asked."""

    batch_size = 4
    concurrency = 2

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.says: Says = lambda _text: "positive"
        self.is_down = False

    def predict(self, inputs: Sequence[Any]) -> list[Answer]:
        if self.is_down:
            raise AdapterUnavailable("connection refused")
        self.asked += inputs
        return [Answer(label=self.says(text)) for text in inputs]

    def close(self) -> None:
        pass


def answered_by(monkeypatch: pytest.MonkeyPatch) -> Server:
    """Let a server of this process answer for all models."""
    made = Server()
    for module in (asking, repeats):
        monkeypatch.setattr(module, "adapter_of", lambda _model: made)
    return made


def evaluated(project: Project, n: int) -> None:
    make_patterns(make_problem(project), [equals(f"text {number}") for number in range(n)])
    evaluate(project)


def asked_again(project: Project) -> Run:
    return worked_off(request_runs(SYSTEM, project)[0])


def told(model: CandidateModel) -> list[str]:
    events = Event.objects.filter(kind__startswith="answers_").about("model", model.pk).order_by("pk")
    return [event.kind for event in events]


def flaky() -> Says:
    """The same input is answered now so, now so, as by the throw of a coin; the n-th time always as that n-th time."""
    times: Counter[str] = Counter()

    def says(text: str) -> str:
        times[text] += 1
        return ["positive", "negative"][sha256(f"{text} {times[text]}".encode()).digest()[0] % 2]

    return says


def repeated_while_down(project: Project, server: Server, *, asked: int) -> StabilityCheck:
    """Evaluate with a server that goes down once it has been asked so much in the run."""
    [run] = request_runs(SYSTEM, project)

    def down_once_asked(now: Run) -> None:
        server.is_down = now.asked == asked

    done = work_off(run.pk, on_progress=down_once_asked)
    assert done is not None
    assert done.status == "finished"
    return StabilityCheck.objects.get(run=run)
