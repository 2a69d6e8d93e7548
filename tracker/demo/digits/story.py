"""What the people of the demo did: which model went live when, how reports were sorted, where problems went.

Nothing here knows what a model says. Where problems end up follows from these moves and from the evidence.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tracker.demo.digits import problems
from tracker.demo.digits.readings import Seen
from tracker.demo.digits.strokes import is_straight_nine, is_wide_one
from tracker.demo.people import ENGINEER, OWNER, REPORTER
from tracker.demo.storyline import Inbox, Live, Move

if TYPE_CHECKING:
    from tracker.demo.digits.crowd import Complaint
    from tracker.demo.digits.problems import DemoProblem


LIVE = (
    Live("knn-2", timedelta(days=255), 150),
    Live("knn-3", timedelta(days=205), 150),
    Live("svm-5", timedelta(days=112), 250),
    Live("svm-6", timedelta(days=26), 1200),
)
"""In the order in which they went live; each until the next one did, the last one still."""

FOUND = {
    problems.EIGHTS: timedelta(days=240),
    problems.STRAIGHT_NINES: timedelta(days=225),
    problems.WIDE_ONES: timedelta(days=190),
    problems.OFF_CENTRE: timedelta(days=150),
    problems.FAINT: timedelta(days=75),
    problems.TILTED: timedelta(days=60),
    problems.CUT_OFF_SEVENS: timedelta(days=40),
    problems.GREY_PAPER: timedelta(days=18),
    problems.DUST: timedelta(days=12),
}
"""How long ago each was found and described, so that one can look back at the test set of any day; the others today."""

IN_SHADOW = ("svm-8",)

INBOX = Inbox(
    not_looked_at=timedelta(days=3),
    dismissed_after=timedelta(days=28),
    dismissed_because="Too few like it to describe a problem.",
)
"""A report that belongs to no problem stays in the inbox for a while, in case that more like it come."""

MOVES = (
    Move(problems.WIDE_ONES, OWNER, "confirmed"),
    Move(problems.EIGHTS, OWNER, "confirmed"),
    Move(problems.STRAIGHT_NINES, OWNER, "confirmed"),
    Move(problems.OFF_CENTRE, OWNER, "confirmed"),
    Move(problems.OFF_CENTRE, ENGINEER, "in_progress"),
    Move(problems.FAINT, OWNER, "confirmed"),
    Move(problems.TILTED, OWNER, "confirmed"),
    Move(problems.TILTED, ENGINEER, "in_progress"),
    Move(problems.GREY_PAPER, OWNER, "confirmed"),
    Move(problems.DUST, OWNER, "confirmed"),
    Move(problems.LEANING_RIGHT, OWNER, "duplicate", duplicate_of=problems.TILTED),
    Move(
        problems.WHITE_ON_BLACK,
        OWNER,
        "rejected",
        "Out of scope: our forms are white and the pens dark. The form reader says so now.",
    ),
)
MOVES_AFTER_EVALUATION = (
    Move(
        problems.STRAIGHT_NINES,
        OWNER,
        "fixed",
        "Every scan of such a nine that we have is a pattern by now; there are no more to sample.",
    ),
)
"""Moves that people make when they have seen the results. One that is not legal by then is not made."""

SAID_OF: tuple[tuple[DemoProblem, dict[str, Any]], ...] = (
    (problems.OFF_CENTRE, {"assignee": ENGINEER.username}),
    (problems.TILTED, {"assignee": ENGINEER.username}),
    (problems.FAINT, {"assignee": OWNER.username}),
    (
        problems.CUT_OFF_SEVENS,
        {
            "users_affected_percent": 3.0,
            "users_affected_reason": "The one branch with the old scanner: 12 of 400 users.",
        },
    ),
)
"""What the product owner knows of problems beyond their reports."""

COMMENTS = (
    (problems.WIDE_ONES, REPORTER, "My colleagues abroad all write their ones like this."),
    (problems.WIDE_ONES, ENGINEER, "Please compare the cleaning steps in the models' lineage, under *data*."),
    (
        problems.OFF_CENTRE,
        ENGINEER,
        "From now on I train with copies moved one cell to the left and to the right.",
    ),
    (problems.TILTED, ENGINEER, "Training with copies tilted by 12 degrees comes next."),
    (problems.GREY_PAPER, OWNER, "Recycled forms arrive next quarter. Who can take this?"),
)

FROM_REPORTS = (problems.WIDE_ONES,)
"""Problems whose reports became test patterns too, where the reporter said what the digit is."""

_BY_LOOKS = {
    Seen.OFF_CENTRE: problems.OFF_CENTRE,
    Seen.FAINT: problems.FAINT,
    Seen.TILTED_LEFT: problems.TILTED,
    Seen.TILTED_RIGHT: problems.LEANING_RIGHT,
    Seen.GREY: problems.GREY_PAPER,
    Seen.DUSTY: problems.DUST,
    Seen.INVERTED: problems.WHITE_ON_BLACK,
}


def sorted_into(complaint: Complaint) -> DemoProblem | None:
    """Return what the product owner takes a report for, by its picture and what was read; None: unclear."""
    scan, seen = complaint.reading.scan, complaint.reading.seen
    if seen in _BY_LOOKS:
        return _BY_LOOKS[seen]
    if seen is Seen.CUT_OFF:
        return problems.CUT_OFF_SEVENS if scan.label == "7" else None
    if is_wide_one(scan):
        return problems.WIDE_ONES
    if is_straight_nine(scan):
        return problems.STRAIGHT_NINES
    return {("8", "1"): problems.EIGHTS, ("5", "9"): problems.FIVES}.get((scan.label, complaint.predicted))
