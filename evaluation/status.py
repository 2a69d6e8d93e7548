"""The status of a problem: a function of facts, the same in any order. DESIGN section 5."""

from collections.abc import Iterable
from dataclasses import dataclass

from evaluation.evidence import Activation, ModelEvidence, read_evidence
from evaluation.history import ModelRange, changes
from evaluation.moves import BY_HAND, OUT, Move, Status, read_moves
from evaluation.types import Verdict

__all__ = [
    "Activation",
    "ModelEvidence",
    "ModelRange",
    "Move",
    "Status",
    "StatusDecision",
    "changes",
    "decide_status",
    "legal_moves",
]


@dataclass(frozen=True, slots=True)
class StatusDecision:
    """A status, why, and the evidence it rests on."""

    status: Status
    why: str
    """One of rejected, duplicate, not_confirmed, active_fixed, closed_by_hand, earlier_active_fixed,
    active_fails_again, earlier_active_fails_again, candidate_fixed, moved (by people alone)."""
    model: str | None
    """The version whose verdict on `revision` it rests on; with "moved": the active one."""
    revision: int | None
    not_proven_again: bool
    """It rests on a model that was active before, since the active one is undecided."""
    closed_by_hand: bool
    fixed_by: tuple[str, ...]
    """The candidate and shadow models that are fixed, in model order."""
    standing_move: Status
    """What people's moves alone say; fixed only while a close by hand counts."""


def decide_status(
    moves: Iterable[Move], activations: Iterable[Activation], models: Iterable[ModelEvidence]
) -> StatusDecision:
    """The six steps of DESIGN section 5, in that order. Facts may come in any order and more than once."""
    people = read_moves(moves)
    evidence = read_evidence(activations, models)
    active, stand_in, fixers = evidence.active, evidence.stand_in(), evidence.fixers()
    # The newest of them: the one a team would put live.
    fixer = fixers[-1] if fixers else None
    closed = people.closed_at is not None and evidence.lets_close_stand(people.closed_at)
    # In order: does it hold, the status, why, and the model that it rests on.
    steps: tuple[tuple[bool, Status, str, ModelEvidence | None], ...] = (
        (people.out is Status.REJECTED, Status.REJECTED, "rejected", None),
        (people.out is Status.DUPLICATE, Status.DUPLICATE, "duplicate", None),
        (people.column is Status.TRIAGE, Status.TRIAGE, "not_confirmed", None),
        (evidence.fixes(active), Status.FIXED, "active_fixed", active),
        (closed, Status.FIXED, "closed_by_hand", None),
        (evidence.fixes(stand_in), Status.FIXED, "earlier_active_fixed", stand_in),
        (evidence.fails_again(active), Status.REGRESSED, "active_fails_again", active),
        (evidence.fails_again(stand_in), Status.REGRESSED, "earlier_active_fails_again", stand_in),
        (fixer is not None, Status.FIX_AVAILABLE, "candidate_fixed", fixer),
        (True, people.column, "moved", active),
    )
    status, why, model = next(step[1:] for step in steps if step[0])
    return StatusDecision(
        status=status,
        why=why,
        model=model.version if model else None,
        revision=evidence.revision if model else None,
        not_proven_again=why in ("earlier_active_fixed", "earlier_active_fails_again"),
        closed_by_hand=why == "closed_by_hand",
        fixed_by=tuple(candidate.version for candidate in fixers),
        standing_move=people.out or (Status.FIXED if closed else people.column),
    )


def legal_moves(decision: StatusDecision, active_verdict: Verdict | None) -> frozenset[str]:
    """The moves that a person may make from here."""
    if decision.status in OUT:
        return frozenset(status.value for status in BY_HAND)
    moves = (BY_HAND | OUT) - {decision.standing_move}
    if decision.status is not Status.FIXED and active_verdict != Verdict.FAILING:
        moves |= {Status.FIXED}
    return frozenset(status.value for status in moves)
