"""Frozen models on servers: a few known inputs are asked again, often those that are answered otherwise."""

from __future__ import annotations

from collections import Counter

import pytest

from evaluation.types import Output as Answer
from tests.factories import equals, evaluate, make_model, make_patterns
from tests.runs.repeating import (
    SERVER,
    Server,
    answered_by,
    asked_again,
    evaluated,
    flaky,
    repeated_while_down,
    told,
)
from tracker.candidates.models import CandidateModel, Output
from tracker.projects.models import Project
from tracker.runs.answer_changes import answer_changes, changed_rows
from tracker.runs.stability_models import StabilityCheck

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    return answered_by(monkeypatch)


def test_of_a_frozen_server_that_is_away_nothing_is_known(project: Project, server: Server) -> None:
    frozen = make_model(project, "v1", adapter=SERVER)
    evaluated(project, 12)
    check = repeated_while_down(project, server, asked=0)
    assert (check.stability, check.n_asked, check.n_missing) == ("unknown", 0, 10)
    assert told(frozen) == ["answers_unknown"]
    server.is_down = False
    asked_again(project)
    assert StabilityCheck.objects.latest("pk").stability == "steady"


def test_a_frozen_server_is_asked_a_few_known_inputs_and_nothing_is_overwritten(
    project: Project, server: Server
) -> None:
    frozen = make_model(project, "v1", adapter=SERVER)
    evaluated(project, 40)
    assert not StabilityCheck.objects.exists(), "nothing was known before"
    server.says = lambda _text: "negative"
    server.asked.clear()
    make_patterns(project.problems.get(), [equals("one more")])
    evaluate(project)
    # One new input, ten known ones, and those eight times more: all of them were answered otherwise.
    assert len(server.asked) == 1 + 10 + 8 * 10
    make_patterns(project.problems.get(), [equals("and another")])
    evaluate(project)
    assert Output.objects.filter(label="positive").count() == 40
    first = StabilityCheck.objects.earliest("pk")
    assert (first.stability, first.n_asked, first.n_changed, first.n_kept) == ("changed", 10, 10, 10)
    assert told(frozen) == ["answers_changed"], "said once"
    change = answer_changes(first.run, changed_rows(first.run))[0]
    assert (change.before, change.after) == (Answer("positive"), Answer("negative"))
    assert changed_rows(first.run).count() == 10


def test_a_frozen_server_that_answers_now_so_and_now_so_is_flaky(project: Project, server: Server) -> None:
    frozen = make_model(project, "v1", adapter=SERVER)
    evaluated(project, 9)
    server.says = flaky()
    asked_again(project)
    assert told(frozen) == ["answers_flaky"]


@pytest.mark.parametrize("n_kept", [2, 31, 80, 81])
def test_one_answer_of_a_frozen_server_by_the_throw_of_a_coin_is_not_called_changed(
    project: Project, server: Server, n_kept: int
) -> None:
    """It says the other one so often in a row, which a coin does in one of four cases for two; then the former one."""
    frozen = make_model(project, "v1", adapter=SERVER)
    evaluated(project, 10)
    times = Counter[str]()

    def says(text: str) -> str:
        times[text] += 1
        return "negative" if text == "text 3" and times[text] <= n_kept else "positive"

    server.says = says
    asked_again(project)
    check = StabilityCheck.objects.get()
    assert check.n_changed == 1
    if n_kept < 81:
        assert (check.stability, check.n_differing, check.n_kept) == ("flaky", 1, 0)
        assert told(frozen) == ["answers_flaky"]
    else:
        assert (check.stability, check.n_differing, check.n_kept) == ("unsettled", 0, 1)
    assert len(server.asked) <= 10 + 10 + 80, "never more than eighty repeats"


def test_two_answers_of_a_frozen_server_that_stay_otherwise_are_a_change(
    project: Project, server: Server
) -> None:
    frozen = make_model(project, "v1", adapter=SERVER)
    evaluated(project, 10)
    server.says = lambda text: "negative" if text in {"text 3", "text 4"} else "positive"
    server.asked.clear()
    asked_again(project)
    assert told(frozen) == ["answers_changed"]
    assert Counter(server.asked)["text 3"] == 1 + 40
    assert len(server.asked) == 10 + 2 * 40


def test_a_frozen_model_that_asks_no_server_is_asked_nothing_twice(
    project: Project, model: CandidateModel, asked: list[list[object]]
) -> None:
    evaluated(project, 3)
    make_patterns(project.problems.get(), [equals("one more")])
    evaluate(project)
    assert sum(map(len, asked)) == 4
    assert not StabilityCheck.objects.exists()


def test_a_server_that_goes_away_while_it_is_asked_again_leaves_it_open(
    project: Project, server: Server
) -> None:
    frozen = make_model(project, "v1", adapter=SERVER)
    evaluated(project, 10)
    times = Counter[str]()

    def says(text: str) -> str:
        times[text] += 1
        server.is_down = times[text] > 20
        return "negative" if text in {"text 3", "text 4"} else "positive"

    server.says = says
    asked_again(project)
    check = StabilityCheck.objects.get()
    assert (check.stability, check.n_changed, check.n_kept, check.n_missing) == ("unsettled", 2, 0, 2)
    assert told(frozen) == ["answers_unsettled"]
