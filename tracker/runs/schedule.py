"""When a volatile model is asked about everything again: derived from its runs, never remembered by a message."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q

from evaluation.adapters import ADAPTERS
from tracker.candidates.models import CandidateModel, CandidateModelQuerySet
from tracker.problems.models import Problem
from tracker.runs.models import UNDER_WAY, Run


def models_to_ask_again(now: datetime) -> list[CandidateModel]:
    """Return the volatile models that take part and whose turn has come, in model order.

    The turn is counted from the end of the last run that asked, or was to ask, everything: one that failed or was
    cancelled is not begun again before the next turn. Without such a run, from the registration.
    """
    due = []
    for model in _with_last_asking(now):
        turn = turn_of(model, model.last_asked_at)  # type: ignore[attr-defined]
        if turn is not None and turn <= now:
            due.append(model)
    return due


def can_be_asked(model: CandidateModel) -> bool:
    """Return whether there is anybody to ask; of some models recorded outputs are all there is."""
    return ADAPTERS[model.adapter["kind"]].asks


def turn_of(model: CandidateModel, last_asked_at: datetime | None) -> datetime | None:
    """Return when a model is to be asked again, given the end of the last run that asked everything; None: never."""
    if model.frozen or model.ask_again_every is None or not can_be_asked(model):
        return None
    since = max(last_asked_at, model.registered_at) if last_asked_at else model.registered_at
    return since + timedelta(hours=model.ask_again_every)


def last_asked_at(model: CandidateModel) -> datetime | None:
    """Return when the last run that asked the model about everything ended; None before the first."""
    ended: datetime | None = model.runs.filter(asks_everything=True).aggregate(at=Max("finished_at"))["at"]
    return ended


def _with_last_asking(now: datetime) -> CandidateModelQuerySet:
    """Annotate the volatile models that could be asked with `last_asked_at`; those being asked now are left out."""
    whole = Run.objects.filter(model=OuterRef("pk"), asks_everything=True)
    described = Problem.objects.open().filter(project=OuterRef("project_id"), revision__gt=0)
    models = CandidateModel.objects.taking_part().filter(
        ~Exists(whole.filter(status__in=UNDER_WAY)),
        Exists(described),
        frozen=False,
        ask_again_every__isnull=False,
        registered_at__lte=now,
    )
    last = Max("runs__finished_at", filter=Q(runs__asks_everything=True))
    return models.annotate(last_asked_at=last).select_related("project").in_model_order()
