"""Candidate models: registering, changing, activating; what is missing; what they were trained on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from django.http import StreamingHttpResponse
from msgspec import UNSET, UnsetType
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.bulk import Bulk, BulkAnswer, RejectedLine, Single
from tracker.api.idempotency import Storing
from tracker.api.operations import NoQuery, Operation, Takes, changes_in
from tracker.api.pages import Key, Page, PageQuery, page_of
from tracker.api.parsing import LINES_TYPE
from tracker.api.uploads import TakesFile, WithFile
from tracker.api.v1.model_answers import ModelShown, shown_models
from tracker.api.v1.timeline import EventShown, shown_events
from tracker.api.view import ProjectView, created
from tracker.candidates.missing import missing_inputs
from tracker.candidates.model_changes import (
    DAILY,
    MOST_HOURS,
    UploadedFile,
    register_model,
    update_model,
)
from tracker.candidates.model_search import MAX_QUERY, found_models
from tracker.candidates.models import CandidateModel, CandidateModelQuerySet
from tracker.candidates.trained_on import add_trained_on
from tracker.projects.errors import Invalid
from tracker.projects.examples import canonical_input
from tracker.triage.activation import activate

Time = Annotated[datetime, msgspec.Meta(tz=True)]
Hours = Annotated[int, msgspec.Meta(ge=1, le=MOST_HOURS)]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class ModelBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A new version. `lineage` may say data, code, preprocessing, parameters, environment and more.

    `ask_again_every` is in hours and of account where `frozen` is false; null: only by hand and on changes.
    """

    version: str
    adapter: dict[str, Any]
    trained_at: Time | None = None
    frozen: bool = True
    lineage: dict[str, Any] = {}
    ask_again_every: Hours | None = DAILY


class ModelChanges(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The fields to change. Adapter and `frozen` stay as they are once the model has said something."""

    stage: Literal["candidate", "shadow", "archived"] | UnsetType = UNSET
    lineage: dict[str, Any] | UnsetType = UNSET
    trained_at: Time | UnsetType | None = UNSET
    adapter: dict[str, Any] | UnsetType = UNSET
    frozen: bool | UnsetType = UNSET
    ask_again_every: Hours | UnsetType | None = UNSET


class Activation(msgspec.Struct, forbid_unknown_fields=True):
    """When the model went live; now unless given. Of a time more than an hour past no evidence is kept."""

    at: Time | None = None


class TrainedOnBody(msgspec.Struct, forbid_unknown_fields=True):
    """An input, or the SHA-256 of its canonical JSON."""

    input: Any = UNSET
    sha256: Digest | UnsetType = UNSET


class TrainedOnShown(msgspec.Struct):
    sha256: str


class ModelQuery(PageQuery, forbid_unknown_fields=True, kw_only=True):
    """`q` looks for words in versions and lineages; `data:reviews-2026` in that field of the lineage only."""

    q: Annotated[str, msgspec.Meta(max_length=MAX_QUERY)] = ""


class Models(ProjectView):
    """The candidate models of a project, in the order of their registration."""

    @Operation("List models", {200: Page[ModelShown]}, query=ModelQuery)
    def get(self, request: Request, query: ModelQuery) -> Response:
        models = _with_file(self.project.models.all())
        if query.q:
            found = found_models(self.project.models.only("version", "lineage"), query.q)
            models = models.filter(pk__in=[model.pk for model in found])
        page = page_of(request, query, models, lambda rows: shown_models(self.project, rows), by=[Key("pk")])
        return Response(page)

    @Operation("Register a model", {201: ModelShown}, takes=TakesFile(ModelBody))
    def post(self, request: Request, body: WithFile) -> Response:
        file = UploadedFile(body.file.name or "", body.file.read()) if body.file else None
        model = register_model(self.actor, self.project, **msgspec.structs.asdict(body.value), file=file)
        return created(shown_models(self.project, [model])[0])


class ModelView(ProjectView):
    """A view of one model: `self.model` stands before its method runs."""

    model: CandidateModel
    entered = frozenset({"project", "version"})

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        model = _with_file(self.project.models.filter(version=kwargs["version"])).first()
        if model is None:
            raise NotFound
        self.model = model

    def shown(self, model: CandidateModel) -> Response:
        return Response(shown_models(self.project, [model])[0])


class OneModel(ModelView):
    """One candidate model."""

    @Operation("Show a model", {200: ModelShown})
    def get(self, request: Request) -> Response:
        return self.shown(self.model)

    @Operation("Change a model", {200: ModelShown}, takes=Takes(ModelChanges))
    def patch(self, request: Request, body: ModelChanges) -> Response:
        return self.shown(update_model(self.actor, self.model, changes_in(body)))


class ModelEvents(ModelView):
    """The timeline of a model, newest first: what was done to it, and whether its answers stay."""

    @Operation("List the events of a model", {200: Page[EventShown]}, query=PageQuery)
    def get(self, request: Request, query: PageQuery) -> Response:
        events = self.project.events.about("model", self.model.pk)
        return Response(page_of(request, query, events, shown_events, by=[Key("pk", descending=True)]))


class Activate(ModelView):
    """Going live. The former active model becomes a candidate; statuses follow from the evidence at once."""

    @Operation("Make a model the active one", {200: ModelShown}, takes=Takes(Activation, optional=True))
    def post(self, request: Request, body: Activation) -> Response:
        return self.shown(activate(self.actor, self.model, at=body.at))


class Missing(ModelView):
    """What to predict next: the inputs of living patterns that the model has no output for, as NDJSON."""

    @Operation("Stream the inputs without an output", {200: str}, query=NoQuery, answer_type=LINES_TYPE)
    def get(self, request: Request) -> StreamingHttpResponse:
        return StreamingHttpResponse(missing_inputs(self.model), content_type=LINES_TYPE)


class TrainedOn(ModelView):
    """The inputs that the model was trained on. Cases with such an input are not judged for it."""

    @Operation(
        "Say what a model was trained on",
        {201: TrainedOnShown, 200: (BulkAnswer, TrainedOnShown)},
        takes=Takes(TrainedOnBody, bulk=True),
        repeatable=Storing.AFTER_THE_EFFECT,
    )
    def post(self, request: Request, body: Single | Bulk) -> Response:
        items = body.items if isinstance(body, Bulk) else [(1, body.value)]
        accepted, duplicates, rejected = add_trained_on(self.actor, self.model, items)
        if isinstance(body, Bulk):
            lines = [RejectedLine(row["line"], row["errors"]) for row in rejected]
            return Response(BulkAnswer(accepted, duplicates, lines))
        if rejected:
            raise Invalid(rejected[0]["errors"])
        said: Any = body.value
        digest = said["sha256"] if "sha256" in said else canonical_input(said["input"]).digest
        return created(TrainedOnShown(digest), is_new=accepted == 1)


def _with_file(models: CandidateModelQuerySet) -> CandidateModelQuerySet:
    # A model file may be large, and no list shows its content.
    return models.select_related("file", "project").defer("file__content")
