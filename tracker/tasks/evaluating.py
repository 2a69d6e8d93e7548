"""Bringing every result of a project up to date in this process, with workers beside it or without."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from tracker.candidates.models import CandidateModel
from tracker.projects.models import Project
from tracker.runs.execution import work_off
from tracker.runs.models import Run
from tracker.runs.requests import catch_up
from tracker.runs.staleness import stale_models

POLL_SECONDS = 0.2


def evaluate_project(
    project: Project,
    *,
    models: Collection[CandidateModel] | None = None,
    on_progress: Callable[[Run], None] | None = None,
) -> list[Run]:
    """Work off runs until no result of the models (all that take part, unless named) is stale; return the runs.

    A run that failed or was cancelled ends it, since beginning it again would end the same way.
    """
    chosen = {model.pk for model in models} if models is not None else None
    done: list[Run] = []
    while stale := [model for model in stale_models(project) if chosen is None or model.pk in chosen]:
        runs = [_end_of(run, on_progress) for run in catch_up(stale)]
        done += runs
        if any(run.status != "finished" for run in runs):
            break
    return done


def _end_of(run: Run, on_progress: Callable[[Run], None] | None) -> Run:
    while run.status in {"queued", "running"}:
        run = work_off(run.pk, on_progress)
        if run.status in {"queued", "running"}:
            # A worker has the rest in hand, or a server is given a pause.
            before = Run.objects.under_way().filter(model=run.model_id).exclude(pk=run.pk).first()
            if before is not None:
                work_off(before.pk, on_progress)
            time.sleep(POLL_SECONDS)
            run.refresh_from_db()
    return run
