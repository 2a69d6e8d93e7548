"""What made each revision of a problem, and when, from its log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.problems.models import Problem
from tracker.projects.models import Event, EventQuerySet
from tracker.triage.event_words import event_words

PAGE = 50


@dataclass(frozen=True, slots=True)
class RevisionMade:
    """One revision: who changed the test patterns, how, and when."""

    revision: int
    at: datetime
    actor: str
    words: str


def revision_log(problem: Problem, *, before: int | None = None, limit: int = PAGE) -> list[RevisionMade]:
    """Return at most `limit` revisions, newest first; `before` (a revision) turns the page. One query."""
    events = _events(problem)
    if before is not None:
        events = events.filter(evidence__revision__lt=before)
    return [_made(event) for event in events[:limit]]


def revision_made(problem: Problem, revision: int) -> RevisionMade | None:
    """Return how one revision came about; None for the empty one that a problem begins with."""
    event = _events(problem).filter(evidence__revision=revision).first()
    return _made(event) if event else None


def _events(problem: Problem) -> EventQuerySet:
    events = Event.objects.filter(project=problem.project_id).about("problem", problem.pk)
    return events.changing_patterns().order_by("-pk")


def _made(event: Event) -> RevisionMade:
    words = event_words(event.kind, event.evidence)
    return RevisionMade(int(event.evidence["revision"]), event.at, event.actor, words)
