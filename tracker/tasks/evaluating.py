"""Bringing every result of a project up to date in this process, with workers beside it or without."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from tracker.candidates.models import CandidateModel
from tracker.projects.models import Project
from tracker.runs.execution import work_off
from tracker.runs.models import UNDER_WAY, Run, RunStatus
from tracker.runs.requests import catch_up
from tracker.runs.staleness import stale_models

POLL_SECONDS = 0.2


def evaluate_project(
    project: Project,
    *,
    models: Collection[CandidateModel] | None = None,
    on_progress: Callable[[Run], None] | None = None,
    keep_on: Callable[[], bool] | None = None,
) -> list[Run]:
    """Work off runs until no result of the models (all that take part, unless named) is stale; return the runs.

    A run that failed or was cancelled ends it, since beginning it again would end the same way. `keep_on` is asked
    between pieces of work and may end it earlier; what was begun stays, for a worker or the next call to go on with.
    """
    chosen = {model.pk for model in models} if models is not None else None
    done: list[Run] = []
    while stale := [model for model in stale_models(project) if chosen is None or model.pk in chosen]:
        ended = [worked_to_its_end(run, on_progress, keep_on) for run in catch_up(stale)]
        runs = [run for run in ended if run is not None]
        done += runs
        if any(run.status != RunStatus.FINISHED for run in runs):
            break
    return done


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
