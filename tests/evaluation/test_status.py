from typing import Any

import pytest

from evaluation.status import decide_status, legal_moves
from evaluation.types import Verdict
from tests.evaluation.facts import day, model, moved, went_live

CONFIRMED = [moved("confirmed", 1)]


def status(moves: Any = (), activations: Any = (), models: Any = ()) -> str:
    return decide_status(moves, activations, models).status


def test_a_new_problem_is_in_triage() -> None:
    decision = decide_status([], [], [])
    assert (decision.status, decision.why, decision.model) == ("triage", "not_confirmed", None)


def test_evidence_alone_does_not_leave_triage_but_shows() -> None:
    decision = decide_status([], [went_live("m1", 0)], [model("m1", "-", "active"), model("m2", "+")])
    assert decision.status == "triage"
    assert decision.fixed_by == ("m2",)


@pytest.mark.parametrize("out", ["rejected", "duplicate"])
def test_out_until_a_person_reopens(out: Any) -> None:
    moves = [*CONFIRMED, moved(out, 2)]
    assert status(moves, [went_live("m1", 0)], [model("m1", "+", "active")]) == out
    assert status([*moves, moved("in_progress", 3)]) == "in_progress"
    assert status([*moves, moved("triage", 3)]) == "triage"


def test_the_active_model_is_fixed() -> None:
    decision = decide_status(CONFIRMED, [went_live("m1", 0)], [model("m1", "-+", "active")])
    assert (decision.status, decision.why, decision.model, decision.revision) == (
        "fixed",
        "active_fixed",
        "m1",
        2,
    )


def test_back_to_triage_is_not_confirmed() -> None:
    moves = [*CONFIRMED, moved("triage", 2)]
    assert status(moves, [went_live("m1", 0)], [model("m1", "+", "active")]) == "triage"


def test_a_candidate_is_fixed_and_the_active_one_is_not() -> None:
    models = [model("m1", "-", "active"), model("m3", "+", "shadow"), model("m2", "+")]
    decision = decide_status(CONFIRMED, [went_live("m1", 0)], models)
    assert (decision.status, decision.model, decision.fixed_by) == ("fix_available", "m3", ("m2", "m3"))


def test_a_fix_is_available_where_no_model_is_active() -> None:
    assert status(CONFIRMED, [], [model("m1", "+")]) == "fix_available"


def test_regressed() -> None:
    activations = [went_live("m1", 0), went_live("m2", 2)]
    decision = decide_status(CONFIRMED, activations, [model("m1", "+"), model("m2", "-", "active")])
    assert (decision.status, decision.model, decision.fixed_by) == ("regressed", "m2", ("m1",))


def test_going_back_to_an_older_model_is_no_regression() -> None:
    activations = [went_live("m2", 0), went_live("m1", 2)]
    assert status(CONFIRMED, activations, [model("m2", "+"), model("m1", "-", "active")]) == "fix_available"


def test_a_model_that_never_was_active_makes_no_regression() -> None:
    models = [model("m1", "+", "shadow"), model("m2", "-", "active")]
    assert status(CONFIRMED, [went_live("m2", 0)], models) == "fix_available"


def test_the_last_move_where_nothing_else_holds() -> None:
    models = [model("m1", "-", "active"), model("m2", "?")]
    assert status([*CONFIRMED, moved("in_progress", 2)], [went_live("m1", 0)], models) == "in_progress"


class TestUndecidedActiveModel:
    activations = (went_live("m1", 0), went_live("m2", 2), went_live("m3", 4))

    @pytest.mark.parametrize("sign", ["?", "0"])
    def test_fixed_is_not_proven_again(self, sign: str) -> None:
        models = [model("m1", "-"), model("m2", "+"), model("m3", sign, "active")]
        decision = decide_status(CONFIRMED, self.activations, models)
        assert (decision.status, decision.model, decision.not_proven_again) == ("fixed", "m2", True)

    @pytest.mark.parametrize("sign", ["?", "0"])
    def test_regressed_is_not_proven_again(self, sign: str) -> None:
        models = [model("m1", "+"), model("m2", "-"), model("m3", sign, "active")]
        decision = decide_status(CONFIRMED, self.activations, models)
        assert (decision.status, decision.model, decision.not_proven_again) == ("regressed", "m2", True)

    def test_the_last_decided_one_counts(self) -> None:
        models = [model("m1", "+"), model("m2", "?"), model("m3", "?", "active")]
        assert decide_status(CONFIRMED, self.activations, models).model == "m1"

    def test_one_that_is_not_evaluated_anew_yet_counts_as_it_stood(self) -> None:
        models = [model("m1", "+"), model("m2", " "), model("m3", " ?", "active")]
        decision = decide_status(CONFIRMED, self.activations, models)
        assert (decision.status, decision.model, decision.revision) == ("fixed", "m1", 1)

    def test_what_comes_after_the_active_models_revision_does_not_count_yet(self) -> None:
        models = [model("m1", "+-"), model("m3", "?", "active")]
        assert decide_status(CONFIRMED, self.activations, models).status == "fixed"

    def test_archived_ones_do_not_count(self) -> None:
        models = [model("m1", "-"), model("m2", "+", "archived"), model("m3", "?", "active")]
        assert status(CONFIRMED, self.activations, models) == "confirmed"


