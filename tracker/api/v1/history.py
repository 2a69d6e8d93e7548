"""The regression chart of a problem, as numbers."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.operations import Operation
from tracker.api.v1.patterns import Revision
from tracker.api.v1.problems import ProblemView
from tracker.api.v1.projects import CriterionBody
from tracker.projects.errors import Invalid
from tracker.triage.history import problem_history


class HistoryQuery(msgspec.Struct, forbid_unknown_fields=True):
    revision: Revision | None = None


class ModelPoint(msgspec.Struct, kw_only=True):
    """One model on the problem; null where it was not evaluated on the revision or could not be scored."""

    version: str
    trained_at: datetime | None
    stage: str
    n_cases: int | None = None
    n_scored: int | None = None
    n_failed: int | None = None
    error: float | None = None
    interval: list[float] | None = None
    n_judged: int | None = None
    n_judged_failed: int | None = None
    judged_error: float | None = None
    judged_interval: list[float] | None = None
    verdict: str | None = None


class ModelRangeShown(msgspec.Struct):
    """It happened after the one model and by the other; `after` null: it was always there."""

    after: str | None
    by: str


class HistoryShown(msgspec.Struct):
    problem: str
    revision: int
    criterion: CriterionBody
    models: list[ModelPoint]
    introduced_in: ModelRangeShown | None
    fixed_in: ModelRangeShown | None


class History(ProblemView):
    """Every model on one revision of the problem, in model order."""

    @Operation("Show the regression chart's numbers", {200: HistoryShown}, query=HistoryQuery)
    def get(self, request: Request, query: HistoryQuery) -> Response:
        revision = self.problem.revision if query.revision is None else query.revision
        if revision > self.problem.revision:
            text = _("The newest revision is %(revision)d.") % {"revision": self.problem.revision}
            raise Invalid({"revision": [text]})
        return Response(msgspec.convert(problem_history(self.problem, revision), HistoryShown))
