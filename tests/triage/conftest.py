"""What several files of tests look at."""

from __future__ import annotations

import pytest

from tests.factories import make_model
from tests.triage.worlds import World, make_world
from tracker.candidates.models import CandidateModel
from tracker.projects.models import Project


@pytest.fixture
def world(project: Project) -> World:
    return make_world(project)


@pytest.fixture
def old(project: Project) -> CandidateModel:
    return make_model(project, "old")


@pytest.fixture
def new(project: Project) -> CandidateModel:
    return make_model(project, "new")
