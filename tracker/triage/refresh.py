"""Bringing what is derived up to date with the facts; called in the transaction that changed one of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tracker.projects.models import Project
from tracker.triage.merges import with_targets
from tracker.triage.priorities import refresh_priorities
from tracker.triage.statuses import refresh_statuses


def refresh_problems(
    project: Project, problem_ids: Collection[int] | None = None, *, now: datetime | None = None
) -> None:
    """Derive status and priority of problems anew (None: all), and of what they are merged into."""
    now = now or timezone.now()
    with transaction.atomic():
        wanted = None if problem_ids is None else with_targets(project, problem_ids)
        refresh_statuses(project, wanted, now=now)
        refresh_priorities(project, wanted, now=now)
