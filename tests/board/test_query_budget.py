"""No page takes more than fifteen queries, however much there is to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.board.conftest import TEXTS, Scene, report
from tests.board.test_access import FILES, PAGES, urls
from tests.board.visitors import Visitor, words
from tests.factories import equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tracker.candidates.model_changes import activate_model
from tracker.problems.models import Pattern, Problem
from tracker.problems.problem_changes import update_problem
from tracker.problems.revisions import relabel_pattern, retire_pattern
from tracker.problems.sample_models import Sample, SampleOrigin
from tracker.problems.sampling import cancel_sample, draw_sample
from tracker.projects.changes import create_token, set_member, update_project
from tracker.projects.examples import canonical_input
from tracker.projects.models import Event, User
from tracker.projects.rights import SYSTEM, Role
from tracker.runs.requests import request_runs
from tracker.triage.comments import add_comment
from tracker.triage.moves import move_problem
from tracker.triage.report_links import dismiss_report, link_report

MOST = 15
ASKED = {
    "board": ["?view=table", "?text=not", "?status=duplicate"],
    "inbox": ["?status=linked", "?status=dismissed"],
    "problem": ["?revision=1", "?with=2&with=3", "?revision=1&with=2&with=3"],
    "matrix": ["?show=flips", "?revision=1"],
    "models": ["?q=model"],
    "history_csv": ["?with=2&with=3"],
    "compare": ["?base=v2&head=v1", "?base_at=2026-01-01", "?show=newly_passing&head=v2"],
}
"""What pages are asked for besides what they show by themselves."""


def queries(visitor: Visitor, addresses: Iterable[str]) -> dict[str, int]:
    """Return how many queries each page takes."""
    found = {}
    for address in addresses:
        visitor.client.get(address)  # what is asked once per process is asked now
        with CaptureQueriesContext(connection) as captured:
            answer = visitor.client.get(address)
            assert answer.status_code == 200, address
            assert answer.getvalue() is not None  # files are read while they are sent
        found[address] = len(captured)
    return found


def grow(scene: Scene, name: str) -> None:
    """Add some of everything that a project holds, so that a second time makes it twice as much."""
    project, problem = scene.project, scene.problem
    duplicate = make_problem(project, title=f"Twin {name}")
    other = make_problem(project, title=f"Irony {name}", harm="major")
    make_patterns(other, [equals(f"irony {name} {number}") for number in range(6)])
    model = make_model(project, f"model-{name}")
    make_outputs(model, dict.fromkeys(TEXTS, "positive"))
    evaluate(project)  # what follows leaves these results behind
    linked = [report(project, f"linked {name} {number}", model=scene.v1.version) for number in range(3)]
    for each in linked:
        link_report(SYSTEM, each, problem)
    dismiss_report(SYSTEM, report(project, f"dismissed {name}"), "spam")
    report(project, f"new {name}", reporter=name)
    make_patterns(problem, [equals(f"more {name} {number}") for number in range(6)])
    first, second = Pattern.objects.alive_at(problem.revision).filter(problem=problem).order_by("-pk")[:2]
    relabel_pattern(SYSTEM, first, {"type": "equals", "label": "neutral"})
    retire_pattern(SYSTEM, second)
    add_comment(SYSTEM, problem, f"Like #{other.number}, says {name}.")
    move_problem(SYSTEM, duplicate, "duplicate", duplicate_of=problem)
    update_problem(SYSTEM, problem, {"description": f"Not #{duplicate.number}"})
    request_runs(SYSTEM, project)
    _draw(problem, name)
    create_token(SYSTEM, project, name=name, scopes=["read"])
    set_member(SYSTEM, project, User.objects.create_user(username=name, password="not-secret"), Role.VIEWER)
    problem.refresh_from_db()


def _draw(problem: Problem, name: str) -> None:
    """Add a sample that nobody labels any more."""
    if problem.samples.open().exists():
        Sample.objects.create(
            project=problem.project, problem=problem, origin=SampleOrigin.PASTED, seed=1, pool=9, known=0,
            pool_digest=name, expectation={"type": "equals"}, status="cancelled", closed_at=problem.created_at,
        )  # fmt: skip
        return
    inputs = [canonical_input(f"drawn {name} {number}") for number in range(3)]
    shared = {"type": "equals"}
    drawn = draw_sample(SYSTEM, problem, inputs, origin=SampleOrigin.PASTED, n=2, seed=7, shared=shared)
    cancel_sample(SYSTEM, drawn)


def too_many(found: Mapping[str, int], most: Mapping[str, int]) -> list[str]:
    return [f"{address}: {n} queries" for address, n in found.items() if n > most[address]]


@pytest.mark.parametrize("frozen", [False, True])
def test_two_models_at_two_moments(scene: Scene, as_admin: Visitor, frozen: bool) -> None:
    """With flips, a gate that names cases, and lineages that tell nothing apart: all that the page may ask for."""
    project = scene.project
    first, second = (
        make_model(project, version, frozen=frozen, lineage={"code": "abc"})
        for version in ("first", "second")
    )
    make_outputs(first, dict.fromkeys(TEXTS, "positive"))
    make_outputs(second, dict.fromkeys(TEXTS, "negative"))
    activate_model(SYSTEM, first)
    evaluate(project)
    now = timezone.now()
    Event.objects.filter(kind="patterns_added").update(at=now - timedelta(days=9))
    then, later = (f"{now - timedelta(days=days):%Y-%m-%d}" for days in (5, 3))
    page = as_admin.url("compare")
    asked = [
        f"{page}?base={base}&head={head}{moments}"
        for base, head in (("first", "second"), ("first", "first"), ("second", "first"))
        for moments in ("", f"&base_at={then}", f"&base_at={then}&head_at={later}")
    ]
    assert "newly fail" in words(as_admin.client.get(asked[2]))
    assert too_many(queries(as_admin, asked), dict.fromkeys(asked, MOST)) == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_page_takes_few_queries_that_do_not_grow_with_rows(scene: Scene, as_admin: Visitor) -> None:
    update_project(SYSTEM, scene.project, {"activation_policy": {"mode": "automatic", "min_cut": 0.1}})
    grow(scene, "first")
    # the archive holds a file of each model, and each is read by itself
    pages = urls(scene, set(PAGES + FILES) - {"export_project"})
    addresses = [*pages.values(), *(pages[name] + query for name, asked in ASKED.items() for query in asked)]
    few = queries(as_admin, addresses)
    grow(scene, "second")
    some = queries(as_admin, addresses)
    assert too_many(some, dict.fromkeys(addresses, MOST)) == []
    # one more where a table is first asked once there is something to look for in it
    assert too_many(some, {address: n + 1 for address, n in few.items()}) == []
    grow(scene, "third")
    assert too_many(queries(as_admin, addresses), some) == []