class TestUnevaluatedActiveModel:
    activations = (went_live("m1", 0), went_live("m2", 3))

    def test_what_stood_stays(self) -> None:
        decision = decide_status(CONFIRMED, self.activations, [model("m1", "+"), model("m2", "", "active")])
        assert (decision.status, decision.model, decision.not_proven_again) == ("fixed", "m1", False)

    def test_so_does_a_close_by_hand(self) -> None:
        moves = [*CONFIRMED, moved("fixed", 2)]
        assert decide_status(
            moves, self.activations, [model("m1", "?"), model("m2", "", "active")]
        ).closed_by_hand
        assert status(moves, self.activations, [model("m1", "?"), model("m2", "?", "active")]) == "confirmed"

    def test_a_new_revision_waits_for_the_active_model(self) -> None:
        models = [model("m1", "+ "), model("m2", "- ", "active"), model("m3", "-+")]
        decision = decide_status(CONFIRMED, self.activations, models)
        assert (decision.status, decision.revision, decision.fixed_by) == ("regressed", 1, ("m1",))


class TestActivationOfAModelThatIsBehind:
    """m1 is active and failing on revision 2; m2, which has been evaluated on revision 1 only, goes live then."""

    activations = (went_live("m1", 0, revision=1), went_live("m2", 3, revision=2))

    def test_what_stood_stays_until_it_is_evaluated(self) -> None:
        models = [model("m1", " -"), model("m2", "+", "active")]
        decision = decide_status(CONFIRMED, self.activations, models)
        assert (decision.status, decision.active) == ("fix_available", "m1")
        # Before it went live it was a candidate that fixes the bug, on an older revision.
        models = [model("m1", " -", "active"), model("m2", "+")]
        assert decide_status(CONFIRMED, self.activations[:1], models) == decision

    def test_then_it_counts(self) -> None:
        models = [model("m1", " -"), model("m2", "++", "active")]
        decision = decide_status(CONFIRMED, self.activations, models)
        assert (decision.status, decision.model, decision.revision) == ("fixed", "m2", 2)

    def test_so_it_does_if_a_revision_was_left_out(self) -> None:
        models = [model("m1", "---"), model("m2", "+ +", "active")]
        assert decide_status(CONFIRMED, self.activations, models).active == "m2"

    def test_a_model_that_was_up_to_date_then_stays_active_when_others_are_evaluated_first(self) -> None:
        activations = [went_live("m1", 0, revision=1), went_live("m2", 3, revision=1)]
        models = [model("m1", "--"), model("m2", "+", "active")]
        decision = decide_status(CONFIRMED, activations, models)
        assert (decision.status, decision.model, decision.revision) == ("fixed", "m2", 1)

    def test_the_only_one_that_ever_went_live(self) -> None:
        decision = decide_status(CONFIRMED, self.activations[1:], [model("m2", "+", "active")])
        assert (decision.status, decision.active) == ("fix_available", None)

    def test_to_activate_it_again_puts_it_back_in_no_queue(self) -> None:
        activations = [went_live("m1", 0, revision=1), went_live("m1", 3, revision=2)]
        assert decide_status(CONFIRMED, activations, [model("m1", "+", "active")]).status == "fixed"


