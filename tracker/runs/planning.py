"""Starting a run: which problems it scores, which examples it has to ask, in which batches."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from itertools import islice
from typing import TypeAlias

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import Avg, Exists, OuterRef, Q
from django.db.models.functions import Length
from django.utils import timezone
from numpy.typing import NDArray

from evaluation.adapters import ADAPTERS
from tracker.candidates.models import CandidateModel, Output, OutputQuerySet
from tracker.problems.models import Pattern, Problem
from tracker.projects.bulk_rows import CHUNK_ROWS
from tracker.projects.id_lists import Among, exactly
from tracker.projects.models import Example
from tracker.projects.nudges import nudge_on_commit
from tracker.runs.living_patterns import LivingPatterns, by_revision
from tracker.runs.models import Batch, Result, Run, RunStatus
from tracker.runs.staleness import described_problems, stale_problems

Ids: TypeAlias = NDArray[np.int64]
"""Sorted, each once."""

MAX_BATCH = CHUNK_ROWS
"""Examples in a batch: enough to make the bookkeeping cheap, few enough to show progress and to be lost to a kill."""
MAX_CHARACTERS = 32 * 1024**2
"""The inputs of a batch are in memory several times over while they are asked."""
CALLS_A_BATCH = 8
BATCHES_WRITTEN = 100
"""Batches that are held in memory while a plan is written."""
HELPING_WORKERS = 3
"""How many workers besides the first are told of a long run."""


def start_run(run_id: int, patterns: LivingPatterns | None = None) -> bool:
    """Take a queued run under way, unless another run of the model still is; return whether it is under way now.

    A run that nobody asked for by hand, and for which another has left nothing to do, vanishes. `patterns` keeps what
    is read of them for the scoring.
    """
    if _remove_needless(run_id):
        return False
    try:
        with transaction.atomic():
            Run.objects.filter(pk=run_id, status=RunStatus.QUEUED).update(
                status=RunStatus.RUNNING, started_at=timezone.now()
            )
    except IntegrityError:
        return False
    plan_run(run_id, patterns)
    return True


def _remove_needless(run_id: int) -> bool:
    """Remove a queued run that has nothing to do; return whether it was.

    Under the lock that a request takes to widen a queued run: what a person asks for meanwhile is never removed.
    """
    with transaction.atomic():
        queued = Run.objects.select_for_update(of=("self",)).select_related("model")
        run = queued.filter(pk=run_id, status=RunStatus.QUEUED).first()
        needless = run is not None and not _is_requested(run) and not stale_problems(run.model).exists()
        if run is not None and needless:
            run.delete()
    return needless


def plan_run(run_id: int, patterns: LivingPatterns | None = None) -> None:
    """Cut a run into batches, once; a plan is written whole or not at all."""
    with transaction.atomic():
        run = Run.objects.select_for_update(of=("self",)).select_related("model", "project").get(pk=run_id)
        if run.planned or run.status != RunStatus.RUNNING:
            return
        run.problems = sorted(run.problems if run.problems is not None else _problems_in_need(run))
        needed = _needed_examples(run.problems, patterns or LivingPatterns())
        to_ask = _to_ask(run, needed)
        size = min(batch_size(run.model), _that_fit(to_ask))
        numbered = enumerate(range(0, to_ask.size, size))
        batches = (
            Batch(
                project_id=run.project_id,
                run=run,
                number=number,
                example_ids=to_ask[start : start + size].tolist(),
            )
            for number, start in numbered
        )
        while some := list(islice(batches, BATCHES_WRITTEN)):
            Batch.objects.bulk_create(some)
        run.reused = needed.size - to_ask.size
        run.total = to_ask.size + len(run.problems)
        run.planned = True
        run.save(update_fields=["problems", "reused", "total", "planned"])
        for _worker in range(_helpers(run.model, to_ask.size // size)):
            nudge_on_commit("tracker.tasks.work_run", run.pk)


def _helpers(model: CandidateModel, n_batches: int) -> int:
    """Return how many workers more can take part: a server is asked by one process at a time."""
    return 0 if ADAPTERS[model.adapter["kind"]].asks_server else min(HELPING_WORKERS, n_batches)


def batch_size(model: CandidateModel) -> int:
    """Return how many examples one batch of the model's run holds: a few calls of its adapter."""
    calls = CALLS_A_BATCH * int(model.adapter.get("concurrency", 1))
    return min(MAX_BATCH, calls * _inputs_a_call(model))


