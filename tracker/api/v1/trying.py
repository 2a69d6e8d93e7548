"""Trying a model with one example, registered or not."""

from __future__ import annotations

from typing import Any

import msgspec
from rest_framework.request import Request
from rest_framework.response import Response

from evaluation.adapters import Exchange
from tracker.api.idempotency import Storing
from tracker.api.operations import Operation, Takes
from tracker.api.uploads import TakesFile, WithFile
from tracker.api.v1.models import ModelView
from tracker.api.view import ProjectView
from tracker.candidates.model_changes import UploadedFile
from tracker.candidates.trying import try_adapter, try_model, what_to_do


class ExampleBody(msgspec.Struct, forbid_unknown_fields=True):
    """One example to ask for."""

    input: Any


class TryBody(msgspec.Struct, forbid_unknown_fields=True):
    """An adapter as a model would be registered with it, and one example."""

    adapter: dict[str, Any]
    input: Any


class RequestShown(msgspec.Struct):
    """What was sent; of headers the names only. Without a server, `body` is the input."""

    body: str
    method: str | None
    address: str | None
    headers: list[str]


class AnswerShown(msgspec.Struct):
    """The beginning of what came back."""

    body: str
    status: int | None


class TriedShown(msgspec.Struct):
    """One exchange with a model: either the output that was read, or the fault and what may help."""

    request: RequestShown
    answer: AnswerShown | None
    output: dict[str, Any] | None
    fault: str | None
    advice: str | None


class TryModel(ProjectView):
    """A model that is not registered. Nothing is stored."""

    @Operation(
        "Try a model with one example before registering it",
        {200: TriedShown},
        takes=TakesFile(TryBody, part="try"),
        repeatable=Storing.AFTER_THE_EFFECT,
    )
    def post(self, request: Request, body: WithFile) -> Response:
        file = UploadedFile(body.file.name or "", body.file.read()) if body.file else None
        tried = try_adapter(self.actor, self.project, body.value.adapter, body.value.input, file=file)
        return Response(_shown(tried))


class TryRegistered(ModelView):
    """A registered model, with its stored keys. Nothing is stored."""

    @Operation(
        "Try a registered model with one example",
        {200: TriedShown},
        takes=Takes(ExampleBody),
        repeatable=Storing.AFTER_THE_EFFECT,
    )
    def post(self, request: Request, body: ExampleBody) -> Response:
        return Response(_shown(try_model(self.actor, self.model, body.input)))


def _shown(tried: Exchange) -> TriedShown:
    answered = tried.answer or tried.status is not None
    return TriedShown(
        request=RequestShown(
            tried.request, tried.method or None, tried.address or None, list(tried.header_names)
        ),
        answer=AnswerShown(tried.answer, tried.status) if answered else None,
        output=tried.output.to_json() if tried.output else None,
        fault=tried.fault,
        advice=what_to_do(tried) or None,
    )
