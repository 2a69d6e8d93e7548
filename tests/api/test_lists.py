"""Every list: its queries do not grow with its rows, and its pages are of one form."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import BASE, Caller
from tests.factories import equals, make_model, make_patterns, make_problem
from tracker.candidates.model_changes import update_model
from tracker.projects.changes import create_token, set_member
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM, Role
from tracker.runs.models import Run
from tracker.triage.comments import add_comment
from tracker.triage.intake import file_report
from tracker.triage.report_bodies import ReportBody

LISTS: dict[str, Callable[[Project, int], object]] = {
    "members/": lambda project, n: set_member(
        SYSTEM, project, User.objects.create_user(f"user-{n}"), Role.VIEWER
    ),
    "tokens/": lambda project, n: create_token(SYSTEM, project, name=f"token {n}", scopes=["read"]),
    "reports/": lambda project, n: file_report(SYSTEM, project, ReportBody(input=n, predicted="positive")),
    "problems/": lambda project, n: make_problem(project),
    "problems/negation/patterns/": lambda project, n: make_patterns(
        project.problems.get(slug="negation"), [equals(f"text {n}", case=str(n))]
    ),
    "problems/negation/events/": lambda project, n: add_comment(
        SYSTEM, project.problems.get(slug="negation"), "Hello"
    ),
    "problems/negation/comments/": lambda project, n: add_comment(
        SYSTEM, project.problems.get(slug="negation"), "Hello"
    ),
    "models/": lambda project, n: make_model(project),
    "models/v1/events/": lambda project, n: update_model(
        SYSTEM,
        project.models.filter(version="v1").first() or make_model(project, "v1"),
        {"lineage": {"seed": n + 1}},
    ),
    "runs/": lambda project, n: Run.objects.create(project=project, model=make_model(project)),
}


@pytest.mark.parametrize("path", LISTS)
def test_more_rows_take_no_more_queries(administrator: Caller, project: Project, path: str) -> None:
    make_problem(project, slug="negation")
    LISTS[path](project, 0)
    administrator.get(path)
    with CaptureQueriesContext(connection) as for_one:
        few = len(administrator.get(path).json()["results"])
    for number in range(1, 5):
        LISTS[path](project, number)
    with CaptureQueriesContext(connection) as for_five:
        page = administrator.get(path).json()
    assert len(page["results"]) >= few + 4
    assert len(for_five) == len(for_one)
    assert sorted(page) == ["next", "previous", "results"]


@pytest.mark.parametrize("path", [*LISTS, f"{BASE}projects/"])
def test_every_list_has_pages(administrator: Caller, project: Project, path: str) -> None:
    make_problem(project, slug="negation")
    make_model(project, "v1")
    assert administrator.get(path, limit=500).status_code == 200
    assert administrator.get(path, limit=501).status_code == 400
    assert administrator.get(path, colour="red").status_code == 400