def _that_fit(example_ids: Ids) -> int:
    """Return how many inputs have MAX_CHARACTERS together, by the length of some of them."""
    some = example_ids[:: max(1, example_ids.size // 100)].tolist()
    lengths = Example.objects.filter(Among("pk", some)).aggregate(mean=Avg(Length("content")))
    return max(1, int(MAX_CHARACTERS / (lengths["mean"] or 1)))


def _inputs_a_call(model: CandidateModel) -> int:
    """A server that takes one input a request has no size of its own, or is told so."""
    one = 1 if ADAPTERS[model.adapter["kind"]].asks_server else MAX_BATCH
    return one if model.adapter.get("many") is False else int(model.adapter.get("batch_size", one))


def _problems_in_need(run: Run) -> set[int]:
    """Return the ids of the problems on which the run's model is stale; asked for by hand, more than those.

    A person who asks for a run gets errors asked again, and a volatile model asked about everything; so does the
    schedule.
    """
    in_need = set(stale_problems(run.model).values_list("pk", flat=True))
    if not _is_requested(run) or not _asks(run.model):
        return in_need
    described = described_problems(run.project)
    if run.model.frozen:
        settled = _settled(run).filter(example=OuterRef("example_id"))
        settled_bases = _settled(run).filter(example=OuterRef("base_id"))
        patterns = Pattern.objects.alive().filter(problem__in=described)
        open_patterns = patterns.filter(~Exists(settled) | (Q(base__isnull=False) & ~Exists(settled_bases)))
        return in_need | set(open_patterns.values_list("problem_id", flat=True))
    return in_need | set(described.values_list("pk", flat=True))


def _is_requested(run: Run) -> bool:
    return any(reason["kind"] in {"requested", "scheduled"} for reason in run.reasons)


def _asks(model: CandidateModel) -> bool:
    return ADAPTERS[model.adapter["kind"]].asks


def _settled(run: Run) -> OutputQuerySet:
    """The outputs that the run need not ask for again: errors tried often enough are asked again by hand only."""
    outputs = Output.objects.filter(model=run.model_id)
    return outputs.answers() if _is_requested(run) else outputs.settled()


def _needed_examples(problem_ids: Collection[int], patterns: LivingPatterns) -> Ids:
    """Return the ids of the examples and bases of the problems' living patterns, in the order they were stored."""
    problems = Problem.objects.filter(exactly("pk", problem_ids)).order_by("pk").values_list("pk", "revision")
    parts = [
        np.fromiter(rows.all_examples, dtype=np.int64)
        for revision, here in by_revision(problems)
        for rows in patterns.at(revision, here)
    ]
    return np.unique(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)


def _to_ask(run: Run, needed: Ids) -> Ids:
    """Return those of the needed examples that have to be asked, in order."""
    if not _asks(run.model):
        return needed[:0]
    if _asks_anew(run):
        return needed
    known = array("q")
    settled = _settled(run).order_by()
    if settled.exists():
        for start in range(0, needed.size, CHUNK_ROWS):
            # Of these alone: the model may have answered many more.
            here = settled.for_examples(needed[start : start + CHUNK_ROWS].tolist())
            known.extend(here.values_list("example_id", flat=True))
    anew = _examples_of_new_revisions(run)
    reused = np.setdiff1d(np.array(known, dtype=np.int64), anew)
    return np.setdiff1d(needed, reused, assume_unique=True)


def _asks_anew(run: Run) -> bool:
    """A volatile model may say something else today: a person who asks for a run wants to know, the schedule too."""
    return not run.model.frozen and _is_requested(run)


def _examples_of_new_revisions(run: Run) -> Ids:
    """Return what a run that nobody asked for asks a volatile model anew: all of the problems that changed.

    Problems whose patterns stand, and whose results merely rest on older answers, are scored from what is stored;
    else a model that changes its mind at every question would be asked for ever.
    """
    if run.model.frozen:
        return np.zeros(0, dtype=np.int64)
    here = Result.objects.filter(model=run.model_id, problem=OuterRef("pk"), revision=OuterRef("revision"))
    changed = Problem.objects.filter(Among("pk", run.problems or []), ~Exists(here))
    return _needed_examples(list(changed.values_list("pk", flat=True)), LivingPatterns())
