"""The metrics page: who may read it, and what it counts."""

from __future__ import annotations

import re
from ipaddress import ip_network

import pytest
from django.test import Client
from pytest_django import Settings

from tests.api.conftest import Caller
from tests.factories import equals, make_model, make_patterns, make_problem
from tracker.api.metrics import stale_results
from tracker.candidates.models import CandidateModel
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.runs.models import Result, Run


def value_of(page: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE)
    assert found, f"no {name} in {page}"
    return float(found[1])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "10.1.2.3"}, 200),
        ({"REMOTE_ADDR": "203.0.113.9"}, 401),
        ({"REMOTE_ADDR": ""}, 401),
        # Passed on by a proxy on this machine: it is not from here, and cannot say so either.
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 401),
        ({"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 401),
    ],
)
def test_who_may_read_it(environ: dict[str, str], status: int, settings: Settings) -> None:
    settings.METRICS_NETWORKS = (ip_network("10.0.0.0/8"),)
    assert Client().get("/metrics", **environ).status_code == status  # type: ignore[arg-type]


def test_a_token_reads_it_if_it_may_administer(administrator: Caller, writer: Caller) -> None:
    for caller, status in ((administrator, 200), (writer, 403)):
        answer = Client().get("/metrics", headers=caller.headers, REMOTE_ADDR="203.0.113.9")
        assert answer.status_code == status


def test_requests_are_counted_by_route(reader: Caller) -> None:
    name = 'tracker_http_requests_total{method="GET",route="api/v1/projects/<str:project>/",status="200"}'
    reader.get()
    before = value_of(Client().get("/metrics").content.decode(), name)
    reader.get()
    assert value_of(Client().get("/metrics").content.decode(), name) == before + 1


def test_runs_and_the_age_of_the_queue(project: Project) -> None:
    empty = Client().get("/metrics").content.decode()
    assert value_of(empty, "tracker_queue_age_seconds") == 0
    assert value_of(empty, 'tracker_runs_under_way{status="queued"}') == 0
    Run.objects.create(project=project, model=make_model(project))
    page = Client().get("/metrics").content.decode()
    assert value_of(page, 'tracker_runs_under_way{status="queued"}') == 1
    assert value_of(page, "tracker_queue_age_seconds") > 0


def make_result(model: CandidateModel, problem: Problem, **fields: object) -> Result:
    values = {
        "revision": problem.revision, "criterion": problem.project.fix_criterion,
        "facts_version": model.facts_version,
        "n_cases": 1, "n_scored": 1, "n_failed": 0, "n_judged": 1, "n_judged_scored": 1, "n_judged_failed": 0,
        "verdict": "inconclusive",
    }  # fmt: skip
    return Result.objects.create(
        project=problem.project, model=model, problem=problem, **{**values, **fields}
    )


def test_stale_results_are_pairs_without_a_fresh_result(project: Project) -> None:
    assert stale_results() == 0
    described, second = make_problem(project), make_problem(project)
    make_problem(project)  # not described: nothing to evaluate
    make_patterns(described, [equals("good")])
    make_patterns(second, [equals("fine")])
    old, new = make_model(project), make_model(project)
    assert stale_results() == 4  # 2 models x 2 described problems
    make_result(old, described)
    make_result(new, described, facts_version=7)
    make_result(new, second, criterion="{}")
    assert stale_results() == 3
    CandidateModel.objects.filter(pk=old.pk).update(stage="archived")
    assert stale_results() == 2