class TestComparedOnOneRevision:
    """The active model has been evaluated on revision 2 before the others."""

    activations = (went_live("m1", 0), went_live("m2", 2))

    def test_a_regression_stands_until_the_former_one_is_evaluated(self) -> None:
        models = [model("m1", "+"), model("m2", "--", "active")]
        decision = decide_status(CONFIRMED, self.activations, models)
        assert (decision.status, decision.model, decision.revision) == ("regressed", "m2", 1)

    def test_the_former_one_stands_in_as_it_stood(self) -> None:
        models = [model("m1", "+"), model("m2", "-?", "active")]
        decision = decide_status(CONFIRMED, self.activations, models)
        assert (decision.status, decision.model, decision.not_proven_again) == ("fixed", "m1", True)

    def test_no_regression_between_revisions(self) -> None:
        # On revision 1 both fixed it; whether m1 would fail the new cases, too, nobody knows yet.
        models = [model("m1", "+"), model("m2", "+-", "active")]
        assert status(CONFIRMED, self.activations, models) == "confirmed"

    def test_no_fix_between_revisions(self) -> None:
        models = [model("m2", "+-", "active"), model("m3", "+")]
        decision = decide_status(CONFIRMED, self.activations, models)
        assert (decision.status, decision.fixed_by) == ("confirmed", ("m3",))

    def test_a_fix_stands_until_the_candidate_is_evaluated(self) -> None:
        decision = decide_status(CONFIRMED, self.activations, [model("m2", "--", "active"), model("m3", "+")])
        assert (decision.status, decision.model, decision.revision) == ("fix_available", "m3", 1)

    def test_without_a_shared_revision_each_counts_by_its_own(self) -> None:
        models = [model("m1", "+"), model("m2", " -", "active")]
        decision = decide_status(CONFIRMED, self.activations, models)
        assert (decision.status, decision.revision) == ("regressed", 2)

    def test_the_active_model_alone_is_enough_for_fixed(self) -> None:
        models = [model("m1", "+"), model("m2", "-+", "active"), model("m3", "+")]
        assert status(CONFIRMED, self.activations, models) == "fixed"

    def test_a_model_whose_runs_fail_blocks_nobody(self) -> None:
        models = [model("m1", "-"), model("m2", "--", "active"), model("m3", "-+"), model("m4", "")]
        assert decide_status(CONFIRMED, self.activations, models).model == "m3"


class TestFixedSince:
    live = (went_live("m1", 5),)
    fixed = (model("m1", "+", "active"),)

    def since(self, moves: Any, activations: Any = live, models: Any = fixed) -> Any:
        return decide_status(moves, activations, models).fixed_since

    def test_since_the_model_went_live(self) -> None:
        assert self.since([moved("confirmed", 1)]) == day(5)
        assert self.since([moved("confirmed", 1)], [*self.live, went_live("m1", 7)]) == day(5)

    def test_since_a_person_let_it_be_fixed(self) -> None:
        assert self.since([moved("confirmed", 8), moved("in_progress", 9)]) == day(8)
        assert self.since([moved("confirmed", 1), moved("rejected", 6), moved("confirmed", 8)]) == day(8)
        assert self.since([moved("confirmed", 1), moved("triage", 6), moved("in_progress", 8)]) == day(8)

    def test_since_it_was_closed_by_hand(self) -> None:
        moves = [moved("confirmed", 1), moved("fixed", 9)]
        assert self.since(moves, models=[model("m1", "?", "active")]) == day(9)
        assert self.since(moves) == day(9)  # proven later: the same

    def test_an_undone_activation_begins_nothing_anew(self) -> None:
        activations = [*self.live, went_live("m2", 7), went_live("m1", 8, undoes=True)]
        models = [model("m1", "+", "active"), model("m2", "-")]
        assert self.since(CONFIRMED, activations, models) == self.since(CONFIRMED, self.live, models[:1])

    def test_while_another_one_stands_in_since_the_active_one_went_live(self) -> None:
        models = [model("m1", "+"), model("m2", "?", "active")]
        assert self.since(CONFIRMED, [*self.live, went_live("m2", 7)], models) == day(7)

    def test_missing_while_it_is_not_fixed_or_no_model_is_active(self) -> None:
        assert self.since(CONFIRMED, models=[model("m1", "-", "active")]) is None
        assert self.since([moved("fixed", 1)], activations=[]) is None


