"""Test patterns: adding one or many, revisions, relabelling, retiring, filters on what was said of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import LINES, Caller
from tests.api.test_problem_details import assert_problem
from tests.factories import equals, make_patterns, make_problem, make_project
from tracker.problems.models import OpenRevision, Pattern, Problem
from tracker.projects.models import Project, User

SignIn = Callable[[User], Caller]
NEGATIVE = {"type": "one_of", "labels": ["negative", "neutral"]}


@pytest.fixture
def problem(project: Project) -> Problem:
    return make_problem(project, slug="negation")


@pytest.fixture
def path(problem: Problem) -> str:
    return "problems/negation/patterns/"


def inputs(caller: Caller, path: str, **query: Any) -> list[str]:
    answer = caller.get(path, **query)
    assert answer.status_code == 200, answer.content
    return [row["input"] for row in answer.json()["results"]]


def test_a_pattern_and_its_fields(writer: Caller, path: str) -> None:
    body = {
        "case": "17", "input": "Maria was kind", "base": "John was kind",
        "expectation": {"type": "invariant", "tolerance": 0.1}, "source": {"selected_on": "v8"},
        "meta": {"group": "names"},
    }  # fmt: skip
    answer = writer.post(path, body)
    assert answer.status_code == 201
    shown = answer.json()
    assert {name: shown[name] for name in body} == body
    assert (shown["added_in"], shown["retired_in"], shown["replaces"]) == (1, None, None)
    assert writer.get(f"{path}{shown['id']}/").json() == shown


def test_the_same_again_answers_200_and_makes_no_revision(
    writer: Caller, path: str, problem: Problem
) -> None:
    first, again = writer.post(path, equals("good")), writer.post(path, equals("good"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    problem.refresh_from_db()
    assert problem.revision == 1


def test_the_problem_may_be_named_if_it_is_this_one(writer: Caller, path: str) -> None:
    assert writer.post(path, {**equals("good"), "problem": "negation"}).status_code == 201
    answer = writer.post(path, {**equals("bad"), "problem": "other"})
    assert list(assert_problem(answer, 400)["errors"]) == ["problem"]


def test_a_bulk_is_one_revision_and_names_its_bad_lines(writer: Caller, path: str, problem: Problem) -> None:
    answer = writer.lines(
        path,
        equals("one"),
        {"input": "two", "expectation": {"type": "equals", "label": "purple"}},
        "{broken",
        "",
        {"input": "three", "expectation": {"type": "invariant"}},
        {"input": "four", "expectation": {"type": "matches", "pattern": "("}},
        {"input": "five", "expectation": {"type": "juggles"}},
        {**equals("six"), "problem": "other"},
        {**equals("seven"), "colour": "red"},
        equals("one"),
        equals("eight"),
    )
    assert answer.status_code == 200
    outcome = answer.json()
    assert (outcome["accepted"], outcome["duplicates"]) == (2, 1)
    assert {row["line"]: list(row["errors"]) for row in outcome["rejected"]} == {
        2: ["expectation.label"], 3: ["body"], 5: ["base"], 6: ["expectation.pattern"], 7: ["expectation.type"],
        8: ["problem"], 9: ["colour"],
    }  # fmt: skip
    problem.refresh_from_db()
    assert problem.revision == 1
    assert inputs(writer, path) == ["one", "eight"]


def test_two_writers_at_once_take_turns(writer: Caller, path: str, problem: Problem) -> None:
    OpenRevision.objects.create(
        project=problem.project, problem=problem, revision=1, token=uuid4(),
        lease_until=timezone.now() + timedelta(seconds=30),
    )  # fmt: skip
    for answer in (writer.post(path, equals("one")), writer.lines(path, equals("one"))):
        assert_problem(answer, 409)
        assert int(answer.headers["Retry-After"]) > 0
    assert Pattern.objects.count() == 0


def test_gzipped_lines(writer: Caller, path: str) -> None:
    packed = gzip.compress("\n".join(json.dumps(equals(str(n))) for n in range(100)).encode())
    answer = writer.post(path, packed, LINES, Content_Encoding="gzip")
    assert answer.json() == {"accepted": 100, "duplicates": 0, "rejected": []}


def test_a_hanging_regular_expression_hangs_nothing(writer: Caller, path: str) -> None:
    body = {"input": "a" * 30, "expectation": {"type": "matches", "pattern": "(a+)+$"}}
    assert writer.post(path, body).status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"expectation": {"type": "equals", "label": "positive"}}, "input"),
        ({"input": "x"}, "expectation"),
        ({"input": "x", "expectation": {"type": "invariant"}}, "base"),
        ({"input": "x", "expectation": {"type": "equals", "label": "purple"}}, "expectation.label"),
        ({**equals("x"), "source": "guessed"}, "source"),
        ({**equals("x"), "case": ""}, "case"),
        ({**equals("x"), "meta": []}, "meta"),
    ],
)
def test_a_wrong_pattern_is_refused(writer: Caller, path: str, body: dict[str, Any], field: str) -> None:
    assert list(assert_problem(writer.post(path, body), 400)["errors"]) == [field]
    assert Pattern.objects.count() == 0


def test_the_set_as_it_was(writer: Caller, path: str) -> None:
    first = writer.post(path, equals("one")).json()
    writer.post(path, equals("two"))
    writer.delete(f"{path}{first['id']}/")
    assert inputs(writer, path) == ["two"]
    assert inputs(writer, path, revision=0) == []
    assert inputs(writer, path, revision=1) == ["one"]
    assert inputs(writer, path, revision=2) == ["one", "two"]
    for wrong in (4, -1, "new", 10**30):
        assert list(assert_problem(writer.get(path, revision=wrong), 400)["errors"]) == ["revision"]


def test_relabelling_puts_another_in_its_place(writer: Caller, path: str, problem: Problem) -> None:
    old = writer.post(path, {**equals("so so"), "case": "1", "meta": {"by": "ann"}}).json()
    answer = writer.patch(f"{path}{old['id']}/", {"expectation": NEGATIVE})
    assert answer.status_code == 200
    new = answer.json()
    assert new["replaces"] == old["id"] != new["id"]
    assert (new["expectation"], new["case"], new["meta"]) == (NEGATIVE, "1", {"by": "ann"})
    assert writer.get(f"{path}{old['id']}/").json()["retired_in"] == new["added_in"] == 2
    for answer in (
        writer.patch(f"{path}{old['id']}/", {"expectation": NEGATIVE}),
        writer.delete(f"{path}{old['id']}/"),
    ):
        assert_problem(answer, 409)


def test_a_wrong_relabelling_is_refused(writer: Caller, path: str) -> None:
    pattern = f"{path}{writer.post(path, equals('one')).json()['id']}/"
    for body in ({"expectation": {"type": "equals", "label": "purple"}}, {"input": "x"}, {}):
        assert_problem(writer.patch(pattern, body), 400)


def test_retiring(writer: Caller, path: str) -> None:
    pattern = f"{path}{writer.post(path, equals('one')).json()['id']}/"
    assert writer.delete(pattern).status_code == 204
    assert inputs(writer, path) == []
    assert writer.get(pattern).json()["retired_in"] == 2
    # What was retired is not revived by sending it again.
    assert writer.lines(path, equals("one")).json() == {"accepted": 0, "duplicates": 1, "rejected": []}
    assert inputs(writer, path) == []


def test_filters_on_what_was_said_of_patterns(reader: Caller, problem: Problem, path: str) -> None:
    make_patterns(
        problem,
        [
            {**equals("a"), "meta": {"group": "names", "n": 3}},
            {**equals("b"), "meta": {"group": "places", "odd one": "x"}},
            equals("c"),
        ],
    )
    for query, expected in (
        ({"meta.group": "names"}, ["a"]),
        ({"meta.n": "3"}, ["a"]),
        ({"meta.group": "names", "meta.n": "4"}, []),
        ({"meta.group": "names", "meta.n": "3"}, ["a"]),
        ({"meta.odd one": "x"}, ["b"]),
        ({"meta.other": "names"}, []),
    ):
        assert inputs(reader, path, **query) == expected, query
    assert_problem(reader.get(path, group="names"), 400)


def test_the_list_takes_as_many_queries_for_ten_as_for_one(
    reader: Caller, problem: Problem, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_patterns(problem, [equals(str(n)) for n in range(10)])
    reader.get(path)
    # The token, the problem, the patterns with what they show, the sources of their cases.
    with django_assert_num_queries(4):
        assert len(inputs(reader, path)) == 10


def test_rights(
    signed_in: SignIn, viewer: User, reporter: User, triager: User, stranger: User, path: str, writer: Caller
) -> None:
    one = f"{path}{writer.post(path, equals('one')).json()['id']}/"
    for person in (viewer, reporter):
        caller = signed_in(person)
        assert inputs(caller, path) == ["one"]
        for answer in (
            caller.post(path, equals("two")),
            caller.lines(path, equals("two")),
            caller.patch(one, {"expectation": NEGATIVE}),
            caller.delete(one),
        ):
            assert_problem(answer, 403)
    caller = signed_in(stranger)
    for answer in (caller.get(path), caller.post(path, equals("two")), caller.get(one), caller.delete(one)):
        assert_problem(answer, 404)
    assert signed_in(triager).post(path, equals("two")).status_code == 201


def test_a_pattern_of_another_problem_is_not_found(reader: Caller, project: Project, path: str) -> None:
    for other in (make_problem(project), make_problem(make_project())):
        make_patterns(other, [equals("one")])
        assert_problem(reader.get(f"{path}{Pattern.objects.latest('pk').pk}/"), 404)


def test_a_repeat_under_a_key_returns_the_first_answer(writer: Caller, path: str) -> None:
    first = writer.lines(path, equals("one"), Idempotency_Key="k")
    again = writer.lines(path, equals("one"), Idempotency_Key="k")
    assert first.json() == again.json() == {"accepted": 1, "duplicates": 0, "rejected": []}
