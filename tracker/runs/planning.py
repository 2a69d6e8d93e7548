"""Starting a run: which problems it scores, which examples it has to ask, in which batches."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from evaluation.adapters import ADAPTERS
from tracker.candidates.models import CandidateModel, Output
from tracker.problems.models import Pattern
from tracker.projects.nudges import nudge_on_commit
from tracker.runs.models import Batch, Run, RunStatus
from tracker.runs.staleness import stale_problems

MAX_BATCH = 1_000
"""Examples in a batch: enough to make the bookkeeping cheap, few enough to show progress and to be lost to a kill."""
CALLS_A_BATCH = 8
HELPING_WORKERS = 3
"""How many workers besides the first are told of a long run."""


def start_run(run_id: int) -> bool:
    """Take a queued run under way, unless another run of the model still is; return whether it is under way now."""
    try:
        with transaction.atomic():
            Run.objects.filter(pk=run_id, status=RunStatus.QUEUED).update(
                status=RunStatus.RUNNING, started_at=timezone.now()
            )
    except IntegrityError:
        return False
    plan_run(run_id)
    return True


def plan_run(run_id: int) -> None:
    """Cut a run into batches, once; a plan is written whole or not at all."""
    with transaction.atomic():
        run = Run.objects.select_for_update().select_related("model").get(pk=run_id)
        if run.planned or run.status != RunStatus.RUNNING:
            return
        problems = stale_problems(run.model)
        run.problems = sorted(
            run.problems if run.problems is not None else problems.values_list("pk", flat=True)
        )
        needed = _needed_examples(run.problems)
        to_ask = _to_ask(run, needed)
        size = batch_size(run.model)
        Batch.objects.bulk_create(
            [
                Batch(
                    project_id=run.project_id,
                    run=run,
                    number=number,
                    example_ids=to_ask[start : start + size],
                )
                for number, start in enumerate(range(0, len(to_ask), size))
            ],
            batch_size=500,
        )
        run.reused = len(needed) - len(to_ask)
        run.total = len(to_ask) + len(run.problems)
        run.planned = True
        run.save(update_fields=["problems", "reused", "total", "planned"])
        for _worker in range(min(HELPING_WORKERS, len(to_ask) // size)):
            nudge_on_commit("tracker.tasks.work_run", run.pk)


def batch_size(model: CandidateModel) -> int:
    """Return how many examples one batch of the model's run holds: a few calls of its adapter."""
    return min(MAX_BATCH, CALLS_A_BATCH * int(model.adapter.get("batch_size", MAX_BATCH)))


def _needed_examples(problem_ids: list[int]) -> list[int]:
    """Return the ids of the examples and bases of the problems' living patterns, in the order they were stored."""
    alive = Pattern.objects.alive().filter(problem__in=problem_ids)
    examples = set(alive.values_list("example_id", flat=True))
    examples.update(alive.filter(base__isnull=False).values_list("base_id", flat=True))
    return sorted(examples)


def _to_ask(run: Run, needed: list[int]) -> list[int]:
    """Return those of the needed examples that have to be asked, in order."""
    model = run.model
    if not ADAPTERS[model.adapter["kind"]].asks:
        return []
    if not model.frozen:
        # Someone else's model may say something else today.
        return needed
    outputs = Output.objects.filter(model=model)
    settled = outputs.answers() if run.again else outputs.settled()
    known = set(settled.values_list("example_id", flat=True))
    return [example_id for example_id in needed if example_id not in known]
