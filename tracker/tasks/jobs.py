"""Celery tasks: a few lines each, given ids, safe to deliver twice, late or never."""

import time

# Imported before a worker forks, so that its children share it; elsewhere it comes with the first bound.
import scipy.special  # noqa: F401
from django.utils import timezone

from tracker.celery import app
from tracker.projects.models import Project
from tracker.projects.nudges import nudge
from tracker.runs import sweeping
from tracker.runs.execution import work_off
from tracker.runs.models import UNDER_WAY
from tracker.runs.requests import catch_up as queue_runs
from tracker.runs.requests import overdue_models
from tracker.triage.activation_by_policy import activate_by_policy
from tracker.triage.refresh import refresh_problems

TURN_SECONDS = 300.0
"""A worker gives others their turn after this long and sends itself a message to go on."""


@app.task(name="tracker.tasks.catch_up")
def catch_up(project_id: int) -> None:
    for project in Project.objects.filter(pk=project_id):
        if not queue_runs(overdue_models(timezone.now(), project)):
            activate_by_policy(project)


@app.task(name="tracker.tasks.work_run")
def work_run(run_id: int) -> None:
    end = time.monotonic() + TURN_SECONDS
    run = work_off(run_id, keep_on=lambda: time.monotonic() < end)
    if run is not None and run.status in UNDER_WAY and time.monotonic() >= end:
        nudge("tracker.tasks.work_run", run_id)


@app.task(name="tracker.tasks.sweep")
def sweep() -> None:
    sweeping.sweep()


@app.task(name="tracker.tasks.apply_policies")
def apply_policies() -> None:
    """Find what no nudge told of: one that was lost, or an impact that moved with time."""
    for project in Project.objects.activating_by_themselves():
        activate_by_policy(project)


@app.task(name="tracker.tasks.forget_batches")
def forget_batches() -> None:
    sweeping.forget_batches()


@app.task(name="tracker.tasks.refresh_priorities")
def refresh_priorities() -> None:
    for project in Project.objects.all():
        refresh_problems(project)
