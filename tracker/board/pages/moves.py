"""Where a person may move a problem, as buttons."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tracker.board.words import status_word
from tracker.problems.models import Problem, Status
from tracker.triage.moves import NEED_REASON, legal_moves


@dataclass(frozen=True, slots=True)
class MoveChoice:
    """`asks`: whether something has to be said with it; `is_next`: whether it is the usual next step."""

    to: str
    text: str
    title: str
    asks: bool
    is_next: bool = False


ORDER = (
    Status.CONFIRMED, Status.IN_PROGRESS, Status.FIXED, Status.TRIAGE, Status.DUPLICATE, Status.REJECTED,
)  # fmt: skip
ENDED = (Status.FIXED, Status.REJECTED, Status.DUPLICATE)
NEXT = {
    Status.TRIAGE: Status.CONFIRMED,
    Status.CONFIRMED: Status.IN_PROGRESS,
    Status.REGRESSED: Status.IN_PROGRESS,
}
"""What people usually do next; elsewhere the models' results decide."""


def move_choices(problem: Problem) -> list[MoveChoice]:
    """Return the legal moves, the gentle ones first."""
    legal = legal_moves(problem.project, [problem])[problem.pk]
    return [move_choice(to, problem.status) for to in ORDER if to in legal]


def move_choice(to: str, status: str) -> MoveChoice:
    reopens = status in ENDED
    texts = {
        Status.CONFIRMED: _("Reopen as confirmed") if reopens else _("Confirm"),
        Status.IN_PROGRESS: _("Start work"),
        Status.FIXED: _("Close by hand"),
        Status.TRIAGE: _("Back to triage"),
        Status.DUPLICATE: _("Mark as a duplicate"),
        Status.REJECTED: _("Reject"),
    }
    if status == Status.TRIAGE:
        texts[Status.IN_PROGRESS] = _("Confirm and start work")
    titles = {
        Status.FIXED: _("Until another model goes live or the active one fails it; asks for the reason"),
        Status.DUPLICATE: _("Its reports count for the other problem; it can be taken back"),
        Status.REJECTED: _("Not a problem to fix; asks for the reason"),
    }
    default = _("Move to %(status)s") % {"status": status_word(to)}
    return MoveChoice(
        to=str(to),
        text=texts[Status(to)],
        title=titles.get(Status(to), default),
        asks=to in {*NEED_REASON, Status.DUPLICATE},
        is_next=to == NEXT.get(Status(status)),
    )
