"""Working a run off. Every step is claimed in the database: workers may be many, be told twice, or die.

A run goes: queued, planned, its batches asked, some inputs repeated, its problems scored, finished.
"""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import Problem
from tracker.projects.bulk_rows import put_rows, stored_value
from tracker.projects.collecting import seldom_collected
from tracker.projects.id_lists import Among, exactly
from tracker.projects.models import Project
from tracker.projects.nudges import nudge_on_commit
from tracker.projects.signals import evidence_changed
from tracker.runs.asking import ask_batches
from tracker.runs.claims import claim_run
from tracker.runs.leases import kept_alive, lease_end
from tracker.runs.living_patterns import TOGETHER, LivingPatterns
from tracker.runs.models import UNDER_WAY, Result, Run, RunQuerySet, RunStatus
from tracker.runs.planning import plan_run, start_run
from tracker.runs.repeats import repeat_some
from tracker.runs.scoring import ProblemScorer
from tracker.runs.staleness import stale_state

logger = logging.getLogger(__name__)


def advance_run(
    run_id: int,
    keep_on: Callable[[], bool] | None = None,
    on_stored: Callable[[], None] | None = None,
    patterns: LivingPatterns | None = None,
) -> bool:
    """Do the next piece of work of a run that nobody else has; return whether there was one.

    Asking is one piece; `keep_on` may end it between batches, `on_stored` is called after each. `patterns` keeps from
    piece to piece what was read of them.
    """
    run = Run.objects.select_related("model").filter(pk=run_id, status__in=UNDER_WAY).first()
    if run is None:
        return False
    if run.status == RunStatus.QUEUED:
        return start_run(run_id, patterns)
    if not run.planned:
        plan_run(run_id, patterns)
        return True
    if run.is_pausing:
        return False
    if run.batches.filter(status__in=UNDER_WAY).exists():
        return ask_batches(run, keep_on=keep_on, on_stored=on_stored)
    return repeat_some(run) or _score_and_finish(run, patterns or LivingPatterns())


def work_off(
    run_id: int, on_progress: Callable[[Run], None] | None = None, keep_on: Callable[[], bool] | None = None
) -> Run | None:
    """Advance a run until nothing is left that this process could do; return the run as it stands then, None if it
    vanished because there was nothing to do. `keep_on` is asked between pieces of work and may end it earlier.
    """
    told = 0
    patterns = LivingPatterns()

    def tell() -> None:
        nonlocal told
        told += 1
        if on_progress is not None:
            on_progress(Run.objects.get(pk=run_id))

    before = told
    with seldom_collected():
        while (keep_on is None or keep_on()) and advance_run(run_id, keep_on, tell, patterns):
            if told == before:
                tell()
            before = told
    return Run.objects.filter(pk=run_id).first()


def _score_and_finish(run: Run, patterns: LivingPatterns) -> bool:
    """Claim the scoring of a run whose outputs are all in or given up, and do it; False where another has it."""
    token = uuid.uuid4()
    if not claim_run(run, token):
        return False
    held = Run.objects.filter(pk=run.pk, token=token, status=RunStatus.RUNNING)
    try:
        with kept_alive(lambda: held.update(lease_until=lease_end())):
            for chunk in _chunks(run.problems or []):
                if not _score_chunk(run, chunk, held, patterns):
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
    """Cut problems into chunks of TOGETHER cases at most, unless a problem has more.

    By the counts that stand there, which may be older than the patterns: nothing but the pace rests on them.
    """
    counts = dict(Problem.objects.filter(Among("pk", problem_ids)).values_list("pk", "cases_count"))
    chunks: list[list[int]] = []
    room = 0
    for pk in problem_ids:
        if pk not in counts:
            continue
        if room < counts[pk] or not chunks:
            chunks.append([])
            room = TOGETHER
        chunks[-1].append(pk)
        room -= counts[pk]
    return chunks


def _score_chunk(run: Run, problem_ids: list[int], held: RunQuerySet, patterns: LivingPatterns) -> bool:
    """Score some problems and store their results with all that follows; False where the run is no longer ours."""
    model = CandidateModel.objects.select_related("project").get(pk=run.model_id)
    asked_of = Problem.objects.filter(Among("pk", problem_ids)).only(
        "project_id", "revision", "fix_criterion"
    )
    problems = list(asked_of.order_by("pk"))
    for problem in problems:
        problem.project = model.project
    results = ProblemScorer(model, patterns).score(problems)
    for other, behind in _judged_otherwise(model, problems):
        results += ProblemScorer(other).score(behind)
    with transaction.atomic():
        if not held.update(done=F("done") + len(problem_ids), lease_until=lease_end()):
            return False
        store_results(run, results)
    return True


def _judged_otherwise(
    model: CandidateModel, problems: Sequence[Problem]
) -> list[tuple[CandidateModel, list[Problem]]]:
    """Return the other models, each with those of the problems on which its result is under a former fix criterion.

    All models are judged by a new criterion in one transaction: a status never rests on verdicts by two of them.
    """
    by_id = {problem.pk: problem for problem in problems}
    rows = (
        Result.objects.current()
        .filter(Among("problem_id", by_id))
        .exclude(model=model)
        .exclude(model__stage=Stage.ARCHIVED)
    )
    in_force = Coalesce("problem__fix_criterion", "problem__project__fix_criterion")
    behind: defaultdict[int, list[Problem]] = defaultdict(list)
    for model_id, problem_id in rows.exclude(criterion=in_force).values_list("model_id", "problem_id"):
        behind[model_id].append(by_id[problem_id])
    others = CandidateModel.objects.filter(pk__in=behind).select_related("project").order_by("pk")
    return [(other, behind[other.pk]) for other in others]


def store_results(run: Run, results: Sequence[Result]) -> None:
    """Store results, but for those that rest on facts that changed while they were made: their turn comes again."""
    models = CandidateModel.objects.select_for_update(no_key=True).order_by("pk")
    facts = dict(
        models.filter(pk__in={result.model_id for result in results}).values_list("pk", "facts_version")
    )
    locked = Problem.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    rows = locked.filter(exactly("pk", [result.problem_id for result in results]))
    in_force = {
        pk: (revision, own or of_project)
        for pk, revision, own, of_project in rows.values_list(
            "pk", "revision", "fix_criterion", "project__fix_criterion"
        )
    }
    valid = [
        result
        for result in results
        if result.facts_version == facts.get(result.model_id)
        and in_force.get(result.problem_id) == (result.revision, result.criterion)
    ]
    for result in valid:
        result.run_id = run.pk
        result.scored_at = timezone.now()
    put_rows(
        Result,
        [column.attname for column in _COLUMNS],
        [[stored_value(column, result) for column in _COLUMNS] for result in valid],
        unique=["model_id", "problem_id", "revision"],
    )
    if valid:
        problem_ids = sorted({result.problem_id for result in valid})
        evidence_changed.send(sender=Project, project=run.project, problem_ids=problem_ids)


_COLUMNS = [field for field in Result._meta.concrete_fields if field.attname != "id"]