class TestClosedByHand:
    def test_it_counts_as_confirmed(self) -> None:
        decision = decide_status([moved("fixed", 1)], [], [])
        assert (decision.status, decision.closed_by_hand, decision.standing_move) == ("fixed", True, "fixed")

    @pytest.mark.parametrize(("sign", "expected"), [("?", "fixed"), ("0", "fixed"), ("-", "confirmed")])
    def test_while_the_active_model_is_not_failing(self, sign: str, expected: str) -> None:
        models = [model("m1", sign, "active")]
        assert status([moved("fixed", 1)], [went_live("m1", 0)], models) == expected

    def test_it_ends_when_another_model_goes_live(self) -> None:
        models = [model("m1", "?"), model("m2", "?", "active")]
        activations = [went_live("m1", 0), went_live("m2", 2)]
        assert status([moved("in_progress", 1), moved("fixed", 1)], activations, models) == "in_progress"
        assert status([moved("fixed", 3)], activations, models) == "fixed"

    def test_an_activation_that_is_undone_ends_nothing(self) -> None:
        models = [model("m1", "?", "active"), model("m2", "?")]
        activations = [went_live("m1", 0), went_live("m2", 2), went_live("m1", 4, undoes=True)]
        assert status([moved("fixed", 1)], activations, models) == "fixed"
        assert status([moved("fixed", 5)], activations, models) == "fixed"
        # closed while the other one was live, and never since
        assert status([moved("in_progress", 1), moved("fixed", 3)], activations, models) == "in_progress"
        # gone back to by a decision of its own, not by an undo
        again = [*activations[:2], went_live("m1", 4)]
        assert status([moved("in_progress", 1), moved("fixed", 1)], again, models) == "in_progress"

    def test_an_undo_that_is_undone_goes_on_with_the_other_model(self) -> None:
        models = [model("m1", "?"), model("m2", "?", "active")]
        activations = [
            went_live("m1", 0), went_live("m2", 2), went_live("m1", 4, undoes=True),
            went_live("m2", 6, undoes=True),
        ]  # fmt: skip
        expected = {1: "confirmed", 3: "fixed", 5: "confirmed", 7: "fixed"}
        for number, there in expected.items():
            assert status([moved("fixed", number)], activations, models) == there

    def test_activating_the_active_model_again_ends_nothing(self) -> None:
        activations = [went_live("m1", 0), went_live("m1", 2)]
        assert status([moved("fixed", 1)], activations, [model("m1", "?", "active")]) == "fixed"

    def test_it_stays_when_no_model_is_active_any_more(self) -> None:
        activations = [went_live("m1", 0), went_live(None, 2)]
        assert status([moved("fixed", 1)], activations, [model("m1", "-")]) == "fixed"

    def test_a_later_move_takes_it_back(self) -> None:
        assert status([moved("fixed", 1), moved("confirmed", 2)]) == "confirmed"

    def test_it_beats_what_an_earlier_model_showed(self) -> None:
        models = [model("m1", "+"), model("m2", "-"), model("m3", "?", "active")]
        activations = [went_live("m1", 0), went_live("m2", 1), went_live("m3", 2)]
        decision = decide_status([moved("fixed", 3)], activations, models)
        assert (decision.status, decision.closed_by_hand, decision.not_proven_again) == ("fixed", True, False)

    def test_evidence_beats_it(self) -> None:
        decision = decide_status([moved("fixed", 1)], [went_live("m1", 0)], [model("m1", "+", "active")])
        assert (decision.why, decision.closed_by_hand) == ("active_fixed", False)


@pytest.mark.parametrize(
    ("moves", "verdict", "legal"),
    [
        ([], None, "confirmed in_progress rejected duplicate fixed"),
        ([], Verdict.FAILING, "confirmed in_progress rejected duplicate"),
        (["confirmed"], Verdict.INCONCLUSIVE, "triage in_progress rejected duplicate fixed"),
        (["in_progress"], Verdict.UNSCORED, "triage confirmed rejected duplicate fixed"),
        (["rejected"], None, "triage confirmed in_progress"),
        (["duplicate"], Verdict.FAILING, "triage confirmed in_progress"),
        (["fixed"], None, "triage confirmed in_progress rejected duplicate"),
        (["in_progress", "fixed"], None, "triage confirmed in_progress rejected duplicate"),
    ],
)
def test_legal_moves(moves: list[str], verdict: Verdict | None, legal: str) -> None:
    decision = decide_status([moved(kind, number) for number, kind in enumerate(moves)], [], [])
    assert legal_moves(decision, verdict) == set(legal.split())


def test_a_problem_fixed_by_evidence_cannot_be_closed() -> None:
    decision = decide_status(CONFIRMED, [went_live("m1", 0)], [model("m1", "+", "active")])
    assert legal_moves(decision, Verdict.FIXED) == {"triage", "in_progress", "rejected", "duplicate"}
