"""Activations at the same time: by policy, by hand, and undone."""

from __future__ import annotations

import pytest

from tests.factories import (
    equals,
    evaluate,
    make_model,
    make_outputs,
    make_patterns,
    make_problem,
    make_project,
)
from tests.triage.at_once import at_once
from tracker.candidates.models import CandidateModel
from tracker.projects.errors import Conflict
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.activation import activate, undo_activation, undoable
from tracker.triage.activation_by_policy import activate_by_policy

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = [f"not bad at all {number}" for number in range(24)]


@pytest.fixture
def project() -> Project:
    """v1 is active and fails everything, v2 nothing; models go live by themselves."""
    project = make_project(activation_policy={"mode": "automatic", "min_cut": 0.1})
    problem = make_problem(
        project, harm="moderate", users_affected_percent=10.0, users_affected_reason="counted"
    )
    make_patterns(problem, [equals(text) for text in TEXTS])
    for version, label in (("v1", "negative"), ("v2", "positive")):
        make_outputs(make_model(project, version), dict.fromkeys(TEXTS, label))
    activate(SYSTEM, project.models.get(version="v1"))
    evaluate(project)
    return project


def test_a_policy_that_is_told_of_twice_acts_once(project: Project) -> None:
    came_of_it = at_once(lambda _worker: activate_by_policy(Project.objects.get(pk=project.pk)), 4)
    acted = [model for model in came_of_it if isinstance(model, CandidateModel)]
    assert [model.version for model in acted] == ["v2"]
    assert project.activations.count() == 2


def test_an_undo_beside_another_undo_is_made_once(project: Project) -> None:
    activate(SYSTEM, project.models.get(version="v2"))
    newest = undoable(project)
    assert newest is not None
    came_of_it = at_once(lambda _worker: undo_activation(SYSTEM, newest), 3)
    assert sum(isinstance(outcome, Conflict) for outcome in came_of_it) == 2
    assert project.models.get(stage="active").version == "v1"
    assert project.activations.count() == 3
