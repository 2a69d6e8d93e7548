"""Reports: filing one or many, who sees what of them, and what becomes of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import Caller
from tests.api.test_problem_details import assert_problem
from tests.factories import make_model, make_problem, make_project
from tracker.candidates.model_changes import activate_model
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM
from tracker.triage.models import Report

SignIn = Callable[[User], Caller]
BODY = {"input": "I can't say I liked it", "predicted": "positive", "expected": "negative", "reporter": "ann"}


def test_a_report_and_its_answer(writer: Caller, project: Project) -> None:
    activate_model(SYSTEM, make_model(project, "v1"))
    answer = writer.post("reports/", {**BODY, "comment": "It was bad."})
    assert answer.status_code == 201
    shown = answer.json()
    assert {"id", "status", "problem"} <= shown.keys()
    assert (shown["status"], shown["problem"], shown["model"]) == ("new", None, "v1")
    assert (shown["input"], shown["predicted"], shown["expected"]) == (BODY["input"], "positive", "negative")
    assert "ann" not in answer.content.decode()
    assert writer.get(f"reports/{shown['id']}/").json() == shown


def test_an_output_object_comes_back_as_one(writer: Caller) -> None:
    predicted = {"label": "positive", "scores": {"positive": 0.9, "negative": 0.1, "neutral": 0.0}}
    assert writer.post("reports/", {**BODY, "predicted": predicted}).json()["predicted"] == predicted


def test_a_product_gets_the_id_alone(product: Caller) -> None:
    answer = product.post("reports/", BODY)
    assert answer.status_code == 201
    assert list(answer.json()) == ["id"]
    report_id = answer.json()["id"]
    assert_problem(product.get(f"reports/{report_id}/"), 403)
    assert_problem(product.patch(f"reports/{report_id}/", {"status": "dismissed"}), 403)


def test_the_same_external_id(writer: Caller) -> None:
    body = {**BODY, "external_id": "t-1"}
    first, again = writer.post("reports/", body), writer.post("reports/", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert_problem(writer.post("reports/", {**body, "comment": "Other"}), 409)
    assert Report.objects.count() == 1


def test_many_at_once_as_a_list_or_as_lines(writer: Caller) -> None:
    items = [
        {**BODY, "external_id": "1"},
        {**BODY, "predicted": "purple"},
        {**BODY, "external_id": "1"},
        {**BODY},
    ]
    as_list = writer.post("reports/", items)
    assert as_list.status_code == 200
    answer = as_list.json()
    assert (answer["accepted"], answer["duplicates"]) == (2, 1)
    assert [(row["line"], list(row["errors"])) for row in answer["rejected"]] == [(2, ["predicted"])]
    lines = writer.lines("reports/", items[0], "not json", "", items[3]).json()
    assert (lines["accepted"], lines["duplicates"]) == (1, 1)
    assert [row["line"] for row in lines["rejected"]] == [2]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"predicted": "purple"}, "predicted"),
        ({"expected": {"label": "purple"}}, "expected.label"),
        ({"predicted": 3}, "predicted"),
        ({"model": "v9"}, "model"),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "occurred_at"),
        ({"occurred_at": "2020-01-01T00:00:00"}, "occurred_at"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_report_is_refused(writer: Caller, change: dict[str, Any], field: str) -> None:
    answer = writer.post("reports/", {**BODY, **change})
    assert list(assert_problem(answer, 400)["errors"]) == [field]
    assert Report.objects.count() == 0


@pytest.mark.parametrize("missing", ["input", "predicted"])
def test_what_a_report_needs(writer: Caller, missing: str) -> None:
    answer = writer.post("reports/", {name: value for name, value in BODY.items() if name != missing})
    assert list(assert_problem(answer, 400)["errors"]) == [missing]


def test_a_null_is_an_input_too(writer: Caller) -> None:
    assert writer.post("reports/", {**BODY, "input": None}).json()["input"] is None


def test_times_are_utc(writer: Caller) -> None:
    answer = writer.post("reports/", {**BODY, "occurred_at": "2020-01-01T02:00:00+02:00"})
    assert answer.json()["occurred_at"] == "2020-01-01T00:00:00Z"


def test_linking_dismissing_and_reopening(writer: Caller, project: Project) -> None:
    problem = make_problem(project)
    report = f"reports/{writer.post('reports/', BODY).json()['id']}/"
    linked = writer.patch(report, {"problem": problem.slug}).json()
    assert (linked["status"], linked["problem"]) == ("linked", problem.slug)
    dismissed = writer.patch(report, {"status": "dismissed", "reason": "spam"}).json()
    assert (dismissed["status"], dismissed["problem"], dismissed["dismissed_because"]) == (
        "dismissed", None, "spam",
    )  # fmt: skip
    writer.patch(report, {"problem": problem.slug, "status": "linked"})
    assert writer.patch(report, {"problem": None}).json()["status"] == "new"
    assert writer.patch(report, {"status": "new"}).json()["problem"] is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"problem": "nowhere"}, "problem"),
        ({"status": "linked"}, "problem"),
        ({"status": "solved"}, "status"),
        ({}, "body"),
        ({"problem": "a-problem", "status": "dismissed"}, "status"),
    ],
)
def test_a_wrong_change_is_refused(
    writer: Caller, project: Project, changes: dict[str, Any], field: str
) -> None:
    make_problem(project, slug="a-problem")
    report = f"reports/{writer.post('reports/', BODY).json()['id']}/"
    assert list(assert_problem(writer.patch(report, changes), 400)["errors"]) == [field]


def test_a_problem_of_another_project_is_none(writer: Caller) -> None:
    elsewhere = make_problem(make_project())
    report = f"reports/{writer.post('reports/', BODY).json()['id']}/"
    assert_problem(writer.patch(report, {"problem": elsewhere.slug}), 400)


def test_who_files_and_who_links(
    signed_in: SignIn, viewer: User, reporter: User, triager: User, stranger: User, project: Project
) -> None:
    slug = make_problem(project).slug
    assert_problem(signed_in(viewer).post("reports/", BODY), 403)
    assert_problem(signed_in(stranger).post("reports/", BODY), 404)
    filed = signed_in(reporter).post("reports/", BODY)
    assert filed.status_code == 201
    report = f"reports/{filed.json()['id']}/"
    assert signed_in(viewer).get(report).status_code == 200
    assert_problem(signed_in(stranger).get(report), 404)
    assert_problem(signed_in(reporter).patch(report, {"problem": slug}), 403)
    assert signed_in(triager).patch(report, {"problem": slug}).status_code == 200


def test_a_report_of_another_project_is_not_found(reader: Caller, project: Project) -> None:
    other = make_project()
    Report.objects.create(
        project=other, example=other.examples.create(digest="x", content="1"), predicted={}, body_digest="x",
        occurred_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    assert_problem(reader.get(f"reports/{Report.objects.get().pk}/"), 404)


def test_the_list_its_filters_and_its_queries(
    writer: Caller, project: Project, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    problem = make_problem(project)
    ids = [writer.post("reports/", {**BODY, "input": n}).json()["id"] for n in range(6)]
    writer.patch(f"reports/{ids[0]}/", {"problem": problem.slug})
    assert [row["id"] for row in writer.get("reports/").json()["results"]] == ids[::-1]
    for query, expected in (
        ({"status": "linked"}, [ids[0]]),
        ({"problem": problem.slug}, [ids[0]]),
        ({"model": "v1"}, []),
        ({"status": "new", "limit": 2}, [ids[5], ids[4]]),
    ):
        assert [row["id"] for row in writer.get("reports/", **query).json()["results"]] == expected
    assert_problem(writer.get("reports/", status="solved"), 400)
    # The token, the reports with all that they show.
    with django_assert_num_queries(2):
        writer.get("reports/")


def test_half_a_bulk_is_never_stored_when_its_body_breaks_off(writer: Caller) -> None:
    text = json.dumps([BODY] * 3)[:-5]
    assert_problem(writer.post("reports/", text), 400)
    assert Report.objects.count() == 0


def test_a_bulk_repeated_under_its_key_is_stored_once(writer: Caller) -> None:
    first = writer.post("reports/", [BODY, BODY], Idempotency_Key="k")
    again = writer.post("reports/", [BODY, BODY], Idempotency_Key="k")
    assert first.json() == again.json() == {"accepted": 2, "duplicates": 0, "rejected": []}
    assert Report.objects.count() == 2


def test_reports_of_duplicates_are_listed_with_those_of_the_problem(writer: Caller, project: Project) -> None:
    problems = [make_problem(project, slug=slug) for slug in ("first", "second", "third", "other")]
    ids = {}
    for problem in problems:
        ids[problem.slug] = writer.post("reports/", {**BODY, "input": problem.slug}).json()["id"]
        writer.patch(f"reports/{ids[problem.slug]}/", {"problem": problem.slug})
    for source, target in (("third", "second"), ("second", "first")):
        move = {"to": "duplicate", "duplicate_of": target}
        assert writer.post(f"problems/{source}/transition/", move).status_code == 200

    def listed(slug: str) -> list[int]:
        return sorted(row["id"] for row in writer.get("reports/", problem=slug).json()["results"])

    assert listed("first") == sorted([ids["first"], ids["second"], ids["third"]])
    assert len(listed("first")) == writer.get("problems/first/").json()["reports_count"]
    assert listed("second") == sorted([ids["second"], ids["third"]])
    assert listed("third") == [ids["third"]]
    assert listed("nowhere") == []
