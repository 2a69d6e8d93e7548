"""Candidate models: registering, files, changing, activating, missing inputs, what they were trained on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from pytest_django import DjangoAssertNumQueries

from evaluation.canonical import digest
from tests.api.conftest import Caller
from tests.api.test_metrics import make_result
from tests.api.test_problem_details import assert_problem
from tests.factories import equals, make_model, make_outputs, make_patterns, make_problem, make_project
from tracker.candidates.models import CandidateModel, Stage
from tracker.candidates.secrets import opened_adapter
from tracker.problems.models import Problem
from tracker.projects.models import Project, User

SignIn = Callable[[User], Caller]
RECORDED = {"kind": "recorded"}


def send_form(caller: Caller, parts: dict[str, Any]) -> Any:
    return caller.post("models/", encode_multipart(BOUNDARY, parts), MULTIPART_CONTENT)


def lines_of(answer: Any) -> list[Any]:
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


def missing_texts(caller: Caller) -> list[str]:
    """Return what v1 is to predict next, sorted: nothing is promised of the order."""
    return sorted(line["input"] for line in lines_of(caller.get("models/v1/missing/")))


def test_a_model_and_its_fields(writer: Caller) -> None:
    body = {
        "version": "svm-3", "adapter": {"kind": "http", "url": "https://models.example.org/predict"},
        "trained_at": "2026-01-02T03:04:05Z", "frozen": False, "lineage": {"data": "d1", "seed": 7},
    }  # fmt: skip
    answer = writer.post("models/", body)
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert shown["adapter"].items() >= body["adapter"].items()  # type: ignore[attr-defined]
    assert {name: shown[name] for name in body if name != "adapter"} == {
        name: value for name, value in body.items() if name != "adapter"
    }
    assert shown["stage"] == "candidate"
    # Not evaluated is not zero.
    assert shown["overall"] == {"n_cases": None, "n_scored": None, "n_failed": None, "error": None}
    assert writer.get("models/svm-3/").json() == shown


def test_a_key_is_kept_exchanged_and_never_answered(writer: Caller, project: Project) -> None:
    key, other = "sk-Zebra-7781", "sk-Okapi-1277"
    adapter = {"kind": "openai", "url": "https://models.example.org/v1", "model": "m", "api_key": key}
    answers = [writer.post("models/", {"version": "v1", "adapter": adapter}), writer.get("models/v1/")]
    shown = answers[-1].json()["adapter"]
    assert shown["api_key"] == "(hidden)"
    # What was answered can be sent back with a change.
    answers.append(writer.patch("models/v1/", {"adapter": {**shown, "seed": 7}}))
    assert opened_adapter(project.models.get())["api_key"] == key
    answers.append(writer.patch("models/v1/", {"adapter": {**shown, "api_key": other}}))
    assert opened_adapter(project.models.get())["api_key"] == other
    moved = writer.patch("models/v1/", {"adapter": {**shown, "url": "https://elsewhere.example.org"}})
    assert list(assert_problem(moved, 400)["errors"]) == ["adapter.api_key"]
    answers += [moved, writer.get("models/"), writer.get("export/")]
    for answer in answers:
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert key.encode() not in content
        assert other.encode() not in content


def test_an_unknown_kind_names_those_there_are(writer: Caller) -> None:
    answer = writer.post("models/", {"version": "v1", "adapter": {"kind": "telepathy"}})
    errors = assert_problem(answer, 400)["errors"]
    assert list(errors) == ["adapter.kind"]
    assert all(kind in errors["adapter.kind"][0] for kind in ("recorded", "skops", "python", "http"))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"adapter": RECORDED}, "version"),
        ({"version": "v1"}, "adapter"),
        ({"version": "", "adapter": RECORDED}, "version"),
        ({"version": "a/b", "adapter": RECORDED}, "version"),
        ({"version": "v\u0000", "adapter": RECORDED}, None),
        ({"version": "v1", "adapter": {**RECORDED, "colour": "red"}}, "adapter.colour"),
        ({"version": "v1", "adapter": RECORDED, "trained_at": "yesterday"}, "trained_at"),
        ({"version": "v1", "adapter": RECORDED, "lineage": []}, "lineage"),
        ({"version": "v1", "adapter": RECORDED, "stage": "active"}, "stage"),
        ({"version": "v1", "adapter": {"kind": "skops"}}, "file"),
    ],
)
def test_a_wrong_model_is_refused(writer: Caller, body: dict[str, Any], field: str | None) -> None:
    content = assert_problem(writer.post("models/", body), 400)
    assert field is None or list(content["errors"]) == [field]
    assert CandidateModel.objects.count() == 0


def test_a_version_is_taken_once(writer: Caller) -> None:
    body = {"version": "v1", "adapter": RECORDED}
    assert writer.post("models/", body).status_code == 201
    assert_problem(writer.post("models/", body), 409)


def test_a_form_without_a_file_is_as_good_as_json(writer: Caller) -> None:
    answer = send_form(writer, {"model": json.dumps({"version": "v1", "adapter": RECORDED})})
    assert answer.status_code == 201
    as_part = SimpleUploadedFile("model.json", b'{"version": "v2", "adapter": {"kind": "recorded"}}')
    assert send_form(writer, {"model": as_part}).status_code == 201


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({}, "model"),
        ({"model": '{"version": "v1", "adapter": {"kind": "recorded"}}', "extra": "x"}, "extra"),
        (
            {
                "model": '{"version": "v1", "adapter": {"kind": "recorded"}}',
                "file": SimpleUploadedFile("m.skops", b"x"),
            },
            "file",
        ),
        (
            {
                "model": '{"version": "v1", "adapter": {"kind": "skops"}}',
                "file": SimpleUploadedFile("m.skops", b"no model at all"),
            },
            None,
        ),
        ({"model": "{broken"}, None),
    ],
)
def test_a_wrong_form_is_refused(writer: Caller, parts: dict[str, Any], field: str | None) -> None:
    content = assert_problem(send_form(writer, parts), 400)
    assert field is None or list(content["errors"]) == [field]
    assert CandidateModel.objects.count() == 0


def test_a_form_that_is_cut_off(writer: Caller) -> None:
    whole = encode_multipart(BOUNDARY, {"model": json.dumps({"version": "v1", "adapter": RECORDED})})
    assert_problem(writer.post("models/", whole[:60], MULTIPART_CONTENT), 400)
    assert_problem(writer.post("models/", whole, "multipart/form-data"), 400)


def test_a_form_repeated_under_its_key_registers_once(writer: Caller) -> None:
    whole = encode_multipart(BOUNDARY, {"model": json.dumps({"version": "v1", "adapter": RECORDED})})
    first = writer.post("models/", whole, MULTIPART_CONTENT, Idempotency_Key="k")
    again = writer.post("models/", whole, MULTIPART_CONTENT, Idempotency_Key="k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content


def test_changing_a_model(writer: Caller, project: Project) -> None:
    model = make_model(project, "v1")
    changed = writer.patch("models/v1/", {"stage": "shadow", "lineage": {"data": "d2"}}).json()
    assert (changed["stage"], changed["lineage"]) == ("shadow", {"data": "d2"})
    assert writer.patch("models/v1/", {"frozen": False}).status_code == 200
    writer.patch("models/v1/", {"frozen": True})
    make_outputs(model, {"good": "positive"})
    assert_problem(writer.patch("models/v1/", {"frozen": False}), 409)
    adapter = {"kind": "http", "url": "https://models.example.org/"}
    assert_problem(writer.patch("models/v1/", {"adapter": adapter}), 409)
    for wrong in ({"stage": "active"}, {"stage": "gone"}, {"version": "v2"}, {"lineage": 3}):
        assert_problem(writer.patch("models/v1/", wrong), 400)


def test_activation(administrator: Caller, project: Project) -> None:
    make_model(project, "v1"), make_model(project, "v2")
    assert administrator.post("models/v1/activate/").json()["stage"] == "active"
    assert administrator.post("models/v2/activate/", {}).json()["stage"] == "active"
    assert administrator.get("models/v1/").json()["stage"] == "candidate"
    assert_problem(administrator.post("models/v1/activate/", {"at": "2999-01-01T00:00:00Z"}), 400)
    assert_problem(administrator.post("models/v1/activate/", {"now": True}), 400)
    administrator.patch("models/v1/", {"stage": "archived"})
    assert_problem(administrator.post("models/v1/activate/"), 409)


def test_missing_is_what_to_predict_next(writer: Caller, project: Project) -> None:
    problem = make_problem(project)
    lines = [equals("a"), equals("b"), {"input": "c", "base": "d", "expectation": {"type": "invariant"}}]
    make_patterns(problem, lines)
    model = make_model(project, "v1")
    assert missing_texts(writer) == ["a", "b", "c", "d"]
    make_outputs(model, {"a": "positive", "d": "negative"})
    assert missing_texts(writer) == ["b", "c"]


def test_what_a_model_was_trained_on(writer: Caller, project: Project) -> None:
    make_model(project, "v1")
    single = writer.post("models/v1/trained_on/", {"input": "good"})
    assert (single.status_code, single.json()) == (201, {"sha256": digest("good")})
    assert writer.post("models/v1/trained_on/", {"sha256": digest("good")}).status_code == 200
    bulk = writer.lines(
        "models/v1/trained_on/", {"input": "good"}, {"input": 1}, {"sha256": "short"}, {"x": 1}
    )
    assert bulk.json()["accepted"] == 1
    assert bulk.json()["duplicates"] == 1
    assert [row["line"] for row in bulk.json()["rejected"]] == [3, 4]
    assert writer.get("models/v1/").json()["says_trained_on"] is True
    for wrong in ({}, {"input": 1, "sha256": digest(1)}, {"sha256": "short"}):
        assert_problem(writer.post("models/v1/trained_on/", wrong), 400)


def test_overall_weighs_each_case_the_same(reader: Caller, project: Project) -> None:
    model = make_model(project, "v1")
    first, second = make_problem(project), make_problem(project)
    for problem in (first, second):
        make_patterns(problem, [equals("good")])
    make_result(model, first, n_cases=10, n_scored=8, n_failed=4, error=0.5)
    make_result(model, second, n_cases=2, n_scored=2, n_failed=2, error=1.0)
    # By hand: (8 x 0.5 + 2 x 1.0) / 10 = 0.6
    assert reader.get("models/v1/").json()["overall"] == {
        "n_cases": 12, "n_scored": 10, "n_failed": 6, "error": 0.6,
    }  # fmt: skip


def test_remaining_impacts_are_over_the_same_cases(reader: Caller, project: Project) -> None:
    old, new, unknown = (make_model(project, version) for version in ("old", "new", "unknown"))
    both, only_old = make_problem(project), make_problem(project)
    for problem in (both, only_old):
        make_patterns(problem, [equals("good")])
    Problem.objects.update(users_affected_percent=10, harm=1)
    make_result(old, both, n_cases=2, n_scored=2, n_failed=1, error=0.5, failed_cases=[1])
    make_result(new, both, n_cases=2, n_scored=2, n_failed=0, error=0.0)
    make_result(old, only_old, n_cases=1, n_scored=1, n_failed=1, error=1.0, failed_cases=[3])
    answers = {model["version"]: model for model in reader.get("models/").json()["results"]}
    shown = {
        version: (answer["remaining_impact"], answer["remaining_impact_left_out"])
        for version, answer in answers.items()
    }
    # By hand: 10 x 1/2 x 1 under the old one, which is not charged with what the new one is not scored on.
    assert shown == {"old": (5.0, 1), "new": (0.0, 1), "unknown": (None, None)}
    assert reader.get(f"models/{unknown.version}/").json() == answers["unknown"]


def test_the_list_takes_as_many_queries_for_ten_as_for_two(
    reader: Caller, project: Project, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(10):
        make_model(project, f"v{number}")
    reader.get("models/")
    # The token, the models, their overall numbers, whether their answers stay; for the remaining impact models,
    # problems, results.
    with django_assert_num_queries(7):
        assert len(reader.get("models/").json()["results"]) == 10


def test_rights(
    signed_in: SignIn,
    viewer: User,
    reporter: User,
    triager: User,
    stranger: User,
    admin: User,
    project: Project,
) -> None:
    make_model(project, "v1")
    for person in (viewer, reporter):
        caller = signed_in(person)
        assert caller.get("models/v1/").status_code == 200
        assert caller.get("models/v1/missing/").status_code == 200
        for answer in (
            caller.post("models/", {"version": "v2", "adapter": RECORDED}),
            caller.patch("models/v1/", {"stage": "shadow"}),
            caller.post("models/v1/activate/"),
            caller.post("models/v1/trained_on/", {"input": 1}),
            caller.post("models/v1/outputs/", {"input": 1, "label": "positive"}),
            caller.post("models/v2/outputs/", {"input": 1, "label": "positive"}),
        ):
            assert_problem(answer, 403)
    caller = signed_in(stranger)
    for path in ("models/", "models/v1/", "models/v1/missing/", "models/v1/outputs/"):
        assert_problem(caller.get(path), 404)
    # To go live is an admin's decision.
    assert_problem(signed_in(triager).post("models/v1/activate/"), 403)
    assert signed_in(admin).post("models/v1/activate/").status_code == 200
    assert CandidateModel.objects.get().stage == Stage.ACTIVE


def test_a_model_of_another_project_is_not_found(writer: Caller) -> None:
    make_model(make_project(), "theirs")
    for path in ("models/theirs/", "models/theirs/missing/", "models/theirs/outputs/"):
        assert_problem(writer.get(path), 404)
    assert_problem(writer.post("models/theirs/activate/"), 404)
