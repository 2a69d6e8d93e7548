"""Runs: asking for them, watching, retrying, cancelling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.operations import NoFields, Operation, Takes
from tracker.api.pages import Key, Page, PageQuery, page_of
from tracker.api.view import ProjectView
from tracker.candidates.models import CandidateModel
from tracker.projects.errors import Errors, Invalid
from tracker.projects.models import Project
from tracker.runs.models import Run, RunQuerySet
from tracker.runs.requests import cancel_run, request_runs, retry_run

Names = Annotated[list[str], msgspec.Meta(min_length=1, max_length=1000)]


class RunsBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which models on which problems; left out: all that take part, on whatever is stale."""

    models: Names | None = None
    problems: Names | None = None


class RunQuery(PageQuery, forbid_unknown_fields=True, kw_only=True):
    status: Literal["queued", "running", "finished", "failed", "cancelled"] | None = None
    model: str = ""


class Progress(msgspec.Struct):
    done: int
    total: int


class RunShown(msgspec.Struct, kw_only=True):
    """`problems` null: whatever is stale when the run starts. `total` 0: it has not been planned yet. A run whose
    server does not answer says why in `waiting_for`, and when it asks again.
    """

    id: int
    model: str
    status: str
    reasons: list[dict[str, Any]]
    problems: list[str] | None
    progress: Progress
    asked: int
    reused: int
    failed: int
    error: str | None
    waiting_for: str | None
    ask_again_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Runs(ProjectView):
    """The runs of a project, newest first."""

    @Operation("List runs", {200: Page[RunShown]}, query=RunQuery)
    def get(self, request: Request, query: RunQuery) -> Response:
        runs: RunQuerySet = self.project.runs.select_related("model")
        if query.status:
            runs = runs.filter(status=query.status)
        if query.model:
            runs = runs.filter(model__version=query.model)
        page = page_of(request, query, runs, self._shown, by=[Key("pk", descending=True)])
        return Response(page)

    @Operation("Ask for runs", {202: list[RunShown]}, takes=Takes(RunsBody, optional=True))
    def post(self, request: Request, body: RunsBody) -> Response:
        errors: Errors = {}
        models = _models(self.project, body.models, errors)
        problem_ids = _problem_ids(self.project, body.problems, errors)
        if errors:
            raise Invalid(errors)
        runs = request_runs(self.actor, self.project, models=models, problem_ids=problem_ids)
        return Response(self._shown(runs), status=202)

    def _shown(self, runs: Sequence[Run]) -> list[RunShown]:
        return shown_runs(self.project, runs)


class RunView(ProjectView):
    """A view of one run: `self.run` stands before its method runs."""

    run: Run
    entered = frozenset({"project", "run_id"})

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        run = self.project.runs.select_related("model", "project").filter(pk=kwargs["run_id"]).first()
        if run is None:
            raise NotFound
        self.run = run


class OneRun(RunView):
    """One run."""

    @Operation("Show a run", {200: RunShown})
    def get(self, request: Request) -> Response:
        return Response(shown_runs(self.project, [self.run])[0])


class Retry(RunView):
    """Asking again what the run's model could not answer, three tries or not; where it waits for a server, at once."""

    @Operation("Retry a run", {202: RunShown}, takes=Takes(NoFields, optional=True))
    def post(self, request: Request, body: NoFields) -> Response:
        return Response(shown_runs(self.project, [retry_run(self.actor, self.run)])[0], status=202)


class Cancel(RunView):
    """Stopping a run; what it has stored stays."""

    @Operation("Cancel a run", {200: RunShown}, takes=Takes(NoFields, optional=True))
    def post(self, request: Request, body: NoFields) -> Response:
        return Response(shown_runs(self.project, [cancel_run(self.actor, self.run)])[0])


def shown_runs(project: Project, runs: Sequence[Run]) -> list[RunShown]:
    wanted = {problem_id for run in runs for problem_id in run.problems or ()}
    slugs = dict(project.problems.filter(pk__in=wanted).values_list("pk", "slug")) if wanted else {}
    return [
        RunShown(
            id=run.pk,
            model=run.model.version,
            status=run.status,
            reasons=run.reasons,
            problems=None if run.problems is None else [slugs[pk] for pk in run.problems if pk in slugs],
            progress=Progress(run.done, run.total),
            asked=run.asked,
            reused=run.reused,
            failed=run.failed,
            error=run.error or None,
            waiting_for=run.waiting_for or None,
            ask_again_at=run.ask_again_at,
            created_at=run.created_at,
            started_at=run.started_at,
            finished_at=run.finished_at,
        )
        for run in runs
    ]


def _models(project: Project, versions: list[str] | None, errors: Errors) -> list[CandidateModel] | None:
    if versions is None:
        return None
    found = list(project.models.filter(version__in=versions).in_model_order())
    if unknown := set(versions) - {model.version for model in found}:
        errors["models"] = [_("There is no model %(name)s.") % {"name": name} for name in sorted(unknown)]
    return found


def _problem_ids(project: Project, slugs: list[str] | None, errors: Errors) -> list[int] | None:
    if slugs is None:
        return None
    found = dict(project.problems.filter(slug__in=slugs).values_list("slug", "pk"))
    if unknown := set(slugs) - found.keys():
        errors["problems"] = [_("There is no problem %(name)s.") % {"name": name} for name in sorted(unknown)]
    return list(found.values())
