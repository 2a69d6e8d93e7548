"""Claiming batches: each belongs to one worker at a time, by a conditional update, and is finished only by that one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from tracker.runs.leases import lease_end
from tracker.runs.models import Batch, Run, RunStatus


@dataclass(frozen=True, slots=True)
class Claim:
    batch_id: int
    token: uuid.UUID
    example_ids: list[int]
    claims: int
    """How often the batch was claimed, this time included."""
    was_refused: bool
    """Whether it was put back because the model could not be asked."""

    def held(self) -> Q:
        return Q(pk=self.batch_id, token=self.token, status=RunStatus.RUNNING)


def claim_batch(run: Run, token: uuid.UUID | None = None) -> Claim | None:
    """Claim a batch of the run that nobody works on; None where there is none at the moment.

    Those that were put back come last, so that one which no server answers keeps no other waiting. A worker that holds
    several uses one token for all.
    """
    now = timezone.now()
    token = token or uuid.uuid4()
    free = Q(status=RunStatus.QUEUED) & (Q(not_before=None) | Q(not_before__lte=now))
    abandoned = Q(status=RunStatus.RUNNING, lease_until__lt=now)
    waiting = Batch.objects.filter(free | abandoned, run=run).order_by(
        F("not_before").asc(nulls_first=True), "number"
    )
    for pk, example_ids, claims, error in waiting.values_list("pk", "example_ids", "claims", "error")[:1]:
        claimed = Batch.objects.filter(free | abandoned, pk=pk, claims=claims).update(
            status=RunStatus.RUNNING, token=token, lease_until=lease_end(now), claims=F("claims") + 1
        )
        if claimed:
            return Claim(pk, token, example_ids, claims + 1, bool(error))
        # Others were quicker; there may be more to look at.
        return claim_batch(run, token)
    return None


def claim_run(run: Run, token: uuid.UUID) -> bool:
    """Take a run for this process alone, as those of servers and the scoring of all are; False where another has it.

    So it is too while calls of an earlier run of the model, cancelled meanwhile, are under way: together they would be
    more than the model bears.
    """
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    earlier = Batch.objects.filter(
        run__model=OuterRef("model"), status=RunStatus.RUNNING, lease_until__gte=now
    )
    others = earlier.exclude(run=run.pk)
    return bool(
        Run.objects.filter(free, ~Exists(others), pk=run.pk, status=RunStatus.RUNNING).update(
            token=token, lease_until=lease_end(now)
        )
    )
