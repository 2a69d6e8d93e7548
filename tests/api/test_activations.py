"""Activations of a model: the evidence they keep, and undoing the newest."""

from __future__ import annotations

import pytest

from tests.api.conftest import Caller, TokenMaker
from tests.api.test_problem_details import assert_problem
from tests.factories import make_model, make_project
from tracker.candidates.models import Activation
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.activation import activate


def test_an_activation_shows_its_evidence_and_is_undone(administrator: Caller, project: Project) -> None:
    make_model(project, "v1"), make_model(project, "v2")
    administrator.post("models/v1/activate/")
    administrator.post("models/v2/activate/")
    [shown] = administrator.get("models/v2/activations/").json()["results"]
    assert shown["undone_at"] is None
    assert shown["evidence"]["by"]["kind"] == "token"
    assert shown["evidence"]["former"] == "v1"
    back = administrator.post(f"models/v2/activations/{shown['id']}/undo/")
    assert (back.json()["version"], back.json()["stage"]) == ("v1", "active")
    assert administrator.get("models/v2/activations/").json()["results"][0]["undone_at"] is not None
    newest = administrator.get("models/v1/activations/").json()["results"][0]
    assert newest["evidence"]["undoes"] == "v2"
    assert_problem(administrator.post(f"models/v2/activations/{shown['id']}/undo/"), 409)
    assert_problem(administrator.post("models/v2/activations/9999/undo/"), 404)


def test_the_first_is_undone_and_no_model_is_active(administrator: Caller, project: Project) -> None:
    make_model(project, "v1")
    administrator.post("models/v1/activate/")
    [shown] = administrator.get("models/v1/activations/").json()["results"]
    answer = administrator.post(f"models/v1/activations/{shown['id']}/undo/")
    assert answer.status_code == 200
    assert (answer.json()["version"], answer.json()["stage"]) == ("v1", "candidate")
    assert not project.models.filter(stage="active").exists()


def test_an_undo_that_left_no_model_active_is_taken_back(administrator: Caller, project: Project) -> None:
    for version in ("v1", "v2"):
        make_model(project, version)
    administrator.post("models/v1/activate/")
    [first] = administrator.get("models/v1/activations/").json()["results"]
    administrator.post(f"models/v1/activations/{first['id']}/undo/")
    newest, _first = administrator.get("models/v1/activations/").json()["results"]
    assert newest["evidence"]["undoes"] == "v1"
    assert administrator.get("models/v2/activations/").json()["results"] == []
    assert_problem(administrator.post(f"models/v2/activations/{newest['id']}/undo/"), 404)
    back = administrator.post(f"models/v1/activations/{newest['id']}/undo/")
    assert (back.json()["version"], back.json()["stage"]) == ("v1", "active")
    # and that once more
    third, *_others = administrator.get("models/v1/activations/").json()["results"]
    assert administrator.post(f"models/v1/activations/{third['id']}/undo/").json()["stage"] == "candidate"


@pytest.mark.parametrize(
    ("scope", "status"), [("report", 403), ("read", 403), ("write", 403), ("admin", 200)]
)
def test_only_admins_undo(with_token: TokenMaker, project: Project, scope: str, status: int) -> None:
    for version in ("v1", "v2"):
        activate(SYSTEM, make_model(project, version))
    newest = Activation.objects.newest_first()[0]
    assert with_token(scope).post(f"models/v2/activations/{newest.pk}/undo/").status_code == status


def test_another_project_has_no_activations_here(administrator: Caller) -> None:
    other = make_project(slug="other")
    for version in ("v1", "v2"):
        activate(SYSTEM, make_model(other, version))
    newest = Activation.objects.newest_first()[0]
    assert_problem(administrator.get("models/v2/activations/"), 404)
    assert_problem(administrator.post(f"models/v2/activations/{newest.pk}/undo/"), 404)
