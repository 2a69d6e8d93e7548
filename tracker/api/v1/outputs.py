"""Recorded outputs: what a model said, brought from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from msgspec import UNSET, UnsetType
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.bulk import Bulk, BulkAnswer, Single, bulk_answer
from tracker.api.idempotency import Storing
from tracker.api.operations import Operation, Takes
from tracker.api.pages import Key, Page, PageQuery, page_of
from tracker.api.view import ProjectView, created
from tracker.candidates.models import Output
from tracker.candidates.output_import import import_outputs, import_outputs_of, recorded_model
from tracker.candidates.output_lines import SAID, read_output, said_fields
from tracker.projects.errors import Conflict
from tracker.projects.rights import Right


class OutputBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a model said for an input, or the error that came instead."""

    input: Any
    label: str | None = None
    scores: dict[str, float] | None = None
    value: float | None = None
    text: str | None = None
    error: str | None = None


class OutputShown(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The same object as in files: only the fields that the output has."""

    input: Any
    label: str | UnsetType = UNSET
    scores: dict[str, float] | UnsetType = UNSET
    value: float | UnsetType = UNSET
    text: str | UnsetType = UNSET
    error: str | UnsetType = UNSET


class Outputs(ProjectView):
    """The current outputs of a model. Bringing some for an unknown version registers it as `recorded`."""

    @Operation("List outputs", {200: Page[OutputShown]}, query=PageQuery)
    def get(self, request: Request, query: PageQuery, version: str) -> Response:
        model = self.project.models.filter(version=version).first()
        if model is None:
            raise NotFound
        outputs = model.outputs.current().select_related("example")
        return Response(page_of(request, query, outputs, shown_outputs, by=[Key("pk")]))

    @Operation(
        "Bring an output, or many",
        {201: OutputShown, 200: (BulkAnswer, OutputShown)},
        takes=Takes(OutputBody, bulk=True),
        repeatable=Storing.AFTER_THE_EFFECT,
    )
    def post(self, request: Request, version: str, body: Single | Bulk) -> Response:
        self.actor.require(Right.WRITE)
        if isinstance(body, Bulk):
            return Response(bulk_answer(import_outputs_of(self.actor, self.project, version, body.items)))
        line = read_output(1, body.value, self.project.labels)
        model = recorded_model(self.actor, self.project, version)
        outcome = import_outputs(self.actor, model, [(1, body.value)])
        if outcome.rejected:
            text = _("%(version)s is frozen and has answered this input otherwise; register a new version.")
            raise Conflict(text % {"version": version})
        stored = model.outputs.current().select_related("example").get(example__digest=line.input.digest)
        return created(shown_outputs([stored])[0], is_new=outcome.accepted == 1)


def shown_outputs(outputs: Sequence[Output]) -> list[OutputShown]:
    return [
        OutputShown(
            input=msgspec.Raw(output.example.content.encode()),
            **said_fields([getattr(output, column) for column in SAID]),
        )
        for output in outputs
    ]
