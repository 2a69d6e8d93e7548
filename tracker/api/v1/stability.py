"""Whether a model's answers stay: what runs told, and the answers that changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from rest_framework.request import Request
from rest_framework.response import Response

from evaluation.drift import Nearer, Stability
from evaluation.types import Output as Answer
from tracker.api.operations import Operation
from tracker.api.pages import Key, Page, PageQuery, page_of
from tracker.api.v1.runs import RunView
from tracker.runs.answer_changes import AnswerChange, answer_changes, changed_rows
from tracker.runs.stability_models import StabilityCheck


class StabilityShown(msgspec.Struct, kw_only=True):
    """What the newest run told of whether a model's answers stay.

    Of `asked` inputs that had an answer, `changed` were answered otherwise. Of these some were asked a second time
    within the run: `nearer_new` and `nearer_former` of the repeats were nearer to the one or the other; by chance it
    would be half each, and `p_value` says how likely so much constancy is then. `kept` of the changed inputs were given
    the new answer again every time, of `times`. Of `sampled` inputs asked twice
    whatever was answered, `differing` were answered in two ways: their share is the flakiness, with its exact 95 %
    interval. `missing` inputs were to be asked again and not answered: too many, and the finding is `unknown`. Of a
    frozen model a few known inputs are asked again, and compared with what is stored.
    """

    run: int
    at: datetime
    finding: Stability
    asked: int
    changed: int
    nearer_new: int
    nearer_former: int
    times: int
    kept: int
    p_value: float | None
    sampled: int
    differing: int
    missing: int
    flakiness: float | None
    flakiness_interval: tuple[float, float] | None


class ChangedAnswerShown(msgspec.Struct, kw_only=True):
    """An input that was answered otherwise. `repeat` and `nearer` are null where it was not asked a second time."""

    input: Any
    sha256: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    repeat: dict[str, Any] | None
    nearer: Nearer | None


class ChangedAnswers(RunView):
    """What a model answered otherwise than before; of a frozen one, otherwise than stored."""

    @Operation("List the answers that a run found changed", {200: Page[ChangedAnswerShown]}, query=PageQuery)
    def get(self, request: Request, query: PageQuery) -> Response:
        return Response(page_of(request, query, changed_rows(self.run), self._shown, by=[Key("pk")]))

    def _shown(self, rows: Sequence[Any]) -> list[ChangedAnswerShown]:
        return [_shown_change(change) for change in answer_changes(self.run, rows)]


def _shown_change(change: AnswerChange) -> ChangedAnswerShown:
    return ChangedAnswerShown(
        input=msgspec.Raw(change.example.content.encode()),
        sha256=change.example.digest,
        before=_fields(change.before),
        after=_fields(change.after),
        repeat=_fields(change.repeat),
        nearer=change.nearer,
    )


def _fields(answer: Answer | None) -> dict[str, Any] | None:
    return dict(answer.to_json()) if answer else None


def shown_stability(check: StabilityCheck | None) -> StabilityShown | None:
    if check is None:
        return None
    repeats = check.repeats
    return StabilityShown(
        run=check.run_id,
        at=check.at,
        finding=Stability(check.stability),
        asked=check.n_asked,
        changed=check.n_changed,
        nearer_new=check.n_nearer_new,
        nearer_former=check.n_nearer_former,
        times=check.n_times,
        kept=check.n_kept,
        p_value=check.p_value,
        sampled=check.n_sampled,
        differing=check.n_differing,
        missing=check.n_missing,
        flakiness=repeats.flakiness,
        flakiness_interval=repeats.flakiness_interval,
    )
