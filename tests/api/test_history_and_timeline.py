"""The regression chart's numbers, the events and the comments of a problem."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import Caller
from tests.api.test_metrics import make_result
from tests.api.test_problem_details import assert_problem
from tests.factories import day, equals, make_model, make_patterns, make_problem
from tracker.problems.models import Problem
from tracker.projects.models import Project, User

SignIn = Callable[[User], Caller]


@pytest.fixture
def problem(project: Project) -> Problem:
    problem = make_problem(project, slug="negation")
    make_patterns(problem, [equals("good")])
    return problem


def test_every_model_in_training_order_on_one_revision(
    reader: Caller, project: Project, problem: Problem, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    verdicts = {3: "fixed", 1: "failing", 2: "inconclusive", 5: "failing"}
    for number, verdict in verdicts.items():
        model = make_model(project, f"v{number}", trained_at=day(number))
        make_result(
            model, problem, verdict=verdict, n_cases=30, n_scored=29, n_failed=6, error=0.2, interval=[0.1, 0.4],
            n_judged=25, n_judged_failed=5, judged_error=0.25, judged_interval=[0.2, 0.3],
        )  # fmt: skip
    make_model(project, "v4", trained_at=day(4))
    reader.get()
    # The token, the problem, the results, the models.
    with django_assert_num_queries(4):
        history = reader.get("problems/negation/history/").json()
    assert sorted(history) == ["criterion", "fixed_in", "introduced_in", "models", "problem", "revision"]
    assert (history["problem"], history["revision"]) == ("negation", 1)
    assert history["criterion"] == {"rule": "bound", "max_error": 0.1, "confidence": 0.9, "min_cases": 5}
    assert [point["version"] for point in history["models"]] == ["v1", "v2", "v3", "v4", "v5"]
    assert history["models"][0] == {
        "version": "v1", "trained_at": "2020-01-01T00:00:00Z", "stage": "candidate", "n_cases": 30,
        "n_scored": 29, "n_failed": 6, "error": 0.2, "interval": [0.1, 0.4], "n_judged": 25, "n_judged_failed": 5,
        "judged_error": 0.25, "judged_interval": [0.2, 0.3], "verdict": "failing",
    }  # fmt: skip
    # Not evaluated is null, not zero.
    assert set(history["models"][3].values()) == {"v4", "2020-01-04T00:00:00Z", "candidate", None}
    # By hand: v3 was fixed, v5 fails (v4 is not decided); nothing was fixed since.
    assert history["introduced_in"] == {"after": "v3", "by": "v5"}
    assert history["fixed_in"] is None


def test_an_older_revision(reader: Caller, project: Project, problem: Problem) -> None:
    model = make_model(project, "v1")
    make_result(model, problem, verdict="failing")
    make_patterns(problem, [equals("fine")])
    assert reader.get("problems/negation/history/").json()["models"][0]["verdict"] is None
    older = reader.get("problems/negation/history/", revision=1).json()
    assert (older["revision"], older["models"][0]["verdict"]) == (1, "failing")
    assert older["introduced_in"] == {"after": None, "by": "v1"}
    for wrong in (3, -1, "x"):
        assert_problem(reader.get("problems/negation/history/", revision=wrong), 400)


def test_events_newest_first(writer: Caller, problem: Problem) -> None:
    writer.patch("problems/negation/", {"title": "New title"})
    events = writer.get("problems/negation/events/").json()["results"]
    assert [event["kind"] for event in events] == ["problem_changed", "patterns_added", "problem_created"]
    assert events[0]["actor"] == "token test"
    assert events[0]["evidence"]["title"]["to"] == "New title"
    assert all(event["words"] for event in events)


def test_comments(writer: Caller, problem: Problem) -> None:
    answer = writer.post("problems/negation/comments/", {"text": "  Seen in Spanish too. "})
    assert answer.status_code == 201
    assert answer.json()["text"] == "Seen in Spanish too."
    assert writer.get("problems/negation/comments/").json()["results"] == [answer.json()]
    for wrong in ({"text": " "}, {"text": "x" * 10_001}, {}, {"text": "x", "by": "me"}):
        assert_problem(writer.post("problems/negation/comments/", wrong), 400)


def test_rights(
    signed_in: SignIn, viewer: User, reporter: User, stranger: User, product: Caller, problem: Problem
) -> None:
    for name in ("history", "events", "comments"):
        path = f"problems/negation/{name}/"
        assert signed_in(viewer).get(path).status_code == 200
        assert_problem(signed_in(stranger).get(path), 404)
        assert_problem(product.get(path), 403)
    comment = {"text": "Hello"}
    assert_problem(signed_in(viewer).post("problems/negation/comments/", comment), 403)
    assert_problem(signed_in(stranger).post("problems/negation/comments/", comment), 404)
    # A token that ships inside a product files reports and nothing else.
    assert_problem(product.post("problems/negation/comments/", comment), 403)
    assert signed_in(reporter).post("problems/negation/comments/", comment).status_code == 201
