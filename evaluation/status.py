"""The status of a problem: a function of facts, the same in any order. DESIGN section 5."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from evaluation.evidence import Activation, Evidence, ModelEvidence, read_evidence
from evaluation.history import ModelRange, changes
from evaluation.moves import BY_HAND, OUT, Move, People, Status, read_moves
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
    active: str | None
    """The version that counts as active: the last one that went live and is evaluated since."""
    fixed_since: datetime | None
    """With "fixed": reports about the active model that came in later speak against it. None if none is active.

    The last of what people and teams did for it: the model went live, the problem was confirmed or opened
    again, it was closed by hand. Not when results came in: those come anew with every revision.
    """


def decide_status(
    moves: Iterable[Move], activations: Iterable[Activation], models: Iterable[ModelEvidence]
) -> StatusDecision:
    """The six steps of DESIGN section 5, in that order. Facts may come in any order and more than once."""
    people = read_moves(moves)
    evidence = read_evidence(activations, models)
    active, stand_in, better = evidence.active, evidence.stand_in(), evidence.better()
    beaten, stand_in_beaten = evidence.failed_again(active), evidence.failed_again(stand_in)
    # The newest of them: the one a team would put live.
    fixer = better[-1] if better else None
    closed = people.closed_at is not None and evidence.lets_close_stand(people.closed_at)
    # In order: does it hold, the status, why, the model that it rests on, and beside which other one.
    steps: tuple[tuple[bool, Status, str, ModelEvidence | None, ModelEvidence | None], ...] = (
        (people.out is Status.REJECTED, Status.REJECTED, "rejected", None, None),
        (people.out is Status.DUPLICATE, Status.DUPLICATE, "duplicate", None, None),
        (people.column is Status.TRIAGE, Status.TRIAGE, "not_confirmed", None, None),
        (evidence.fixes(active), Status.FIXED, "active_fixed", active, None),
        (closed, Status.FIXED, "closed_by_hand", None, None),
        (evidence.fixes(stand_in), Status.FIXED, "earlier_active_fixed", stand_in, None),
        (beaten is not None, Status.REGRESSED, "active_fails_again", active, beaten),
        (
            stand_in_beaten is not None,
            Status.REGRESSED,
            "earlier_active_fails_again",
            stand_in,
            stand_in_beaten,
        ),
        (fixer is not None, Status.FIX_AVAILABLE, "candidate_fixed", fixer, active),
        (True, people.column, "moved", active, None),
    )
    status, why, model, beside = next(step[1:] for step in steps if step[0])
    return StatusDecision(
        status=status,
        why=why,
        model=model.version if model else None,
        revision=evidence.newest(model, beside),
        not_proven_again=why in ("earlier_active_fixed", "earlier_active_fails_again"),
        closed_by_hand=why == "closed_by_hand",
        fixed_by=tuple(candidate.version for candidate in evidence.fixers()),
        standing_move=people.out or (Status.FIXED if closed else people.column),
        active=active.version if active else None,
        fixed_since=_fixed_since(evidence, people, closed) if status is Status.FIXED else None,
    )


def _fixed_since(evidence: Evidence, people: People, closed: bool) -> datetime | None:
    if evidence.active is None:
        return None
    moments = [evidence.live_times()[-1][0], people.open_since, people.closed_at if closed else None]
    return max(moment for moment in moments if moment is not None)[0]


def legal_moves(decision: StatusDecision, active_verdict: Verdict | None) -> frozenset[str]:
    """The moves that a person may make from here."""
    if decision.status in OUT:
        return frozenset(status.value for status in BY_HAND)
    moves = (BY_HAND | OUT) - {decision.standing_move}
    if decision.status is not Status.FIXED and active_verdict != Verdict.FAILING:
        moves |= {Status.FIXED}
    return frozenset(status.value for status in moves)
