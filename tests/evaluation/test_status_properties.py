from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.status import Activation, decide_status, legal_moves
from evaluation.types import Verdict
from tests.evaluation.facts import VERSIONS, day, histories
from tests.evaluation.naive_status import naive_status


@settings(max_examples=300)
@given(histories())
def test_agrees_with_the_naive_implementation(history: Any) -> None:
    decision = decide_status(*history)
    assert (decision.status, decision.not_proven_again, decision.closed_by_hand) == naive_status(*history)


@given(histories(), st.data())
def test_shuffled_and_repeated_facts_change_nothing(history: Any, data: st.DataObject) -> None:
    shuffled = [
        data.draw(
            st.permutations(facts + data.draw(st.lists(st.sampled_from(facts), max_size=3)) if facts else [])
        )
        for facts in history
    ]
    assert decide_status(*shuffled) == decide_status(*history)


@given(histories())
def test_evidence_is_named_and_true(history: Any) -> None:
    decision = decide_status(*history)
    models = {model.version: model for model in history[2]}
    if decision.model is not None and decision.why != "moved":
        wanted = Verdict.FAILING if decision.status == "regressed" else Verdict.FIXED
        assert models[decision.model].verdicts[decision.revision] is wanted
    assert (decision.status == "fix_available") <= bool(decision.fixed_by)


@given(histories())
def test_archived_models_take_no_part(history: Any) -> None:
    moves, activations, models = history
    archived = {model.version for model in models if model.stage == "archived"}
    present = [model for model in models if model.stage != "archived"]
    without = decide_status(moves, activations, present)
    assert decide_status(moves, activations, models) == without
    assert without.model not in archived
    assert not archived & set(without.fixed_by)


@given(histories(), st.sampled_from([None, *Verdict]))
def test_a_person_can_always_move_a_problem(history: Any, verdict: Verdict | None) -> None:
    decision = decide_status(*history)
    moves = legal_moves(decision, verdict)
    assert moves
    assert decision.standing_move not in moves
    if decision.status in ("rejected", "duplicate"):
        assert moves == {"triage", "confirmed", "in_progress"}
    else:
        assert {"rejected", "duplicate"} <= moves
        assert ("fixed" in moves) == (decision.status != "fixed" and verdict is not Verdict.FAILING)


@given(histories(), st.data())
def test_a_revision_that_changes_no_verdict_changes_no_status_on_its_way(
    history: Any, data: st.DataObject
) -> None:
    """Results on revision 5 come in model by model; each says what the model's last one said."""
    moves, activations, models = history
    settled = [replace(model, verdicts={4: data.draw(st.sampled_from(Verdict))}) for model in models]
    coming = [
        replace(model, verdicts={**model.verdicts, 5: model.verdicts[4]})
        if data.draw(st.booleans())
        else model
        for model in settled
    ]
    before, during = (decide_status(moves, activations, facts) for facts in (settled, coming))
    assert replace(during, revision=before.revision) == before


@given(histories(), st.sampled_from(VERSIONS))
def test_to_activate_a_model_that_is_behind_changes_nothing_yet(history: Any, version: str) -> None:
    moves, activations, models = history
    models = [replace(model, stage="candidate") if model.version == version else model for model in models]
    live = [replace(model, stage="active") if model.version == version else model for model in models]
    if version in {model.version for model in models}:
        behind = Activation(version, day(9), 99, revision=4)
        assert decide_status(moves, [*activations, behind], live) == decide_status(moves, activations, models)
