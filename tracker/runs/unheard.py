"""Volatile models of which it is not known what they say now: an older answer stands where no new one came."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from tracker.candidates.models import CandidateModel, Output, Stage
from tracker.problems.models import Pattern
from tracker.runs.models import Run, RunStatus
from tracker.runs.schedule import can_be_asked
from tracker.runs.staleness import described_problems


@dataclass(frozen=True, slots=True)
class Unheard:
    """`n_older`: so many of its answers are from before it was last asked; None: that run is not finished."""

    model: CandidateModel
    n_older: int | None


def unheard_models(models: Collection[CandidateModel]) -> list[Unheard]:
    """Return those of some models of one project of which it is not known what they say now. Two queries at most, and
    none without a volatile one that could be asked.
    """
    asked = {
        model.pk: model
        for model in models
        if not model.frozen and model.stage != Stage.ARCHIVED and can_be_asked(model)
    }
    if not asked:
        return []
    runs = list(Run.objects.last_asking_everything(asked).annotate(some_failed=_some_failed()))
    in_doubt = [run for run in runs if run.status == RunStatus.FINISHED and run.some_failed]  # type: ignore[attr-defined]
    older = _older_answers(in_doubt)
    found = []
    for run in runs:
        if run.status != RunStatus.FINISHED:
            found.append(Unheard(asked[run.model_id], None))
        elif run.model_id in older:
            found.append(Unheard(asked[run.model_id], older[run.model_id]))
    return found


def _some_failed() -> Exists:
    return Exists(Run.objects.filter(model=OuterRef("model"), pk__gte=OuterRef("pk"), failed__gt=0))


def _older_answers(runs: Sequence[Run]) -> dict[int, int]:
    """Count the answers in use, by model, that the model gave before its run and not again since."""
    if not runs:
        return {}
    before = Q()
    for run in runs:
        before |= Q(model=run.model_id, created_at__lt=run.created_at) & (
            Q(confirmed_run_id=None) | Q(confirmed_run_id__lt=run.pk)
        )
    alive = Pattern.objects.alive().filter(problem__in=described_problems(runs[0].project))
    in_use = Exists(alive.filter(example=OuterRef("example"))) | Exists(
        alive.filter(base=OuterRef("example"))
    )
    counted = Output.objects.answers().filter(before).filter(in_use).order_by().values("model")
    return dict(counted.annotate(n=Count("pk")).values_list("model", "n"))
