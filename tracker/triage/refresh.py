"""Bringing what is derived up to date with the facts; called in the transaction that changed one of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tracker.projects.models import Project
from tracker.triage.derived_fields import HeldProblems
from tracker.triage.locks import lock_problems
from tracker.triage.priorities import derive_priorities
from tracker.triage.statuses import derive_statuses


def refresh_problems(
    project: Project, problem_ids: Collection[int] | None = None, *, now: datetime | None = None
) -> None:
    """Derive status and priority of exactly these problems anew (None: all).

    What they are merged into is left alone. A caller that holds a problem must never wait for one with a lower
    number here: refreshing all takes them in order and would wait for it in turn. Nor is there need: of the
    problems merged into it, a target shows their reports alone. Who links reports or merges problems therefore
    takes the targets along (`lock_with_targets`); patterns, results and criteria change no target.
    """
    now = now or timezone.now()
    with transaction.atomic():
        problems = HeldProblems(lock_problems(project, problem_ids))
        derive_statuses(project, problems, now)
        derive_priorities(project, problems, now)
        problems.store()
