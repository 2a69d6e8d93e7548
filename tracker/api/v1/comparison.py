"""Two models side by side, and what moved a score between two times."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.operations import Operation
from tracker.api.pages import Limit
from tracker.api.problem_details import InvalidQuery
from tracker.api.v1.comparison_answers import ComparisonShown, shown_comparison
from tracker.api.view import ProjectView
from tracker.candidates.models import CandidateModel
from tracker.projects.errors import Errors
from tracker.projects.models import Project
from tracker.triage.comparison import compare_models
from tracker.triage.flips import flips_between

Time = Annotated[datetime, msgspec.Meta(tz=True)]
Start = Annotated[
    int, msgspec.Meta(ge=0, le=1_000_000, description="How many flips of each list to pass over.")
]


class CompareQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Versions of two models; with a time, which may be given for either, the change of score is taken apart."""

    base: str
    head: str
    base_at: Time | None = None
    head_at: Time | None = None
    limit: Limit = 50
    start: Start = 0


class Compare(ProjectView):
    """Two models on the same revisions: what flipped, what that shows, and what moved the score.

    Nothing is evaluated here: `stale` names what should be first.
    """

    @Operation("Compare two models", {200: ComparisonShown}, query=CompareQuery)
    def get(self, request: Request, query: CompareQuery) -> Response:
        base, head = _models(self.project, query)
        found = compare_models(self.project, base, head, base_at=query.base_at, head_at=query.head_at)
        flips = flips_between(found, start=query.start, limit=query.limit)
        return Response(shown_comparison(found, flips))


def _models(project: Project, query: CompareQuery) -> tuple[CandidateModel, CandidateModel]:
    found = {model.version: model for model in project.models.filter(version__in=[query.base, query.head])}
    now = timezone.now()
    errors: Errors = {
        name: [_("There is no model %(version)s.") % {"version": version}]
        for name, version in (("base", query.base), ("head", query.head))
        if version not in found
    }
    for name, at in (("base_at", query.base_at), ("head_at", query.head_at)):
        if at is not None and at > now:
            errors[name] = [_("This time lies in the future.")]
    if errors:
        raise InvalidQuery(errors)
    return found[query.base], found[query.head]
