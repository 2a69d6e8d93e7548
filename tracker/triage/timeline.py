"""What happened to a problem, newest first, each line with its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.problems.models import Problem
from tracker.projects.models import Event
from tracker.triage.event_words import event_words
from tracker.triage.models import Comment

PAGE = 100


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line: an event in words, and the comment where the event is one."""

    id: int
    at: datetime
    actor: str
    kind: str
    words: str
    evidence: dict[str, Any]
    comment: Comment | None


def timeline(problem: Problem, *, before: int | None = None, limit: int = PAGE) -> list[TimelineEntry]:
    """Return at most `limit` entries, newest first; `before` (an entry's id) turns the page."""
    events = Event.objects.filter(project=problem.project_id).about("problem", problem.pk).order_by("-pk")
    if before is not None:
        events = events.filter(pk__lt=before)
    page = list(events[:limit])
    comments = Comment.objects.in_bulk(
        [event.evidence["comment"] for event in page if event.kind == "commented"]
    )
    return [
        TimelineEntry(
            id=event.pk,
            at=event.at,
            actor=event.actor,
            kind=event.kind,
            words=event_words(event.kind, event.evidence),
            evidence=event.evidence,
            comment=comments.get(event.evidence["comment"]) if event.kind == "commented" else None,
        )
        for event in page
    ]
