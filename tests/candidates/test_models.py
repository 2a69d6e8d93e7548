"""Registering, changing and activating candidate models."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import day, make_model, make_outputs
from tracker.candidates.model_changes import (
    UploadedFile,
    activate_model,
    register_model,
    update_model,
)
from tracker.candidates.models import Activation, CandidateModel, Stage, TrainedOn
from tracker.candidates.trained_on import add_trained_on
from tracker.projects.errors import Conflict, Invalid, NotAllowed
from tracker.projects.models import Project
from tracker.projects.rights import RIGHTS_OF_ROLE, SYSTEM, Actor, Role

pytestmark = pytest.mark.django_db

TRIAGER = Actor(name="triager", rights=RIGHTS_OF_ROLE[Role.TRIAGER])
VIEWER = Actor(name="viewer", rights=RIGHTS_OF_ROLE[Role.VIEWER])


def test_model_order_is_by_training_then_registration(project: Project) -> None:
    late = make_model(project, "late", trained_at=day(9))
    unknown = make_model(project, "unknown")
    early = make_model(project, "early", trained_at=day(2))
    same = make_model(project, "same", trained_at=day(9))
    assert list(project.models.in_model_order()) == [early, late, same, unknown]


def test_a_version_is_registered_once(project: Project) -> None:
    make_model(project, "v1")
    with pytest.raises(Conflict):
        make_model(project, "v1")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"version": ""}, "version"),
        ({"version": "a/b"}, "version"),
        ({"version": ".."}, "version"),
        ({"version": "a\0b"}, "version"),
        ({"adapter": {"kind": "pickle"}}, "adapter.kind"),
        ({"adapter": {"kind": "recorded", "path": "x"}}, "adapter.path"),
        ({"adapter": "recorded"}, "adapter"),
        ({"adapter": {"kind": "skops"}}, "file"),
        ({"file": UploadedFile("model.skops", b"x")}, "file"),
        ({"lineage": ["data"]}, "lineage"),
    ],
)
def test_wrong_fields_are_named(project: Project, fields: dict[str, object], field: str) -> None:
    given: dict[str, object] = {"version": "v1", "adapter": {"kind": "recorded"}, **fields}
    with pytest.raises(Invalid) as refused:
        register_model(SYSTEM, project, **given)  # type: ignore[arg-type]
    assert field in refused.value.errors
    assert not project.models.exists()


def test_an_unknown_kind_lists_those_there_are(project: Project) -> None:
    with pytest.raises(Invalid, match="recorded, skops, onnx, python, http"):
        make_model(project, adapter={"kind": "magic"})


def test_adapter_and_frozen_stay_after_the_first_output(project: Project) -> None:
    model = make_model(project, "v1")
    update_model(SYSTEM, model, {"frozen": False})
    make_outputs(model, {"x": "positive"})
    for change in ({"frozen": True}, {"adapter": {"kind": "http", "url": "https://models.example.org/"}}):
        with pytest.raises(Conflict):
            update_model(SYSTEM, model, change)
    update_model(SYSTEM, model, {"lineage": {"data": "may-2020"}, "stage": "shadow"})
    model.refresh_from_db()
    assert (model.frozen, model.adapter, model.stage) == (False, {"kind": "recorded"}, "shadow")


def test_activating_makes_the_former_a_candidate(project: Project) -> None:
    old, new = make_model(project, "old"), make_model(project, "new")
    activate_model(SYSTEM, old)
    activate_model(SYSTEM, new)
    assert dict(project.models.values_list("version", "stage")) == {"old": "candidate", "new": "active"}
    assert [activation.model for activation in Activation.objects.all()] == [old, new]


def test_activating_the_active_model_again_changes_nothing(project: Project) -> None:
    model = make_model(project)
    activate_model(SYSTEM, model)
    activate_model(SYSTEM, model)
    assert Activation.objects.count() == 1


def test_activation_needs_an_admin(project: Project) -> None:
    model = make_model(project)
    with pytest.raises(NotAllowed):
        activate_model(TRIAGER, model)
    assert not Activation.objects.exists()


def test_taking_the_active_model_away_needs_an_admin_too(project: Project) -> None:
    model = make_model(project)
    activate_model(SYSTEM, model)
    with pytest.raises(NotAllowed):
        update_model(TRIAGER, model, {"stage": "archived"})
    update_model(SYSTEM, model, {"stage": "archived"})
    assert [activation.model for activation in Activation.objects.all()] == [model, None]


def test_an_archived_model_cannot_be_activated(project: Project) -> None:
    model = make_model(project)
    update_model(SYSTEM, model, {"stage": "archived"})
    with pytest.raises(Conflict):
        activate_model(SYSTEM, model)


def test_the_database_itself_refuses_two_active_models(project: Project) -> None:
    activate_model(SYSTEM, make_model(project))
    second = make_model(project)
    with pytest.raises(IntegrityError), transaction.atomic():
        CandidateModel.objects.filter(pk=second.pk).update(stage=Stage.ACTIVE)


def test_a_viewer_changes_nothing(project: Project) -> None:
    model = make_model(project, "v1")
    for change in (
        lambda: register_model(VIEWER, project, version="v2", adapter={"kind": "recorded"}),
        lambda: update_model(VIEWER, model, {"stage": "shadow"}),
        lambda: activate_model(VIEWER, model),
        lambda: add_trained_on(VIEWER, model, [(1, {"input": "x"})]),
    ):
        with pytest.raises(NotAllowed):
            change()
    assert list(project.models.values_list("version", "stage")) == [("v1", "candidate")]


def test_trained_on_takes_inputs_or_hashes(project: Project) -> None:
    """SHA-256 of the canonical JSON `"x"`, by `printf '"x"' | sha256sum`."""
    of_x = "ba2df4903a2c14e86dc3bcca58911b44ac1d2514b7227bf6eb08cfb978f55a1b"
    model = make_model(project)
    outcome = add_trained_on(
        SYSTEM, model, enumerate([{"input": "x"}, {"sha256": of_x}, {"sha256": "abc"}, 7], start=1)
    )
    accepted, duplicates, rejected = outcome
    assert (accepted, duplicates, [row["line"] for row in rejected]) == (1, 1, [3, 4])
    assert TrainedOn.objects.get().digest == of_x
    model.refresh_from_db()
    assert model.says_trained_on


def test_a_clock_set_back_does_not_put_an_activation_before_the_last(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = make_model(project, "old"), make_model(project, "new")
    activate_model(SYSTEM, old)
    earlier = timezone.now() - timedelta(hours=1)
    monkeypatch.setattr("tracker.candidates.model_changes.timezone.now", lambda: earlier)
    activate_model(SYSTEM, new)
    assert [activation.model for activation in Activation.objects.order_by("at", "pk")] == [old, new]


def test_a_past_can_be_told_in_its_order_only(project: Project) -> None:
    old, new = make_model(project, "old"), make_model(project, "new")
    activate_model(SYSTEM, old, at=day(5))
    with pytest.raises(Invalid):
        activate_model(SYSTEM, new, at=day(4))
    project.refresh_from_db()
    assert dict(project.models.values_list("version", "stage")) == {"old": "active", "new": "candidate"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("trained_at", "yesterday"),
        ("trained_at", datetime(2020, 1, 1)),  # noqa: DTZ001 - without a time zone, which is the point
        ("trained_at", datetime(1, 1, 1, tzinfo=timezone.get_fixed_timezone(840))),
        ("frozen", "no"),
        ("stage", "retired"),
        ("stage", "active"),
        ("colour", "red"),
    ],
)
def test_a_wrong_change_is_named_and_nothing_changes(project: Project, field: str, value: object) -> None:
    model = make_model(project, "v1")
    with pytest.raises(Invalid) as refused:
        update_model(SYSTEM, model, {"lineage": {"data": "new"}, field: value})
    assert field in refused.value.errors
    model.refresh_from_db()
    assert model.lineage == {}


def test_a_model_can_say_that_it_was_trained_on_nothing_here(project: Project) -> None:
    model = make_model(project)
    assert add_trained_on(SYSTEM, model, []) == (0, 0, [])
    model.refresh_from_db()
    assert model.says_trained_on
