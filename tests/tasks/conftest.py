"""A project with a fixed problem, a model that is active and one that asks to be."""

from __future__ import annotations

import pytest
from django.db import connections

from tests.factories import day, equals, make_model, make_patterns, make_problem
from tests.tasks.gate_calls import CASES, says
from tracker.candidates.model_changes import activate_model
from tracker.candidates.models import CandidateModel
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.moves import move_problem


@pytest.fixture
def connections_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command closes its connections when it ends; here they are the test's."""
    monkeypatch.setattr(connections, "close_all", lambda: None)


@pytest.fixture
def problem(project: Project) -> Problem:
    problem = make_problem(project, slug="negation", title="Negation")
    make_patterns(problem, [equals(text, case=text) for text in CASES])
    move_problem(SYSTEM, problem, "confirmed")
    return problem


@pytest.fixture
def v1(project: Project) -> CandidateModel:
    """The active one; it passes everything."""
    model = make_model(project, "v1", trained_at=day(1))
    activate_model(SYSTEM, model)
    says(model, CASES)
    return model


@pytest.fixture
def v2(project: Project) -> CandidateModel:
    return make_model(project, "v2", trained_at=day(2))
