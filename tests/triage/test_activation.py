"""Going live, and what is kept of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import evaluate
from tests.triage.facts import STRANGER, TRIAGER, VIEWER
from tests.triage.worlds import N, World, active, answering
from tracker.candidates.models import Activation
from tracker.projects.changes import create_token
from tracker.projects.errors import NotAllowed
from tracker.projects.models import Event, User
from tracker.projects.rights import SYSTEM, Actor, actor_of_token, actor_of_user
from tracker.triage.activation import activate, undo_activation


def test_an_activation_keeps_what_it_rested_on(world: World, admin: User) -> None:
    v2 = answering(world.project, "v2", 6)
    evaluate(world.project)
    activate(actor_of_user(admin, world.project), v2)
    evidence = Activation.objects.get(model=v2).evidence
    assert evidence["by"] == {"kind": "person", "name": "admin"}
    assert evidence["former"] == "v1"
    assert evidence["gate"]["verdict"] == "pass"
    # 10 % x 24/24 x 3 = 30 under v1, 10 % x 6/24 x 3 = 7.5 under v2; nothing of joy under either
    assert evidence["impact"] == {
        "former": 30.0, "new": 7.5, "cut": 0.75, "n_silent": 0, "n_left_out": 0, "problems": ["negation", "joy"],
    }  # fmt: skip
    # 6 of 24 failed: lower bound above 0.1 (0.132 at 90 %), failing still
    assert evidence["problems"] == {"fixed": [], "regressed": [], "other": [], "unknown": []}
    assert evidence["revisions"] == {"negation": 1, "joy": 1}
    event = Event.objects.filter(kind="model_activated").first()
    assert event is not None
    assert event.evidence["impact"] == {"former": 30.0, "new": 7.5, "cut": 0.75, "n_silent": 0}


def test_what_is_fixed_and_what_regresses_is_kept_by_name(world: World) -> None:
    v2 = answering(world.project, "v2", 0, N)
    evaluate(world.project)
    activate(SYSTEM, v2)
    evidence = Activation.objects.get(model=v2).evidence
    assert evidence["by"] == {"kind": "tracker", "name": "tracker"}
    assert evidence["gate"]["verdict"] == "fail"
    assert evidence["gate"]["reasons"][0]["problem"] == "joy"
    assert evidence["problems"] == {"fixed": ["negation"], "regressed": ["joy"], "other": [], "unknown": []}


def test_a_token_is_named_and_the_past_has_no_evidence(world: World) -> None:
    token, _secret = create_token(SYSTEM, world.project, name="CI", scopes=["admin"])
    v2 = answering(world.project, "v2", 6)
    yesterday = timezone.now() - timedelta(days=1)
    Activation.objects.update(at=yesterday - timedelta(days=1))
    activate(actor_of_token(token), v2, at=yesterday)
    evidence = Activation.objects.get(model=v2).evidence
    assert evidence == {"by": {"kind": "token", "name": "token CI"}, "told_later": True}
    event = Event.objects.filter(kind="model_activated").latest("pk")
    assert (event.evidence["told_later"], event.evidence["at"]) == (True, yesterday.isoformat())


@pytest.mark.parametrize("ago", [timedelta(seconds=2), timedelta(seconds=61), timedelta(minutes=59)])
def test_who_says_that_it_goes_live_now_tells_no_past(world: World, ago: timedelta) -> None:
    """The clock went on while the words were on their way, or until the deployment had ended."""
    v2 = answering(world.project, "v2", 6)
    evaluate(world.project)
    Activation.objects.update(at=timezone.now() - timedelta(days=1))
    now = timezone.now() - ago
    activate(SYSTEM, v2, at=now)
    activation = Activation.objects.get(model=v2)
    assert activation.at == now
    assert (activation.evidence["gate"]["verdict"], activation.evidence["former"]) == ("pass", "v1")
    assert "told_later" not in activation.evidence


def test_more_than_an_hour_ago_is_the_past(world: World) -> None:
    v2 = answering(world.project, "v2", 6)
    Activation.objects.update(at=timezone.now() - timedelta(days=1))
    activate(SYSTEM, v2, at=timezone.now() - timedelta(minutes=61))
    assert Activation.objects.get(model=v2).evidence["told_later"] is True


@pytest.mark.parametrize("actor", [TRIAGER, VIEWER, STRANGER], ids=lambda actor: actor.name)
def test_only_admins_activate_and_undo(world: World, actor: Actor) -> None:
    v2 = answering(world.project, "v2", 0)
    with pytest.raises(NotAllowed):
        activate(actor, v2)
    activate(SYSTEM, v2)
    with pytest.raises(NotAllowed):
        undo_activation(actor, Activation.objects.get(model=v2))
    assert active(world.project) == "v2"
