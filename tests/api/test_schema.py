"""The published schema: complete, valid, and what the server really answers (schemathesis)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.api.conftest import BASE, LINES, TokenMaker
from tests.factories import equals, make_model, make_outputs, make_patterns, make_problem
from tracker.problems.models import Pattern
from tracker.projects.changes import create_token
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM
from tracker.runs.requests import request_runs
from tracker.triage.intake import file_report
from tracker.triage.report_bodies import ReportBody
from tracker.wsgi import application

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance, unsupported_method,
]  # fmt: skip
METHODS = ("get", "post", "patch", "delete")


@schemathesis.serializer(LINES)
def as_lines(_ctx: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")


schema = schemathesis.openapi.from_wsgi(f"{BASE}schema/", application)


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """The server would close the test's connection, with its transaction, after each request."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def known(project: Project, admin: User, stranger: User) -> dict[str, Any]:
    """Rows to be found, as the parts of addresses that name them."""
    problem = make_problem(project, slug="negation", harm="major")
    make_patterns(problem, [equals("good"), equals("fine")])
    make_outputs(make_model(project, "v1"), {"good": "positive"})
    report, _is_new = file_report(SYSTEM, project, ReportBody(input="x", predicted="positive"))
    (run,) = request_runs(SYSTEM, project)
    token, _secret = create_token(SYSTEM, project, name="other", scopes=["read"])
    return {
        "project": project.slug, "slug": problem.slug, "version": "v1", "user": "admin", "run_id": run.pk,
        "report_id": report.pk, "token_id": token.pk, "pattern_id": Pattern.objects.earliest("pk").pk,
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.usefixtures("_one_connection")
@schema.parametrize()
@settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    # The database keeps what earlier examples did, which is fine: any state has documented answers.
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
def test_every_answer_is_documented(case: Any, known: dict[str, Any], with_token: TokenMaker) -> None:
    # Random parts of addresses find nothing; most calls go where there is something.
    if len(repr(case.body)) % 5:
        case.path_parameters = {name: known.get(name, value) for name, value in case.path_parameters.items()}
    headers = with_token("admin").headers
    case.call_and_validate(headers=headers, checks=CHECKS)


def test_the_schema_is_valid_and_makes_no_warnings(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


def test_every_operation_of_the_contract_is_there() -> None:
    published = Client().get(f"{BASE}schema/").json()
    project = "/projects/{project}/"
    problem, model = f"{project}problems/{{slug}}/", f"{project}models/{{version}}/"
    contract = {
        "/projects/": "get post", project: "get patch", f"{project}reports/": "get post",
        f"{project}reports/{{report_id}}/": "get patch", f"{project}problems/": "get post",
        problem: "get patch delete", f"{problem}transition/": "post", f"{problem}patterns/": "get post",
        f"{problem}patterns/{{pattern_id}}/": "get patch delete", f"{problem}history/": "get",
        f"{problem}events/": "get", f"{problem}comments/": "get post", f"{project}members/": "get post",
        f"{project}members/{{user}}/": "get delete", f"{project}tokens/": "get post",
        f"{project}tokens/{{token_id}}/": "delete", f"{project}export/": "get", f"{project}models/": "get post",
        model: "get patch", f"{model}missing/": "get", f"{model}trained_on/": "post",
        f"{model}outputs/": "get post", f"{model}activate/": "post", f"{project}runs/": "get post",
        f"{model}activations/": "get", f"{model}activations/{{activation_id}}/undo/": "post",
        f"{model}gate/": "get", f"{project}compare/": "get",
        f"{project}runs/{{run_id}}/": "get", f"{project}runs/{{run_id}}/retry/": "post",
        f"{project}runs/{{run_id}}/cancel/": "post", f"{project}patterns/": "post",
        f"{project}runs/{{run_id}}/changed_answers/": "get", f"{model}events/": "get",
        f"{project}models/try/": "post", f"{model}try/": "post",
    }  # fmt: skip
    shown = {
        path.removeprefix("/api/v1"): " ".join(method for method in METHODS if method in operations)
        for path, operations in published["paths"].items()
    }
    assert shown == contract


def test_every_operation_says_what_it_does_and_who_may() -> None:
    published = Client().get(f"{BASE}schema/").json()
    ids = []
    for operations in published["paths"].values():
        for operation in operations.values():
            assert operation["summary"]
            assert operation["security"] == [{"token": []}, {"session": []}]
            assert {"401", "403", "404", "429"} <= operation["responses"].keys()
            ids.append(operation["operationId"])
    assert len(set(ids)) == len(ids)
