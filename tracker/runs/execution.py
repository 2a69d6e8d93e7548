"""Working a run off. Every step is claimed in the database: workers may be many, be told twice, or die.

A run goes: queued, planned, its batches asked, its problems scored, finished.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from tracker.candidates.models import CandidateModel
from tracker.candidates.output_storage import lock_model
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.projects.nudges import nudge_on_commit
from tracker.projects.signals import evidence_changed
from tracker.runs.asking import claim_batch, work_batch
from tracker.runs.leases import kept_alive, lease_end
from tracker.runs.models import UNDER_WAY, Result, Run, RunQuerySet, RunStatus
from tracker.runs.planning import plan_run, start_run
from tracker.runs.scoring import ProblemScorer
from tracker.runs.staleness import stale_state

logger = logging.getLogger(__name__)

SCORED_PATTERNS = 20_000
"""About so many patterns are held in memory and scored together."""


def advance_run(run_id: int) -> bool:
    """Do the next piece of work of a run that nobody else has; return whether there was one."""
    run = Run.objects.select_related("model", "project").get(pk=run_id)
    if run.status == RunStatus.QUEUED:
        return start_run(run_id)
    if run.status != RunStatus.RUNNING:
        return False
    if not run.planned:
        plan_run(run_id)
        return True
    if claim := claim_batch(run):
        work_batch(run, claim)
        return True
    if run.batches.filter(status__in=UNDER_WAY).exists():
        return False
    return _score_and_finish(run)


def work_off(
    run_id: int, on_progress: Callable[[Run], None] | None = None, keep_on: Callable[[], bool] | None = None
) -> Run:
    """Advance a run until nothing is left that this process could do; return the run as it stands then.

    `keep_on` is asked between pieces of work and may end it earlier.
    """
    while (keep_on is None or keep_on()) and advance_run(run_id):
        if on_progress is not None:
            on_progress(Run.objects.get(pk=run_id))
    return Run.objects.get(pk=run_id)


def _score_and_finish(run: Run) -> bool:
    """Claim the scoring of a run whose outputs are all in or given up, and do it; False where another has it."""
    now = timezone.now()
    token = uuid.uuid4()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    if not Run.objects.filter(free, pk=run.pk, status=RunStatus.RUNNING).update(
        token=token, lease_until=lease_end(now)
    ):
        return False
    held = Run.objects.filter(pk=run.pk, token=token, status=RunStatus.RUNNING)
    try:
        with kept_alive(lambda: held.update(lease_until=lease_end())):
            for chunk in _chunks(run.problems or []):
                if not _score_chunk(run, chunk, held):
                    return True
    except (InterfaceError, OperationalError):
        # The database was busy or away: when the lease ends the run is taken up again.
        raise
    except Exception as error:
        # A fault in scoring would come again on every try: say so, keep what is scored, let people retry.
        logger.exception("Run %s failed while scoring", run.pk)
        held.update(
            status=RunStatus.FAILED,
            finished_at=timezone.now(),
            left_stale=stale_state(run.model),
            error=f"{type(error).__name__}: {error}"[:2000],
        )
        return True
    with transaction.atomic():
        if held.update(
            status=RunStatus.FINISHED,
            finished_at=timezone.now(),
            done=F("total"),
            token=None,
            lease_until=None,
        ):
            # Whatever changed while it ran is stale still.
            nudge_on_commit("tracker.tasks.catch_up", run.project_id)
    return True


def _chunks(problem_ids: Sequence[int]) -> list[list[int]]:
    """Cut problems into chunks of about SCORED_PATTERNS patterns."""
    alive = Count("patterns", filter=Q(patterns__retired_in=None))
    counts = dict(Problem.objects.filter(pk__in=problem_ids).annotate(size=alive).values_list("pk", "size"))
    chunks: list[list[int]] = []
    room = 0
    for pk in problem_ids:
        if pk not in counts:
            continue
        if room < counts[pk] or not chunks:
            chunks.append([])
            room = SCORED_PATTERNS
        chunks[-1].append(pk)
        room -= counts[pk]
    return chunks


def _score_chunk(run: Run, problem_ids: list[int], held: RunQuerySet) -> bool:
    """Score some problems and store their results with all that follows; False where the run is no longer ours."""
    model = CandidateModel.objects.select_related("project").get(pk=run.model_id)
    problems = list(Problem.objects.filter(pk__in=problem_ids).select_related("project").order_by("pk"))
    results = ProblemScorer(model).score(problems)
    with transaction.atomic():
        if not held.update(done=F("done") + len(problem_ids), lease_until=lease_end()):
            return False
        store_results(run, model, results)
    return True


def store_results(run: Run, model: CandidateModel, results: Sequence[Result]) -> None:
    """Store results, but for those that rest on facts that changed while they were made: their turn comes again."""
    facts_version = lock_model(model).facts_version
    locked = Problem.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    rows = locked.filter(pk__in=[result.problem_id for result in results])
    in_force = {
        pk: (revision, own or of_project)
        for pk, revision, own, of_project in rows.values_list(
            "pk", "revision", "fix_criterion", "project__fix_criterion"
        )
    }
    valid = [
        result
        for result in results
        if result.facts_version == facts_version
        and in_force.get(result.problem_id) == (result.revision, result.criterion)
    ]
    for result in valid:
        result.run_id = run.pk
        result.scored_at = timezone.now()
    Result.objects.bulk_create(
        valid,
        batch_size=200,
        update_conflicts=True,
        unique_fields=["model", "problem", "revision"],
        update_fields=_REWRITTEN,
    )
    if valid:
        evidence_changed.send(
            sender=Project, project=model.project, problem_ids=[result.problem_id for result in valid]
        )


_REWRITTEN = [
    field.name
    for field in Result._meta.concrete_fields
    if field.name not in {"id", "project", "model", "problem", "revision"}
]
