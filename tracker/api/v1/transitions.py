"""Moving a problem."""

from __future__ import annotations

from typing import Literal

import msgspec
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.operations import Operation, Takes
from tracker.api.v1.problem_answers import ProblemShown, shown_problems
from tracker.api.v1.problems import ProblemView
from tracker.projects.errors import Invalid
from tracker.triage.moves import move_problem


class TransitionBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Where to; `fixed` closes it by hand. Rejecting and closing need a reason, a duplicate its original."""

    to: Literal["confirmed", "in_progress", "rejected", "duplicate", "triage", "fixed"]
    reason: str = ""
    duplicate_of: str | None = None


class Transition(ProblemView):
    """A move by a person. The status follows from moves and evidence; an illegal move names the legal."""

    @Operation("Move a problem", {200: ProblemShown}, takes=Takes(TransitionBody))
    def post(self, request: Request, body: TransitionBody) -> Response:
        target = None
        if body.duplicate_of is not None:
            target = self.project.problems.filter(slug=body.duplicate_of).first()
            if target is None:
                raise Invalid({"duplicate_of": [_("There is no such problem in this project.")]})
        move_problem(self.actor, self.problem, body.to, reason=body.reason, duplicate_of=target)
        return Response(shown_problems(self.project, [self.problem])[0])
