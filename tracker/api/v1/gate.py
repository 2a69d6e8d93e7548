"""The gate of a model."""

from __future__ import annotations

from typing import Literal

import msgspec
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.operations import Operation
from tracker.api.v1.models import ModelView
from tracker.triage.gate import GateOutcome, gate


class GateReasonShown(msgspec.Struct):
    """Why the gate does not pass. `problem` null: it is about all problems. `cases` names the first of `n_cases`: by
    key, or, where it is about all problems, between which keys repeat, as `slug/key`.
    """

    problem: str | None
    kind: str
    detail: str
    cases: list[str]
    n_cases: int


class GateShown(msgspec.Struct):
    """May the model replace the active one? `reasons`: those that make it fail first, none where it passes."""

    verdict: Literal["pass", "fail", "inconclusive"]
    model: str
    active: str | None
    n_protected: int
    reasons: list[GateReasonShown]


def shown_gate(outcome: GateOutcome) -> GateShown:
    return msgspec.convert(outcome.to_json(), GateShown)


class Gate(ModelView):
    """Pass, fail or inconclusive, from the results there are; nothing is evaluated here."""

    @Operation("Show whether a model may replace the active one", {200: GateShown})
    def get(self, request: Request) -> Response:
        return Response(shown_gate(gate(self.project, self.model)))
