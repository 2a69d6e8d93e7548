"""Asking a model: one batch at a time, each claimed by a conditional update and finished only by its claimant."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from evaluation.adapters import AdapterError, AdapterUnavailable, Failure
from evaluation.types import Output as EngineOutput
from tracker.candidates.models import CandidateModel, Output
from tracker.candidates.output_lines import Said
from tracker.candidates.output_storage import lock_model, make_results_stale, store_outputs
from tracker.projects.models import Example
from tracker.runs.leases import kept_alive, lease_end
from tracker.runs.models import Batch, Run, RunStatus
from tracker.runs.open_adapters import adapter_of

MAX_CLAIMS = 3
"""A batch that three workers did not survive, or that a server refused three times, is given up."""
PAUSE = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Claim:
    batch: Batch
    token: uuid.UUID

    def held(self) -> Q:
        return Q(pk=self.batch.pk, token=self.token, status=RunStatus.RUNNING)

    def renew(self) -> None:
        Batch.objects.filter(self.held()).update(lease_until=lease_end())


def claim_batch(run: Run) -> Claim | None:
    """Claim a batch of the run that nobody works on; None where there is none at the moment."""
    now = timezone.now()
    free = Q(status=RunStatus.QUEUED) & (Q(not_before=None) | Q(not_before__lte=now))
    abandoned = Q(status=RunStatus.RUNNING, lease_until__lt=now)
    for pk in list(
        Batch.objects.filter(free | abandoned, run=run).order_by("number").values_list("pk", flat=True)[:8]
    ):
        token = uuid.uuid4()
        claimed = Batch.objects.filter(free | abandoned, pk=pk).update(
            status=RunStatus.RUNNING, token=token, lease_until=lease_end(now), claims=F("claims") + 1
        )
        if claimed:
            return Claim(Batch.objects.get(pk=pk), token)
    return None


def work_batch(run: Run, claim: Claim) -> None:
    """Ask the model for a claimed batch and store what it said."""
    model = CandidateModel.objects.select_related("project", "file").get(pk=run.model_id)
    examples = _still_to_ask(run, model, claim.batch)
    if claim.batch.claims > MAX_CLAIMS:
        return _give_up(run, model, claim, examples, "No worker survived asking this batch.")
    try:
        with kept_alive(claim.renew):
            said = _ask(model, examples)
    except AdapterUnavailable as error:
        if claim.batch.claims < MAX_CLAIMS:
            return _put_back(run, claim, str(error))
        return _give_up(run, model, claim, examples, str(error))
    except AdapterError as error:
        return _give_up(run, model, claim, examples, str(error))
    _finish(run, model, claim, said)
    return None


def _still_to_ask(run: Run, model: CandidateModel, batch: Batch) -> list[tuple[int, str]]:
    """Return (example id, content) of those that nobody has answered since the run was planned."""
    examples = Example.objects.filter(pk__in=batch.example_ids)
    if model.frozen:
        examples = examples.exclude(pk__in=Output.objects.answers().filter(model=model).values("example_id"))
    else:
        examples = examples.exclude(
            pk__in=Output.objects.current().filter(model=model, run_id=run.pk).values("example_id")
        )
    return list(examples.order_by("pk").values_list("pk", "content"))


def _ask(model: CandidateModel, examples: Sequence[tuple[int, str]]) -> dict[int, Said]:
    if not examples:
        return {}
    adapter = adapter_of(model)
    said: dict[int, Said] = {}
    for start in range(0, len(examples), adapter.batch_size):
        part = examples[start : start + adapter.batch_size]
        answers = adapter.predict([json.loads(content) for _pk, content in part])
        said.update((pk, _said(answer)) for (pk, _content), answer in zip(part, answers, strict=True))
    return said


def _said(answer: EngineOutput | Failure) -> Said:
    return Said.failure(answer.message) if isinstance(answer, Failure) else Said.answer(answer)


def _put_back(run: Run, claim: Claim, why: str) -> None:
    """Leave a batch that could not be asked for a later try; the run says what it waits for."""
    with transaction.atomic():
        not_before = timezone.now() + PAUSE * claim.batch.claims
        if Batch.objects.filter(claim.held()).update(
            status=RunStatus.QUEUED, token=None, lease_until=None, not_before=not_before, error=why
        ):
            Run.objects.filter(pk=run.pk).update(error=why)


def _give_up(
    run: Run, model: CandidateModel, claim: Claim, examples: Sequence[tuple[int, str]], why: str
) -> None:
    Run.objects.filter(pk=run.pk).update(error=why)
    _finish(run, model, claim, {pk: Said.failure(why) for pk, _content in examples})


def _finish(run: Run, model: CandidateModel, claim: Claim, said: dict[int, Said]) -> None:
    """Store the outputs and count them, in one transaction that only the claim's holder can make."""
    with transaction.atomic():
        model = lock_model(model)
        if not Batch.objects.filter(claim.held()).update(
            status=RunStatus.FINISHED, token=None, lease_until=None
        ):
            # The lease ran out and another worker took over; its answers count.
            return
        stored = store_outputs(model, said, run_id=run.pk)
        # Other problems may hold the same examples, and have results that rest on what was known before.
        make_results_stale(model, stored.changed)
        failed = sum(item.error is not None for item in said.values())
        Run.objects.filter(pk=run.pk, status=RunStatus.RUNNING).update(
            done=F("done") + len(claim.batch.example_ids),
            asked=F("asked") + len(said),
            failed=F("failed") + failed,
        )
