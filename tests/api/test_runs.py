"""Runs: asked for, watched, retried, cancelled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import Caller
from tests.api.test_problem_details import assert_problem
from tests.factories import (
    equals,
    evaluate,
    make_model,
    make_outputs,
    make_patterns,
    make_problem,
    make_project,
)
from tracker.projects.models import Project, User
from tracker.runs.models import Run

SignIn = Callable[[User], Caller]


@pytest.fixture
def _described(project: Project) -> None:
    make_patterns(make_problem(project, slug="negation"), [equals("good")])
    make_model(project, "v1"), make_model(project, "v2")


@pytest.mark.usefixtures("_described")
def test_a_run_says_what_it_waits_for_and_is_made_to_ask_at_once(writer: Caller) -> None:
    run_id = writer.post("runs/").json()[0]["id"]
    at = datetime(2030, 1, 2, 3, 4, tzinfo=UTC)
    Run.objects.filter(pk=run_id).update(status="running", waiting_for="connection refused", ask_again_at=at)
    shown = writer.get(f"runs/{run_id}/").json()
    assert (shown["waiting_for"], shown["ask_again_at"]) == ("connection refused", "2030-01-02T03:04:00Z")
    answer = writer.post(f"runs/{run_id}/retry/")
    assert (answer.status_code, answer.json()["id"], answer.json()["ask_again_at"]) == (202, run_id, None)


@pytest.mark.usefixtures("_described")
def test_asking_for_runs(writer: Caller) -> None:
    answer = writer.post("runs/")
    assert answer.status_code == 202
    assert [run["model"] for run in answer.json()] == ["v1", "v2"]
    shown = answer.json()[0]
    assert (shown["status"], shown["progress"]) == ("queued", {"done": 0, "total": 0})
    assert writer.get(f"runs/{shown['id']}/").json() == shown
    # The same work again collapses into what is queued.
    assert [run["id"] for run in writer.post("runs/", {}).json()] == [run["id"] for run in answer.json()]


@pytest.mark.usefixtures("_described")
def test_asking_for_some(writer: Caller) -> None:
    (run,) = writer.post("runs/", {"models": ["v2"], "problems": ["negation"]}).json()
    assert (run["model"], run["problems"]) == ("v2", ["negation"])


@pytest.mark.usefixtures("_described")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"models": ["v9"]}, "models"),
        ({"problems": ["nowhere"]}, "problems"),
        ({"models": []}, "models"),
        ({"models": "v1"}, "models"),
        ({"all": True}, "all"),
    ],
)
def test_a_wrong_request_is_refused(writer: Caller, body: dict[str, object], field: str) -> None:
    assert list(assert_problem(writer.post("runs/", body), 400)["errors"]) == [field]
    assert Run.objects.count() == 0


@pytest.mark.usefixtures("_described")
def test_a_finished_run_tells_its_numbers(writer: Caller, project: Project) -> None:
    make_outputs(project.models.get(version="v1"), {"good": "positive"})
    evaluate(project)
    (run,) = writer.get("runs/", model="v1").json()["results"]
    assert (run["status"], run["reused"] + run["asked"], run["failed"], run["error"]) == (
        "finished",
        1,
        0,
        None,
    )
    assert run["progress"]["done"] == run["progress"]["total"] > 0
    assert writer.get("problems/negation/").json()["verdicts"]["v1"] == "inconclusive"


@pytest.mark.usefixtures("_described")
def test_cancelling_and_retrying(writer: Caller) -> None:
    run = f"runs/{writer.post('runs/', {'models': ['v1']}).json()[0]['id']}/"
    assert_problem(writer.post(f"{run}retry/"), 409)
    assert writer.post(f"{run}cancel/").json()["status"] == "cancelled"
    assert_problem(writer.post(f"{run}cancel/"), 409)
    again = writer.post(f"{run}retry/")
    assert (again.status_code, again.json()["status"]) == (202, "queued")
    assert_problem(writer.post(f"{run}retry/", {"now": True}), 400)


@pytest.mark.usefixtures("_described")
def test_the_list_its_filters_and_its_queries(
    writer: Caller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [run["id"] for run in writer.post("runs/", {"problems": ["negation"]}).json()]
    assert [row["id"] for row in writer.get("runs/").json()["results"]] == ids[::-1]
    assert [row["id"] for row in writer.get("runs/", model="v1").json()["results"]] == ids[:1]
    assert writer.get("runs/", status="finished").json()["results"] == []
    assert_problem(writer.get("runs/", status="lost"), 400)
    # The token, the runs, the slugs of their problems.
    with django_assert_num_queries(3):
        writer.get("runs/")


@pytest.mark.usefixtures("_described")
def test_rights(signed_in: SignIn, viewer: User, reporter: User, stranger: User, writer: Caller) -> None:
    run = f"runs/{writer.post('runs/').json()[0]['id']}/"
    for person in (viewer, reporter):
        caller = signed_in(person)
        assert caller.get(run).status_code == 200
        for path in ("runs/", f"{run}retry/", f"{run}cancel/"):
            assert_problem(caller.post(path), 403)
    caller = signed_in(stranger)
    for answer in (caller.get("runs/"), caller.get(run), caller.post("runs/"), caller.post(f"{run}cancel/")):
        assert_problem(answer, 404)


def test_a_run_of_another_project_is_not_found(writer: Caller) -> None:
    other = make_project()
    run = Run.objects.create(project=other, model=make_model(other))
    assert_problem(writer.get(f"runs/{run.pk}/"), 404)
    assert_problem(writer.post(f"runs/{run.pk}/cancel/"), 404)
