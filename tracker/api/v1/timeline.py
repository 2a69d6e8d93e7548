"""What happened to a problem, and what people say about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.operations import Operation, Takes
from tracker.api.pages import Key, Page, PageQuery, page_of
from tracker.api.v1.problems import ProblemView
from tracker.api.view import created
from tracker.projects.models import Event
from tracker.triage.comments import add_comment
from tracker.triage.event_words import event_words
from tracker.triage.models import Comment


class EventShown(msgspec.Struct):
    """One line of the timeline: who or what did what, with the evidence."""

    id: int
    at: datetime
    actor: str
    kind: str
    words: str
    evidence: dict[str, Any]


class CommentBody(msgspec.Struct, forbid_unknown_fields=True):
    text: str


class CommentShown(msgspec.Struct):
    id: int
    author: str
    text: str
    created_at: datetime


class Events(ProblemView):
    """The timeline of a problem, newest first."""

    @Operation("List events", {200: Page[EventShown]}, query=PageQuery)
    def get(self, request: Request, query: PageQuery) -> Response:
        events = self.project.events.about("problem", self.problem.pk)
        return Response(page_of(request, query, events, shown_events, by=[Key("pk", descending=True)]))


class Comments(ProblemView):
    """The comments on a problem, oldest first."""

    @Operation("List comments", {200: Page[CommentShown]}, query=PageQuery)
    def get(self, request: Request, query: PageQuery) -> Response:
        return Response(page_of(request, query, self.problem.comments.all(), _shown_comments, by=[Key("pk")]))

    @Operation("Comment on a problem", {201: CommentShown}, takes=Takes(CommentBody))
    def post(self, request: Request, body: CommentBody) -> Response:
        return created(_shown_comments([add_comment(self.actor, self.problem, body.text)])[0])


def shown_events(events: Sequence[Event]) -> list[EventShown]:
    return [
        EventShown(
            id=event.pk,
            at=event.at,
            actor=event.actor,
            kind=event.kind,
            words=event_words(event.kind, event.evidence),
            evidence=event.evidence,
        )
        for event in events
    ]


def _shown_comments(comments: Sequence[Comment]) -> list[CommentShown]:
    return [
        CommentShown(id=comment.pk, author=comment.author, text=comment.text, created_at=comment.created_at)
        for comment in comments
    ]
