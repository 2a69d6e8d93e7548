"""What happened to a problem, newest first, each line with its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Case, OuterRef, Subquery, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

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
    comment: str | None
    """What was said, where the entry is a comment that is still there."""


def timeline(problem: Problem, *, before: int | None = None, limit: int = PAGE) -> list[TimelineEntry]:
    """Return at most `limit` entries, newest first; `before` (an entry's id) turns the page. One query."""
    about = Event.objects.filter(project=problem.project_id).about("problem", problem.pk)
    comment_id = Case(When(kind="commented", then=Cast(KT("evidence__comment"), BigIntegerField())))
    said = Comment.objects.filter(pk=OuterRef("comment_id"), problem=problem).values("text")
    events = about.annotate(comment_id=comment_id).annotate(said=Subquery(said)).order_by("-pk")
    if before is not None:
        events = events.filter(pk__lt=before)
    return [
        TimelineEntry(
            id=event.pk,
            at=event.at,
            actor=event.actor,
            kind=event.kind,
            words=event_words(event.kind, event.evidence),
            evidence=event.evidence,
            comment=event.said,  # type: ignore[attr-defined]
        )
        for event in events[:limit]
    ]
