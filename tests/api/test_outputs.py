"""Recorded outputs: one or many, frozen models, unknown versions."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import LINES, Caller
from tests.api.test_problem_details import assert_problem
from tests.factories import make_model
from tracker.candidates.models import CandidateModel, Output
from tracker.projects.models import Project

PATH = "models/v1/outputs/"
GOOD = {"input": "good", "label": "positive"}
SCORES = {"negative": 0.1, "neutral": 0.2, "positive": 0.7}


@pytest.mark.parametrize(
    "body",
    [
        {"input": "x", "label": "positive", "scores": SCORES},
        {"input": {"age": 41}, "value": 3.5},
        {"input": "Summarise: ...", "text": "..."},
        {"input": "what is this", "error": "timeout"},
    ],
)
def test_an_output_comes_back_as_it_was_sent(writer: Caller, project: Project, body: dict[str, Any]) -> None:
    make_model(project, "v1")
    answer = writer.post(PATH, body)
    assert (answer.status_code, answer.json()) == (201, body)
    assert writer.get(PATH).json()["results"] == [body]


def test_scores_alone_tell_the_label(writer: Caller) -> None:
    assert writer.post(PATH, {"input": "x", "scores": SCORES}).json()["label"] == "positive"


def test_an_unknown_version_is_registered_as_recorded(writer: Caller) -> None:
    assert_problem(writer.get(PATH), 404)
    assert writer.post(PATH, GOOD).status_code == 201
    assert writer.get("models/v1/").json()["adapter"]["kind"] == "recorded"


def test_a_wrong_single_output_registers_nothing(writer: Caller) -> None:
    assert_problem(writer.post(PATH, {"input": "x", "label": "purple"}), 400)
    assert_problem(writer.post(PATH, "{broken"), 400)
    assert CandidateModel.objects.count() == 0


def test_a_bulk_of_bad_lines_registers_nothing(writer: Caller) -> None:
    bad = {"input": "x", "label": "purple"}
    for answer in (writer.lines(PATH, bad, "{broken"), writer.post(PATH, [bad]), writer.post(PATH, [])):
        assert (answer.status_code, answer.json()["accepted"]) == (200, 0)
    assert CandidateModel.objects.count() == 0
    mixed = writer.lines(PATH, bad, GOOD).json()
    assert (mixed["accepted"], [row["line"] for row in mixed["rejected"]]) == (1, [1])
    assert CandidateModel.objects.count() == 1


def test_the_same_again_and_another(writer: Caller) -> None:
    writer.post(PATH, GOOD)
    assert writer.post(PATH, GOOD).status_code == 200
    assert_problem(writer.post(PATH, {**GOOD, "label": "negative"}), 409)
    assert Output.objects.get().label == "positive"


def test_an_answer_replaces_an_error(writer: Caller) -> None:
    writer.post(PATH, {"input": "good", "error": "timeout"})
    assert writer.post(PATH, GOOD).status_code == 201
    assert writer.get(PATH).json()["results"] == [GOOD]


def test_many_at_once_name_their_bad_lines(writer: Caller) -> None:
    writer.post(PATH, GOOD)
    outcome = writer.lines(
        PATH,
        GOOD,
        {"input": "good", "label": "negative"},
        {"input": "b", "label": "purple"},
        {"input": "c"},
        {"label": "positive"},
        "{broken",
        {"input": "d", "label": "positive", "scores": {"positive": "high"}},
        {"input": "e", "label": "positive", "error": "both"},
        {"input": "f", "label": "neutral"},
        [1],
    ).json()
    assert (outcome["accepted"], outcome["duplicates"]) == (1, 1)
    assert [row["line"] for row in outcome["rejected"]] == [2, 3, 4, 5, 6, 7, 8, 10]
    assert all(row["errors"] for row in outcome["rejected"])


def test_gzipped_lines_by_the_thousand_in_few_queries(
    writer: Caller, project: Project, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_model(project, "v1")
    text = "\n".join(json.dumps({"input": f"text {n}", "label": "neutral"}) for n in range(3_000))
    # However many lines: a handful of queries a chunk.
    with django_assert_max_num_queries(20):
        answer = writer.post(PATH, gzip.compress(text.encode()), LINES, Content_Encoding="gzip")
    assert answer.json() == {"accepted": 3_000, "duplicates": 0, "rejected": []}


def test_a_body_that_breaks_off_stores_nothing(writer: Caller) -> None:
    packed = gzip.compress("\n".join(json.dumps({**GOOD, "input": n}) for n in range(1_000)).encode())
    assert_problem(writer.post(PATH, packed[:-9], LINES, Content_Encoding="gzip"), 400)
    assert CandidateModel.objects.count() == 0


def test_the_list_in_pages(
    writer: Caller, project: Project, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    writer.post(PATH, [{**GOOD, "input": n} for n in range(5)])
    page = writer.get(PATH, limit=3).json()
    assert [row["input"] for row in page["results"]] == [0, 1, 2]
    second = writer.client.get(page["next"], headers=writer.headers).json()
    assert [row["input"] for row in second["results"]] == [3, 4]
    # The token, the model, the outputs with their inputs.
    with django_assert_num_queries(3):
        writer.get(PATH)
