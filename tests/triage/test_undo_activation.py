"""Going back to the model that was active before."""

from __future__ import annotations

import pytest

from tests.factories import equals, evaluate, make_patterns, make_problem
from tests.triage.worlds import OTHERS, N, World, active, answering, statuses
from tracker.candidates.model_changes import update_model
from tracker.candidates.models import Activation, Stage
from tracker.projects.errors import Conflict
from tracker.projects.rights import SYSTEM
from tracker.triage.activation import activate, undo_activation, undoable
from tracker.triage.moves import move_problem


def test_an_undo_brings_the_former_back_and_is_an_activation_of_its_own(world: World) -> None:
    v2 = answering(world.project, "v2", 0)
    evaluate(world.project)
    activate(SYSTEM, v2)
    world.negation.refresh_from_db()
    assert world.negation.status == "fixed"
    gone = undoable(world.project)
    assert gone is not None
    assert undo_activation(SYSTEM, gone) == world.v1
    gone.refresh_from_db()
    assert gone.undone_at is not None
    assert active(world.project) == "v1"
    back = undoable(world.project)
    assert back is not None
    assert (back.model, back.evidence["undoes"]) == (world.v1, "v2")
    world.negation.refresh_from_db()
    # Going back to an older model is no regression.
    assert world.negation.status == "fix_available"
    assert undo_activation(SYSTEM, back) == v2
    assert active(world.project) == "v2"


def test_a_shadow_whose_activation_is_undone_is_a_shadow_again(world: World) -> None:
    v2 = answering(world.project, "v2", 0)
    update_model(SYSTEM, v2, {"stage": "shadow"})
    evaluate(world.project)
    for _time in range(2):
        activate(SYSTEM, v2)
        gone = undoable(world.project)
        assert gone is not None
        undo_activation(SYSTEM, gone)
        v2.refresh_from_db()
        assert (active(world.project), v2.stage) == ("v1", Stage.SHADOW)


def test_an_undo_brings_back_what_was_closed_by_hand(world: World) -> None:
    # three cases that pass decide nothing: inconclusive under every model
    unclear = make_problem(world.project, slug="unclear")
    make_patterns(unclear, [equals(text) for text in OTHERS[:3]])
    evaluate(world.project)
    move_problem(SYSTEM, unclear, "fixed", reason="there is no such input any more")
    v2 = answering(world.project, "v2", 0)
    evaluate(world.project)
    activate(SYSTEM, v2)
    unclear.refresh_from_db()
    assert unclear.status == "confirmed"
    undo_activation(SYSTEM, Activation.objects.get(model=v2))
    unclear.refresh_from_db()
    assert (unclear.status, unclear.closed_by_hand) == ("fixed", True)
    assert world.project.activations.newest_first()[0].evidence["problems"]["fixed"] == ["unclear"]


def test_a_model_whose_activation_was_undone_was_live_all_the_same(world: World) -> None:
    v2 = answering(world.project, "v2", 0)
    v3 = answering(world.project, "v3", N)
    evaluate(world.project)
    activate(SYSTEM, v2)
    undo_activation(SYSTEM, Activation.objects.get(model=v2))
    activate(SYSTEM, v3)
    world.negation.refresh_from_db()
    # v2 was live, stands before v3 in model order, and has fixed what v3 fails.
    assert world.negation.status == "regressed"


def test_the_first_activation_is_undone_too_and_none_is_active(world: World) -> None:
    joy = "joy"
    assert statuses(world) == {"negation": "confirmed", joy: "fixed"}
    first = undoable(world.project)
    assert first is not None
    assert undo_activation(SYSTEM, first) is None
    assert active(world.project) is None
    first.refresh_from_db()
    assert first.undone_at is not None
    newest = world.project.activations.newest_first()[0]
    assert newest.model is None
    assert newest.evidence == {"by": {"kind": "tracker", "name": "tracker"}, "undoes": "v1", "former": "v1"}
    # Nobody uses a model that is fixed: v1 is a candidate with a fix.
    assert statuses(world) == {"negation": "confirmed", joy: "fix_available"}
    with pytest.raises(Conflict, match="undone already"):
        undo_activation(SYSTEM, first)
    # and that is taken back like any other
    assert undoable(world.project) == newest
    back = undo_activation(SYSTEM, newest)
    assert back is not None
    assert (back.version, active(world.project)) == ("v1", "v1")
    assert statuses(world) == {"negation": "confirmed", joy: "fixed"}


def test_what_was_closed_by_hand_lives_through_an_undo_of_the_first_and_back(world: World) -> None:
    unclear = make_problem(world.project, slug="unclear")
    make_patterns(unclear, [equals(text) for text in OTHERS[:3]])
    evaluate(world.project)
    move_problem(SYSTEM, unclear, "fixed", reason="there is no such input any more")
    for left in (None, "v1"):
        newest = undoable(world.project)
        assert newest is not None
        undo_activation(SYSTEM, newest)
        assert active(world.project) == left
        assert statuses(world)["unclear"] == "fixed"


def test_the_first_after_none_was_active_is_undone_to_none(world: World) -> None:
    update_model(SYSTEM, world.v1, {"stage": "candidate"})
    assert undoable(world.project) is None
    with pytest.raises(Conflict, match="No model went live then"):
        undo_activation(SYSTEM, world.project.activations.newest_first()[0])
    v2 = answering(world.project, "v2", 0)
    activate(SYSTEM, v2)
    newest = undoable(world.project)
    assert newest is not None
    undo_activation(SYSTEM, newest)
    assert active(world.project) is None


def test_what_cannot_be_undone_is_refused_in_words(world: World) -> None:
    v2, v3 = answering(world.project, "v2", 0), answering(world.project, "v3", 0)
    activate(SYSTEM, v2)
    activate(SYSTEM, v3)
    with pytest.raises(Conflict, match="Another change of the active model came since"):
        undo_activation(SYSTEM, Activation.objects.get(model=v2))
    update_model(SYSTEM, v2, {"stage": "archived"})
    assert undoable(world.project) is None
    with pytest.raises(Conflict, match="v2, which was active before, is archived"):
        undo_activation(SYSTEM, Activation.objects.get(model=v3))
    update_model(SYSTEM, v2, {"stage": "candidate"})
    undo_activation(SYSTEM, Activation.objects.get(model=v3))
    with pytest.raises(Conflict, match="undone already"):
        undo_activation(SYSTEM, Activation.objects.get(model=v3))
    assert active(world.project) == "v2"
