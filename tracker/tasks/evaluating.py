"""Bringing every result of a project up to date in this process, with workers beside it or without."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable

from tracker.candidates.models import CandidateModel
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs.execution import work_off
from tracker.runs.models import UNDER_WAY, Run, RunStatus
from tracker.runs.requests import catch_up, request_runs
from tracker.runs.schedule import can_be_asked
from tracker.runs.staleness import stale_models

POLL_SECONDS = 0.2


def evaluate_project(
    project: Project,
    *,
    models: Collection[CandidateModel] | None = None,
    on_progress: Callable[[Run], None] | None = None,
    keep_on: Callable[[], bool] | None = None,
    anew: bool = False,
) -> list[Run]:
    """Work off runs until no result of the models (all that take part, unless named) is stale; return the runs.

    With `anew` volatile ones are asked about everything first: what they said when last asked they need not say now.
    A run that failed or was cancelled ends it, since beginning it again would end the same way. `keep_on` is asked
    between pieces of work and may end it earlier; what was begun stays, for a worker or the next call to go on with.
    """
    chosen = {model.pk for model in models} if models is not None else None
    done: list[Run] = []
    if anew:
        volatile = [model for model in project.models.volatile() if chosen is None or model.pk in chosen]
        asking = request_runs(SYSTEM, project, models=[model for model in volatile if can_be_asked(model)])
        done += _ended(asking, on_progress, keep_on)
    given_up = {run.model_id for run in done if run.status != RunStatus.FINISHED}
    while stale := [
        model
        for model in stale_models(project)
        if (chosen is None or model.pk in chosen) and model.pk not in given_up
    ]:
        runs = _ended(catch_up(stale), on_progress, keep_on)
        done += runs
        if any(run.status != RunStatus.FINISHED for run in runs):
            break
    return done


def _ended(
    runs: Iterable[Run], on_progress: Callable[[Run], None] | None, keep_on: Callable[[], bool] | None
) -> list[Run]:
    ended = (worked_to_its_end(run, on_progress, keep_on) for run in runs)
    return [run for run in ended if run is not None]


def worked_to_its_end(
    run: Run, on_progress: Callable[[Run], None] | None = None, keep_on: Callable[[], bool] | None = None
) -> Run | None:
    """Work a run off to its end, with whoever else does; None if there was nothing to do and it vanished."""
    now = work_off(run.pk, on_progress, keep_on)
    while now is not None and now.status in UNDER_WAY and (keep_on is None or keep_on()):
        # A worker has the rest in hand, or a server is given a pause.
        if on_progress is not None and now.waiting_for:
            on_progress(now)
        before = Run.objects.under_way().filter(model=run.model_id).exclude(pk=run.pk).first()
        if before is not None:
            work_off(before.pk, on_progress, keep_on)
        time.sleep(POLL_SECONDS)
        now = work_off(run.pk, on_progress, keep_on)
    return now
