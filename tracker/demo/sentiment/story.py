"""What the people of the demo did: which model went live when, how reports were sorted, where problems went.

Nothing here knows what a model says. Where problems end up follows from these moves and from the evidence.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tracker.demo.people import ENGINEER, OWNER, REPORTER
from tracker.demo.sentiment import problems
from tracker.demo.sentiment.posts import Kind
from tracker.demo.storyline import Inbox, Live, Move

if TYPE_CHECKING:
    from tracker.demo.sentiment.crowd import Complaint
    from tracker.demo.sentiment.problems import DemoProblem

LIVE = (
    Live("afinn-96", timedelta(days=310), 120),
    Live("afinn-111", timedelta(days=190), 200),
    Live("textblob", timedelta(days=40), 1000),
)
"""In the order in which they went live; each until the next one did, the last one still."""

IN_SHADOW = ("vader",)

INBOX = Inbox(
    not_looked_at=timedelta(days=3),
    dismissed_after=timedelta(days=28),
    dismissed_because="Too few like it to describe a problem.",
)
"""A report that belongs to no problem stays in the inbox for a while, in case that more like it come."""

MOVES = (
    Move(problems.PLAIN, OWNER, "confirmed"),
    Move(problems.NEGATED, OWNER, "confirmed"),
    Move(problems.NEGATED, ENGINEER, "in_progress"),
    Move(problems.AT_A_DISTANCE, OWNER, "confirmed"),
    Move(problems.AT_A_DISTANCE, ENGINEER, "in_progress"),
    Move(problems.SKIN_COLOUR, OWNER, "confirmed"),
    Move(problems.ORIENTATION, OWNER, "confirmed"),
    Move(problems.DISABILITY, OWNER, "confirmed"),
    Move(problems.RELIGION, OWNER, "confirmed"),
    Move(problems.NAMES, OWNER, "confirmed"),
    Move(problems.TYPOS, OWNER, "confirmed"),
    Move(problems.QUESTIONS, OWNER, "confirmed"),
    Move(problems.STRONGER, ENGINEER, "confirmed"),
    Move(problems.BLIND_CHOIR, OWNER, "duplicate", duplicate_of=problems.DISABILITY),
    Move(
        problems.OTHER_LANGUAGES,
        OWNER,
        "rejected",
        "Out of scope: the app shows posts in other languages without a mood until there is a model for them.",
    ),
)

SAID_OF: tuple[tuple[DemoProblem, dict[str, Any]], ...] = (
    (problems.NEGATED, {"assignee": ENGINEER.username}),
    (problems.AT_A_DISTANCE, {"assignee": ENGINEER.username}),
    (problems.SKIN_COLOUR, {"assignee": OWNER.username}),
    (
        problems.RELIGION,
        {
            "users_affected_percent": 4.0,
            "users_affected_reason": "From the survey: 20 of 500 users have posted about a faith.",
        },
    ),
)
"""What people know of problems beyond their reports."""

COMMENTS = (
    (
        problems.SKIN_COLOUR,
        REPORTER,
        "People introduce themselves here. Nobody should have to think twice about a word.",
    ),
    (problems.SKIN_COLOUR, OWNER, "This must never happen again: whatever goes live next has to pass here."),
    (problems.DISABILITY, ENGINEER, "Compare the word lists in the models' lineage, under “data”."),
    (problems.NEGATED, ENGINEER, "Rules for “not” come with VADER; it runs in the shadow now."),
    (problems.AT_A_DISTANCE, ENGINEER, "I train on sentences that take praise back, near and far."),
    (problems.TYPOS, OWNER, "Half of our users write on the bus. Who can take this?"),
)

_BY_KIND = {
    Kind.PRAISE: problems.PLAIN,
    Kind.BLAME: problems.PLAIN,
    Kind.NEGATED: problems.NEGATED,
    Kind.AT_A_DISTANCE: problems.AT_A_DISTANCE,
    Kind.QUESTION: problems.QUESTIONS,
    Kind.NAME: problems.NAMES,
    Kind.TYPO: problems.TYPOS,
    Kind.SKIN_COLOUR: problems.SKIN_COLOUR,
    Kind.ORIENTATION: problems.ORIENTATION,
    Kind.DISABILITY: problems.DISABILITY,
    Kind.BLIND_CHOIR: problems.BLIND_CHOIR,
    Kind.IRONY: problems.IRONY,
    Kind.OTHER_LANGUAGE: problems.OTHER_LANGUAGES,
}


def sorted_into(complaint: Complaint) -> DemoProblem | None:
    """Return what the product owner takes a report for, by what the post says; None: unclear."""
    return _BY_KIND.get(complaint.post.kind)
