"""When a model went live and on what evidence; taking the newest activation back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.operations import NoFields, Operation, Takes
from tracker.api.pages import Key, Page, PageQuery, page_of
from tracker.api.v1.model_answers import ModelShown
from tracker.api.v1.models import ModelView
from tracker.candidates.models import Activation
from tracker.triage.activation import undo_activation


class ActivationShown(msgspec.Struct):
    """The model went live at `at`; `undone_at` says when that was taken back, null where it was not.

    `evidence` is what it rested on in that moment: `by` whom, the `gate`'s verdict and reasons, the remaining `impact`
    of the former and the new model and over which problems, which `problems` were fixed, regressed, changed otherwise
    or stayed unknown, and on which `revisions`. Of a past that was told later (`told_later`) only `by` is known.
    One that `undoes` this very model left no model active, for none was before; it can be undone too.
    """

    id: int
    at: datetime
    undone_at: datetime | None
    evidence: dict[str, Any]


class Activations(ModelView):
    """The activations of one model."""

    @Operation("List activations of a model", {200: Page[ActivationShown]}, query=PageQuery)
    def get(self, request: Request, query: PageQuery) -> Response:
        activations = Activation.objects.about(self.model)
        return Response(page_of(request, query, activations, _shown, by=[Key("pk", descending=True)]))


class UndoActivation(ModelView):
    """The model that was active before is active again; it is the answer. Only the newest activation can be undone.

    Where no model was active before, none is active now, and the answer is the model that was undone, a candidate. That
    is an activation in its list as well, whose undo makes the model active again.
    """

    @Operation("Undo an activation", {200: ModelShown}, takes=Takes(NoFields, optional=True))
    def post(self, request: Request, body: NoFields, activation_id: int) -> Response:
        activation = Activation.objects.about(self.model).filter(pk=activation_id).first()
        if activation is None:
            raise NotFound
        back = undo_activation(self.actor, activation)
        if back is None:
            self.model.refresh_from_db()
        return self.shown(back or self.model)


def _shown(activations: Sequence[Activation]) -> list[ActivationShown]:
    return [ActivationShown(each.pk, each.at, each.undone_at, each.evidence) for each in activations]
