"""Comments and the timeline that they stand in."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.triage.facts import (
    REPORTER,
    STRANGER,
    TRIAGER,
    VIEWER,
    activate,
    make_model,
    make_problem,
    make_project,
    make_report,
    make_result,
)
from tracker.problems.models import Problem
from tracker.projects.errors import Invalid, NotAllowed
from tracker.triage.comments import add_comment
from tracker.triage.event_words import event_words
from tracker.triage.models import Comment
from tracker.triage.moves import move_problem
from tracker.triage.refresh import refresh_problems
from tracker.triage.report_links import link_report
from tracker.triage.timeline import timeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def problem() -> Problem:
    return make_problem(make_project(), revision=1)


def test_a_reporter_may_comment(problem: Problem) -> None:
    comment = add_comment(REPORTER, problem, "  It happens with *every* name.  ")
    assert (comment.author, comment.text) == ("reporter", "It happens with *every* name.")


@pytest.mark.parametrize("text", ["", "  \n", "x" * 10_001, "a\0b", "\ud800"])
def test_a_comment_needs_a_text(problem: Problem, text: str) -> None:
    with pytest.raises(Invalid):
        add_comment(REPORTER, problem, text)
    assert not Comment.objects.exists()


def test_who_may_not_file_may_not_comment(problem: Problem) -> None:
    for actor in (VIEWER, STRANGER):
        with pytest.raises(NotAllowed):
            add_comment(actor, problem, "hm")


def test_it_tells_everything_newest_first(problem: Problem) -> None:
    project = problem.project
    other = make_problem(project, slug="other")
    model = make_model(project, "v9")
    link_report(TRIAGER, make_report(project), problem)
    add_comment(REPORTER, problem, "Why?")
    move_problem(TRIAGER, problem, "confirmed")
    activate(model, -1)
    make_result(model, problem, "fixed", n_judged=30)
    refresh_problems(project)
    move_problem(TRIAGER, problem, "duplicate", duplicate_of=other)
    told = [(entry.actor, entry.words) for entry in timeline(problem)]
    reason = "v9, the active model, fixes it (revision 1: 0 of 30 judged cases failed)"
    assert told == [
        ("tracker", "changed the status from Fixed to Duplicate"),
        ("triager", "marked it as a duplicate of other"),
        ("tracker", f"changed the status from Confirmed to Fixed: {reason}"),
        ("tracker", "changed the status from Triage to Confirmed"),
        ("triager", "moved it to Confirmed"),
        ("reporter", "commented"),
        ("triager", "linked 1 report"),
    ]
    comments = [entry.comment for entry in timeline(problem) if entry.comment]
    assert comments == ["Why?"]
    assert [entry.words for entry in timeline(other)] == ["marked problem-1 as a duplicate of this problem"]


def test_pages(problem: Problem) -> None:
    for number in range(5):
        add_comment(REPORTER, problem, str(number))
    with CaptureQueriesContext(connection) as captured:
        first = timeline(problem, limit=3)
    assert len(captured) == 1
    rest = timeline(problem, limit=3, before=first[-1].id)
    assert [entry.comment for entry in [*first, *rest] if entry.comment] == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("kind", "evidence", "words"),
    [
        ("problem_created", {}, "created the problem"),
        ("problem_changed", {"title": {}, "harm_name": {}, "harm": {}}, "changed title, harm"),
        ("patterns_added", {"added": 1, "revision": 2}, "added 1 test pattern (revision 2)"),
        ("patterns_added", {"added": 7, "revision": 2}, "added 7 test patterns (revision 2)"),
        ("patterns_added", {"added": 0, "revision": 3}, "recorded where test patterns come from (revision 3)"),
        ("pattern_relabelled", {"revision": 4}, "relabelled a test pattern (revision 4)"),
        ("pattern_retired", {"revision": 4}, "retired a test pattern (revision 4)"),
        ("reports_unlinked", {"reports": [1], "to": "other"}, "moved 1 report to other"),
        ("reports_unlinked", {"reports": [1, 2], "to": None}, "unlinked 2 reports"),
        ("moved", {"to": "rejected", "reason": "50 % are wrong"}, "rejected it: 50 % are wrong"),
        ("moved", {"to": "fixed", "reason": "seen"}, "closed it by hand: seen"),
        ("merge_undone", {"problem": "p"}, "undid that p is a duplicate of this problem"),
        ("something_new", {}, "something new"),
    ],
)  # fmt: skip
def test_the_words_of_events(kind: str, evidence: dict[str, Any], words: str) -> None:
    assert event_words(kind, evidence) == words
