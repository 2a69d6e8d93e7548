"""What people did with a problem, read as facts: the column they put it in, out of it, closed by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeAlias

MoveKind: TypeAlias = Literal["triage", "confirmed", "in_progress", "rejected", "duplicate", "fixed"]
Moment: TypeAlias = tuple[datetime, int]


class Status(StrEnum):
    """Where a problem stands."""

    TRIAGE = "triage"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    REGRESSED = "regressed"
    FIX_AVAILABLE = "fix_available"
    FIXED = "fixed"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


OUT = frozenset({Status.REJECTED, Status.DUPLICATE})
BY_HAND = frozenset({Status.TRIAGE, Status.CONFIRMED, Status.IN_PROGRESS})


@dataclass(frozen=True, slots=True)
class Move:
    """What a person did with the problem; `fixed` is to close it by hand.

    `sequence` orders facts of one time. Moves and activations share it: it is that of the event log.
    """

    kind: MoveKind
    at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class People:
    """What all moves together say."""

    column: Status
    """triage (nobody has confirmed it), confirmed or in_progress."""
    out: Status | None
    """rejected or duplicate, while that is the last move."""
    closed_at: Moment | None
    """When it was closed by hand, while that is the last move."""
    open_since: Moment | None
    """Since when people have let its status follow from evidence: neither in triage nor out."""


def read_moves(moves: Iterable[Move]) -> People:
    """Reads moves given in any order, with repeats."""
    in_order = sorted(set(moves), key=lambda move: (move.at, move.sequence, move.kind))
    column = Status.TRIAGE
    open_since: Moment | None = None
    for move in in_order:
        kind = Status(move.kind)
        if kind in BY_HAND:
            column = kind
        elif kind is Status.FIXED and column is Status.TRIAGE:
            column = Status.CONFIRMED  # who closes a bug has confirmed that it was one
        if column is Status.TRIAGE or kind in OUT:
            open_since = None
        elif open_since is None:
            open_since = (move.at, move.sequence)
    last = in_order[-1] if in_order else None
    return People(
        column=column,
        out=Status(last.kind) if last and last.kind in OUT else None,
        closed_at=(last.at, last.sequence) if last and last.kind == "fixed" else None,
        open_since=open_since,
    )
