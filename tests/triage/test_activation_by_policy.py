"""The policy by which a model goes live by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import day, equals, evaluate, make_model, make_outputs, make_patterns
from tests.triage.facts import TRIAGER
from tests.triage.worlds import OTHERS, TEXTS, N, World, active, answering, automatic, policy
from tracker.candidates.model_changes import update_model
from tracker.candidates.models import Activation, CandidateModel
from tracker.projects.changes import update_project
from tracker.projects.errors import Invalid, NotAllowed
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs.requests import request_runs
from tracker.tasks.jobs import apply_policies, catch_up
from tracker.triage.activation import activate, undo_activation, undoable


def test_nothing_goes_live_by_itself_unless_an_admin_says_so(world: World) -> None:
    answering(world.project, "v2", 0)
    evaluate(world.project)
    catch_up(world.project.pk)
    apply_policies()
    assert active(world.project) == "v1"
    with pytest.raises(NotAllowed):
        update_project(TRIAGER, world.project, {"activation_policy": {"mode": "automatic"}})


def test_the_best_candidate_goes_live_when_its_gate_passes(world: World) -> None:
    answering(world.project, "v2", 6)
    answering(world.project, "v3", 1)
    answering(world.project, "v4", 12)
    automatic(world.project)
    evaluate(world.project)
    catch_up(world.project.pk)
    assert active(world.project) == "v3"
    evidence = world.project.activations.newest_first()[0].evidence
    assert evidence["by"] == {
        "kind": "policy", "name": "policy", "policy": {"mode": "automatic", "min_cut": 0.1},
    }  # fmt: skip
    # asked again, or told twice, nothing happens twice; and no model that does worse follows
    catch_up(world.project.pk)
    apply_policies()
    assert world.project.activations.count() == 2


def test_the_sweeper_finds_what_no_message_told_of(world: World) -> None:
    automatic(world.project)
    answering(world.project, "v2", 0)
    evaluate(world.project)
    assert active(world.project) == "v1"
    apply_policies()
    assert active(world.project) == "v2"


def test_what_all_gates_rest_on_is_read_once(world: World) -> None:
    """Candidates that bring a fixed bug back are passed over, however many, and one alone is asked again with
    everything held.
    """

    def queries(n: int) -> int:
        for number in range(n):
            answering(world.project, f"v{world.project.models.count() + 1}", number, 8)
        evaluate(world.project)
        with CaptureQueriesContext(connection) as captured:
            assert policy(world) is None
        return len(captured)

    automatic(world.project)
    # The project; candidates and undos, runs and stale models; models; problems, results, selected cases.
    assert queries(2) == queries(6) == 9


def bring_joy_back(world: World) -> None:
    """v2 fails eight more cases of the fixed problem."""
    texts = [f"no joy at all {number}" for number in range(8)]
    make_patterns(world.joy, [equals(text) for text in texts])
    for model in world.project.models.all():
        label = "negative" if model.version == "v2" else "positive"
        make_outputs(model, dict.fromkeys(texts, label))
    evaluate(world.project)


def set_policy(world: World, **policy: str | float) -> None:
    update_project(SYSTEM, world.project, {"activation_policy": policy})


@pytest.mark.parametrize(
    ("happens", "chosen"),
    [
        (lambda _world, _v2: None, "v2"),
        (lambda world, _v2: set_policy(world, mode="by_hand"), None),
        (lambda world, _v2: set_policy(world, mode="automatic", min_cut=0.9), None),
        (lambda _world, v2: update_model(SYSTEM, v2, {"stage": "shadow"}), None),
        (lambda _world, v2: update_model(SYSTEM, v2, {"stage": "archived"}), None),
        (lambda world, _v2: make_patterns(world.joy, [equals("something new")]), None),
        (lambda world, _v2: bring_joy_back(world), None),
    ],
    ids=["nothing", "by hand", "larger cut", "shadow", "archived", "stale", "gate"],
)
def test_what_was_chosen_goes_live_only_if_it_still_may(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[World, CandidateModel], object],
    chosen: str | None,
) -> None:
    """Something happens between the look without locks and the one with everything held."""
    v2 = answering(world.project, "v2", 6)
    automatic(world.project)
    evaluate(world.project)
    monkeypatch.setattr("tracker.triage.activation_by_policy._choice", lambda _project: v2)
    happens(world, v2)
    assert policy(world) == chosen


def test_one_that_brings_a_fixed_bug_back_stays_and_the_next_best_goes(world: World) -> None:
    answering(world.project, "v2", 0, 8)  # cuts more, but 8 of 24 cases of joy fail again
    answering(world.project, "v3", 11)
    automatic(world.project)
    evaluate(world.project)
    assert policy(world) == "v3"


@pytest.mark.parametrize(("n_failed", "chosen"), [(18, "v2"), (19, None)])
def test_the_cut_has_to_be_as_large_as_was_said(world: World, n_failed: int, chosen: str | None) -> None:
    # 18 of 24 instead of 24 of 24 is a cut of exactly 25 %
    answering(world.project, "v2", n_failed)
    automatic(world.project, 0.25)
    evaluate(world.project)
    assert policy(world) == chosen


def test_what_a_candidate_does_not_answer_is_not_gone(world: World) -> None:
    """Of 24 cases that v1 fails v2 answers one, rightly: over the cases that both are scored on it would cut all."""
    v2 = make_model(world.project, "v2", trained_at=day(2))
    make_outputs(v2, dict.fromkeys([TEXTS[0], *OTHERS], "positive"))
    automatic(world.project)
    evaluate(world.project)
    assert policy(world) is None
    activate(SYSTEM, v2)
    evidence = Activation.objects.get(model=v2).evidence
    assert evidence["gate"]["verdict"] == "pass"  # nothing that v1 passes is lost
    # 30 under v1; under v2 at worst 10 % x 23/24 x 3 = 28.75
    assert evidence["impact"]["former"] == 30
    assert evidence["impact"]["new"] == pytest.approx(28.75)
    assert evidence["impact"]["cut"] == pytest.approx(1 / 24)
    assert evidence["impact"]["n_silent"] == 23


def test_no_cut_is_never_enough(world: World) -> None:
    answering(world.project, "v2", N)
    automatic(world.project, 0)
    evaluate(world.project)
    assert policy(world) is None


def test_it_waits_for_all_models_to_be_evaluated(world: World) -> None:
    answering(world.project, "v2", 0)
    automatic(world.project)
    assert policy(world) is None
    evaluate(world.project)
    request_runs(SYSTEM, world.project)
    assert policy(world) is None
    world.project.runs.update(status="finished")
    make_patterns(world.joy, [equals("something new")])
    assert policy(world) is None
    evaluate(world.project)
    assert policy(world) == "v2"


def test_a_shadow_is_for_people(world: World) -> None:
    update_model(SYSTEM, answering(world.project, "v2", 0), {"stage": "shadow"})
    automatic(world.project)
    evaluate(world.project)
    assert policy(world) is None


def test_without_an_active_model_nothing_can_be_compared(world: World) -> None:
    answering(world.project, "v2", 0)
    update_model(SYSTEM, world.v1, {"stage": "candidate"})
    automatic(world.project)
    evaluate(world.project)
    assert policy(world) is None


def test_after_an_undo_only_what_is_registered_since_goes_live(world: World) -> None:
    answering(world.project, "v2", 2)
    answering(world.project, "v3", 4)
    automatic(world.project)
    evaluate(world.project)
    assert policy(world) == "v2"
    gone = undoable(world.project)
    assert gone is not None
    undo_activation(SYSTEM, gone)
    assert policy(world) is None
    answering(world.project, "v4", 6)
    evaluate(world.project)
    assert policy(world) == "v4"


def test_a_model_that_a_person_replaced_does_not_come_back_by_itself(world: World) -> None:
    answering(world.project, "v2", 0)
    automatic(world.project)
    evaluate(world.project)
    assert policy(world) == "v2"
    activate(SYSTEM, world.v1)
    assert policy(world) is None


@pytest.mark.parametrize(
    "value",
    [
        {"mode": "never"},
        {"min_cut": 2},
        {"min_cut": True},
        {"min_cut": None},
        {"mode": ["automatic"]},
        "automatic",
    ],
)
def test_a_wrong_policy_is_refused(project: Project, value: object) -> None:
    with pytest.raises(Invalid):
        update_project(SYSTEM, project, {"activation_policy": value})
    project.refresh_from_db()
    assert project.activation_policy == {"mode": "by_hand", "min_cut": 0.1}


def test_a_change_of_the_policy_is_logged(project: Project) -> None:
    automatic(project, 0.3)
    event = project.events.filter(kind="project_changed").get()
    assert event.evidence["activation_policy"]["to"] == {"mode": "automatic", "min_cut": 0.3}
    assert timezone.now() - event.at < timedelta(minutes=1)
