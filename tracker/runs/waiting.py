"""Runs that wait for a server, and those that the operator's settings forbid."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from evaluation.adapters import AdapterError, AdapterUnavailable
from tracker.projects.nudges import nudge_on_commit
from tracker.runs.models import Batch, Run, RunStatus
from tracker.runs.staleness import stale_state

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 300.0
"""Seconds. Each pause is twice the last, until the server answers something."""
MOST_COUNTED = 100
"""Pauses in a row; the longest is reached long before. A server may be away for years."""


def pause_run(run: Run, error: AdapterError) -> None:
    """Note what the run waits for, and when it asks again: as late as the server wishes, within bounds."""
    pauses = Run.objects.values_list("pauses", flat=True).get(pk=run.pk)
    seconds = min(FIRST_PAUSE * 2.0 ** min(pauses, 10), LONGEST_PAUSE)
    wished = error.retry_after if isinstance(error, AdapterUnavailable) else None
    if wished is not None:
        seconds = max(seconds, min(wished, LONGEST_PAUSE))
    Run.objects.filter(pk=run.pk, status=RunStatus.RUNNING).update(
        waiting_for=str(error)[:2000],
        ask_again_at=timezone.now() + timedelta(seconds=seconds),
        pauses=min(pauses + 1, MOST_COUNTED),
    )


def ask_now(run: Run) -> None:
    """End a run's pause before its time."""
    Run.objects.filter(pk=run.pk).update(ask_again_at=None)
    nudge_on_commit("tracker.tasks.work_run", run.pk)


def refuse_run(run: Run, error: AdapterError) -> None:
    """End a run that may not ask its model. Only people can change that: it is not begun again by itself."""
    ended = Run.objects.filter(pk=run.pk, status=RunStatus.RUNNING).update(
        status=RunStatus.FAILED,
        refused=True,
        finished_at=timezone.now(),
        token=None,
        lease_until=None,
        waiting_for="",
        ask_again_at=None,
        left_stale=stale_state(run.model),
        error=str(error)[:2000],
    )
    if ended:
        Batch.objects.filter(run=run, status=RunStatus.QUEUED).update(status=RunStatus.CANCELLED)
