"""Finding work that no message speaks of: lost nudges, killed workers, bulks that were never finished."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from tracker.problems.revision_writer import remove_expired
from tracker.projects.bulk_rows import delete_rows
from tracker.projects.nudges import nudge
from tracker.runs.models import UNDER_WAY, Batch, Run, RunStatus
from tracker.runs.requests import ask_again, cancel_runs_of_archived, catch_up, overdue_models
from tracker.runs.schedule import models_to_ask_again

KEPT = timedelta(days=7)
"""How long batches of runs that ended can be looked at by who operates the tracker."""


def sweep(now: datetime | None = None) -> int:
    """Queue what is overdue and nudge the workers to every run that nobody works on; return how many nudges."""
    now = now or timezone.now()
    remove_expired(now)
    cancel_runs_of_archived()
    catch_up(overdue_models(now))
    ask_again(models_to_ask_again(now))
    idle = list(idle_runs(now).values_list("pk", flat=True))
    for run_id in idle:
        nudge("tracker.tasks.work_run", run_id)
    return len(idle)


def forget_batches(now: datetime | None = None) -> int:
    """Delete the batches of runs that ended a week ago; return how many. A run keeps its counts.

    They list every input that was asked: a volatile model that is asked daily would leave a line for each, each day.
    """
    ended = Run.objects.exclude(status__in=UNDER_WAY).filter(finished_at__lt=(now or timezone.now()) - KEPT)
    return delete_rows(Batch.objects.filter(run__in=ended))


def idle_runs(now: datetime) -> QuerySet[Run]:
    """Return the runs under way of which no piece is held by a living worker, and that wait for no server."""
    held = Batch.objects.filter(run=OuterRef("pk"), status=RunStatus.RUNNING, lease_until__gte=now)
    scoring = Q(lease_until__isnull=False, lease_until__gte=now)
    waiting = Q(ask_again_at__isnull=False, ask_again_at__gt=now)
    return Run.objects.under_way().exclude(scoring | waiting).filter(~Exists(held)).order_by("pk")
