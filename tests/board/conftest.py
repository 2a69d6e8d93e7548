"""A project that has been through the loop: two models, one problem with its patterns, some reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.board.visitors import Visitor
from tests.factories import day, equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tracker.candidates.model_changes import activate_model
from tracker.candidates.models import CandidateModel
from tracker.problems.models import Problem
from tracker.projects.models import Project, User
from tracker.projects.rights import SYSTEM
from tracker.triage.intake import file_report
from tracker.triage.models import Report
from tracker.triage.moves import move_problem
from tracker.triage.report_bodies import ReportBody
from tracker.triage.report_links import link_report

N_CASES = 24
TEXTS = [f"not bad at all {number}" for number in range(N_CASES)]


@dataclass(frozen=True)
class Scene:
    """The active v1 fails all 24 cases, the candidate v2 passes all: a fix is available."""

    project: Project
    problem: Problem
    v1: CandidateModel
    v2: CandidateModel
    report: Report
    new_report: Report


def report(project: Project, text: str, *, reporter: str = "ann", **fields: Any) -> Report:
    said = {"predicted": "negative", "expected": "positive"} | fields
    return file_report(SYSTEM, project, ReportBody(input=text, reporter=reporter, **said))[0]


@pytest.fixture
def scene(project: Project) -> Scene:
    v1 = make_model(project, "v1", trained_at=day(1))
    v2 = make_model(project, "v2", trained_at=day(2))
    activate_model(SYSTEM, v1)
    problem = make_problem(
        project, title="Negation read as anger", slug="negation", harm="major", labels=["nlp"]
    )
    make_patterns(problem, [equals(text) for text in TEXTS])
    make_outputs(v1, dict.fromkeys(TEXTS, "negative"))
    make_outputs(v2, dict.fromkeys(TEXTS, "positive"))
    linked = link_report(SYSTEM, report(project, TEXTS[0], comment="I meant it kindly"), problem)
    new = report(project, "not a bad start", reporter="bob")
    move_problem(SYSTEM, problem, "confirmed")
    evaluate(project)
    for row in (problem, v1, v2):
        row.refresh_from_db()
    return Scene(project, problem, v1, v2, linked, new)


@pytest.fixture
def as_admin(project: Project, admin: User) -> Visitor:
    return Visitor(project, admin)


@pytest.fixture
def as_triager(project: Project, triager: User) -> Visitor:
    return Visitor(project, triager)


@pytest.fixture
def as_reporter(project: Project, reporter: User) -> Visitor:
    return Visitor(project, reporter)


@pytest.fixture
def as_viewer(project: Project, viewer: User) -> Visitor:
    return Visitor(project, viewer)


@pytest.fixture
def as_stranger(project: Project, stranger: User) -> Visitor:
    return Visitor(project, stranger)


@pytest.fixture
def as_nobody(project: Project) -> Visitor:
    return Visitor(project, None)
