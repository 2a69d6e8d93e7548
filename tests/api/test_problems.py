"""Problems: fields, filters, orderings, verdicts, moves, deletion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import Caller
from tests.api.test_metrics import make_result
from tests.api.test_problem_details import assert_problem
from tests.factories import equals, make_model, make_patterns, make_problem, make_project
from tracker.problems.models import Problem
from tracker.projects.models import Project, User

SignIn = Callable[[User], Caller]


def slugs(caller: Caller, **query: Any) -> list[str]:
    answer = caller.get("problems/", **query)
    assert answer.status_code == 200, answer.content
    return [row["slug"] for row in answer.json()["results"]]


def test_a_problem_and_its_fields(writer: Caller, triager: User) -> None:
    body = {
        "title": "Negation read as praise", "description": "“not good”", "harm": "major", "assignee": "triager",
        "labels": ["negation"], "fix_criterion": {"rule": "every_case"}, "users_affected_percent": 5,
        "users_affected_reason": "a survey",
    }  # fmt: skip
    answer = writer.post("problems/", body)
    assert answer.status_code == 201
    shown = answer.json()
    assert {name: shown[name] for name in body if name != "fix_criterion"} == {
        name: value for name, value in body.items() if name != "fix_criterion"
    }
    assert shown["fix_criterion"]["rule"] == "every_case"
    assert (shown["slug"], shown["number"], shown["status"]) == ("negation-read-as-praise", 1, "triage")
    assert (shown["revision"], shown["cases_count"], shown["reports_count"]) == (0, 0, 0)
    # 5 % of users x error 1 (nothing is scored yet, so it must not sink) x 5 (major)
    assert shown["priority"] == 25.0
    assert shown["priority_factors"] == {
        "users_affected_percent": 5.0, "users_affected_source": "manual", "normalized_error": 1.0, "harm": 5.0,
        "provisional": True,
    }  # fmt: skip
    assert shown["verdicts"] == {}
    assert writer.get("problems/negation-read-as-praise/").json() == shown


def test_what_is_unknown_is_null_and_never_zero(writer: Caller) -> None:
    shown = writer.post("problems/", {"title": "New"}).json()
    assert shown["priority"] is None
    assert shown["harm"] is None
    assert shown["priority_factors"]["users_affected_percent"] is None
    assert shown["priority_factors"]["users_affected_source"] == "unknown"


def test_a_number_may_stand_for_a_harm(writer: Caller) -> None:
    assert writer.post("problems/", {"title": "A", "harm": 2.5}).json()["harm"] == 2.5


def test_changing_and_taking_away(writer: Caller) -> None:
    slug = writer.post("problems/", {"title": "A", "harm": "major"}).json()["slug"]
    changed = writer.patch(f"problems/{slug}/", {"harm": None, "title": "B"}).json()
    assert (changed["harm"], changed["title"], changed["slug"]) == (None, "B", slug)
    assert writer.patch(f"problems/{slug}/", {}).json()["title"] == "B"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({}, "title"),
        ({"title": "A", "harm": "cosmic"}, "harm"),
        ({"title": "A", "harm": -1}, "harm"),
        ({"title": "A", "harm": True}, "harm"),
        ({"title": "A", "assignee": "ghost"}, "assignee"),
        ({"title": "A", "labels": [1]}, "labels[0]"),
        (
            {"title": "A", "users_affected_percent": 101, "users_affected_reason": "x"},
            "users_affected_percent",
        ),
        ({"title": "A", "users_affected_percent": 5}, "users_affected_reason"),
        ({"title": "A", "slug": "No Slug"}, "slug"),
        ({"title": "A", "fix_criterion": {"confidence": 2}}, "fix_criterion.confidence"),
        ({"title": "A", "status": "fixed"}, "status"),
    ],
)
def test_a_wrong_problem_is_refused(writer: Caller, body: dict[str, Any], field: str) -> None:
    assert list(assert_problem(writer.post("problems/", body), 400)["errors"]) == [field]
    assert Problem.objects.count() == 0


def test_a_slug_is_taken_once(writer: Caller) -> None:
    writer.post("problems/", {"title": "A", "slug": "a"})
    assert_problem(writer.post("problems/", {"title": "B", "slug": "a"}), 409)


def test_only_what_nobody_reported_or_described_is_deleted(writer: Caller, project: Project) -> None:
    empty, described, reported = make_problem(project), make_problem(project), make_problem(project)
    make_patterns(described, [equals("good")])
    report = writer.post("reports/", {"input": "x", "predicted": "positive"}).json()["id"]
    writer.patch(f"reports/{report}/", {"problem": reported.slug})
    assert writer.delete(f"problems/{empty.slug}/").status_code == 204
    assert_problem(writer.get(f"problems/{empty.slug}/"), 404)
    assert_problem(writer.delete(f"problems/{described.slug}/"), 409)
    assert_problem(writer.delete(f"problems/{reported.slug}/"), 409)


def test_verdicts_are_those_of_the_newest_revision(reader: Caller, project: Project) -> None:
    problem = make_problem(project)
    make_patterns(problem, [equals("good")])
    old, new = make_model(project, "v1"), make_model(project, "v2")
    make_result(old, problem, verdict="failing", revision=problem.revision - 1)
    make_result(new, problem, verdict="fixed")
    assert reader.get(f"problems/{problem.slug}/").json()["verdicts"] == {"v1": None, "v2": "fixed"}


def test_filters(reader: Caller, project: Project, triager: User) -> None:
    make_problem(project, slug="a", title="Sevens", labels=["x", 'quo"te'], assignee="triager")
    make_problem(project, slug="b", title="Ones", description="like sevens", labels=["xy"])
    make_problem(project, slug="c", title="Nines", labels=["X", "schön", "back\\"])
    Problem.objects.filter(slug="c").update(status="confirmed")
    for query, expected in (
        ({"status": "confirmed"}, ["c"]),
        ({"assignee": "triager"}, ["a"]),
        ({"assignee": "ghost"}, []),
        ({"label": "x"}, ["a"]),
        ({"label": 'quo"te'}, ["a"]),
        ({"label": "te"}, []),
        ({"label": "schön"}, ["c"]),
        ({"label": "back\\"}, ["c"]),
        ({"q": "SEVENS"}, ["a", "b"]),
        ({"q": "100%"}, []),
        ({"q": "nines", "status": "triage"}, []),
    ):
        assert slugs(reader, ordering="number", **query) == expected, query


def test_orderings(reader: Caller, project: Project) -> None:
    for slug, priority, reports in (("a", 1.0, 3), ("b", None, 2), ("c", 9.0, 1), ("d", None, 0)):
        problem = make_problem(project, slug=slug)
        Problem.objects.filter(pk=problem.pk).update(priority=priority, reports_count=reports)
    assert slugs(reader) == ["c", "a", "b", "d"]
    assert slugs(reader, ordering="priority") == ["a", "c", "b", "d"]
    assert slugs(reader, ordering="-number") == ["d", "c", "b", "a"]
    assert slugs(reader, ordering="-reports_count") == ["a", "b", "c", "d"]
    for wrong in ("title", "--priority", ""):
        assert_problem(reader.get("problems/", ordering=wrong), 400)


def test_the_list_takes_as_many_queries_for_ten_as_for_one(
    reader: Caller, project: Project, triager: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    models = [make_model(project) for _ in range(3)]
    for _ in range(10):
        problem = make_problem(project, assignee="triager")
        make_patterns(problem, [equals("good")])
        for model in models:
            make_result(model, problem)
    reader.get("problems/")
    # The token, the problems, the models' versions, the verdicts.
    with django_assert_num_queries(4):
        assert len(reader.get("problems/").json()["results"]) == 10


def test_rights(
    signed_in: SignIn, viewer: User, reporter: User, triager: User, stranger: User, project: Project
) -> None:
    path = f"problems/{make_problem(project).slug}/"
    for person in (viewer, reporter):
        caller = signed_in(person)
        assert caller.get(path).status_code == 200
        for answer in (
            caller.post("problems/", {"title": "A"}),
            caller.patch(path, {"title": "A"}),
            caller.delete(path),
            caller.post(f"{path}transition/", {"to": "confirmed"}),
        ):
            assert_problem(answer, 403)
    caller = signed_in(stranger)
    for answer in (caller.get(path), caller.patch(path, {"title": "A"}), caller.delete(path)):
        assert_problem(answer, 404)
    assert signed_in(triager).patch(path, {"title": "A"}).status_code == 200


def test_a_problem_of_another_project_is_not_found(reader: Caller, writer: Caller) -> None:
    elsewhere = f"problems/{make_problem(make_project()).slug}/"
    assert_problem(reader.get(elsewhere), 404)
    assert_problem(writer.delete(elsewhere), 404)
    assert slugs(reader) == []


def test_moves(writer: Caller, project: Project) -> None:
    first, second = make_problem(project), make_problem(project)
    move = f"problems/{first.slug}/transition/"
    assert writer.post(move, {"to": "confirmed"}).json()["status"] == "confirmed"
    assert writer.post(move, {"to": "in_progress"}).json()["status"] == "in_progress"
    closed = writer.post(move, {"to": "fixed", "reason": "by a filter"}).json()
    assert (closed["status"], closed["closed_by_hand"]) == ("fixed", True)
    merged = writer.post(move, {"to": "duplicate", "duplicate_of": second.slug}).json()
    assert (merged["status"], merged["duplicate_of"]) == ("duplicate", second.slug)
    assert writer.post(move, {"to": "triage"}).json()["status"] == "triage"
    assert writer.post(move, {"to": "rejected", "reason": "label error"}).json()["status"] == "rejected"


def test_an_illegal_move_says_which_are_legal(writer: Caller, project: Project) -> None:
    move = f"problems/{make_problem(project).slug}/transition/"
    writer.post(move, {"to": "rejected", "reason": "won't fix"})
    detail = assert_problem(writer.post(move, {"to": "fixed", "reason": "x"}), 409)["detail"]
    assert all(legal in detail for legal in ("triage", "confirmed", "in_progress"))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"to": "regressed"}, "to"),
        ({}, "to"),
        ({"to": "rejected"}, "reason"),
        ({"to": "duplicate"}, "duplicate_of"),
        ({"to": "duplicate", "duplicate_of": "nowhere"}, "duplicate_of"),
        ({"to": "confirmed", "by": "me"}, "by"),
    ],
)
def test_a_wrong_move_is_refused(writer: Caller, project: Project, body: dict[str, Any], field: str) -> None:
    move = f"problems/{make_problem(project).slug}/transition/"
    assert list(assert_problem(writer.post(move, body), 400)["errors"]) == [field]
