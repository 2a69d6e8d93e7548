"""Calls of a model: what any adapter does, it answers every input or raises what its callers know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from evaluation.adapters import AdapterUnavailable, Exchange, Failure
from evaluation.types import Output as Answer
from tests.factories import equals, make_model, make_patterns, make_problem
from tests.runs.conftest import worked_off
from tests.runs.repeating import SERVER, answered_by
from tracker.candidates.models import Output
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs.calls import answers_of
from tracker.runs.requests import request_runs

THREE = [(1, '"a"'), (2, '"b"'), (3, '"c"')]
YES = Answer(label="yes")


class Answering:
    batch_size = 10
    concurrency = 1

    def __init__(self, predict: Callable[[Sequence[Any]], Any]) -> None:
        self.predict = predict

    def explain(self, asked: object) -> Exchange:
        raise NotImplementedError

    def close(self) -> None:
        pass


@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_a_wrong_number_of_answers_fails_each_input_since_none_is_known_to_be_its_own(n: int) -> None:
    said = answers_of(Answering(lambda _inputs: [YES] * n), THREE)
    assert said == [Failure(f"The answer has {n} outputs for 3 inputs.")] * 3


def test_what_is_no_list_fails_as_what_nobody_foresaw() -> None:
    said = answers_of(Answering(lambda _inputs: None), THREE)
    assert len(said) == 3
    assert all(isinstance(each, Failure) and "TypeError" in each.message for each in said)


def test_an_error_that_tells_of_more_answers_than_were_asked_for_tells_of_none() -> None:
    def broken_off(_inputs: object) -> list[Answer]:
        error = AdapterUnavailable("gone")
        error.said = [YES] * 4
        raise error

    with pytest.raises(AdapterUnavailable) as raised:
        answers_of(Answering(broken_off), THREE)
    assert raised.value.said == []


@pytest.mark.django_db
@pytest.mark.parametrize("frozen", [True, False])
def test_a_run_whose_model_answers_too_little_ends_and_says_why(
    project: Project, monkeypatch: pytest.MonkeyPatch, frozen: bool
) -> None:
    server = answered_by(monkeypatch)
    make_model(project, "served", adapter=SERVER, frozen=frozen)
    make_patterns(make_problem(project), [equals(f"text {number}") for number in range(6)])
    monkeypatch.setattr(server, "predict", lambda _inputs: [YES])
    run = worked_off(request_runs(SYSTEM, project)[0])
    assert (run.status, run.asked, run.failed) == ("finished", 6, 6)
    assert set(Output.objects.values_list("error", flat=True)) == {
        "The answer has 1 outputs for 4 inputs.",
        "The answer has 1 outputs for 2 inputs.",
    }
