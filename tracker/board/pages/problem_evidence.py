"""The evidence on a problem's page: the regression chart, its sentence, its table, and how fresh all that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.finding import JudgedModel, finding
from tracker.board.pages.evidence import is_fresh
from tracker.board.pages.work import Work
from tracker.candidates.models import Stage
from tracker.problems.models import CLOSED, Problem
from tracker.runs.models import UNDER_WAY, Run, RunStatus
from tracker.triage.history import ModelAtRevision, history_of, models_at_revision
from tracker.triage.verdict_sentences import finding_sentence


@dataclass(frozen=True, slots=True)
class Freshness:
    """How many of the models are evaluated on all that is known; `work` while the others are on their way."""

    n_models: int
    n_fresh: int
    work: Work | None
    failed: Run | None
    """A run that ended without bringing a model up to date."""

    @property
    def n_stale(self) -> int:
        return self.n_models - self.n_fresh


@dataclass(frozen=True, slots=True)
class ProblemEvidence:
    history: dict[str, Any]
    rows: list[ModelAtRevision]
    sentence: str
    freshness: Freshness

    @property
    def active(self) -> ModelAtRevision | None:
        """The active model, its result with the lists of cases."""
        return next((row for row in self.rows if row.model.stage == Stage.ACTIVE), None)

    @property
    def deciding(self) -> str | None:
        """The version of the model whose error stands in the priority, which is of now whatever revision is shown."""
        scored = [row for row in self.rows if row.scored_now]
        if self.active:
            scored = [row for row in scored if row is self.active]
        return scored[-1].model.version if scored else None


def problem_evidence(problem: Problem, revision: int | None = None) -> ProblemEvidence:
    """Return the evidence on a revision (None: the newest). An older one is as fresh as it can be."""
    older = revision is not None and revision != problem.revision
    rows = models_at_revision(problem, revision, with_lists=True)
    history = history_of(problem, problem.revision if revision is None else revision, rows)
    return ProblemEvidence(
        history=history,
        rows=rows,
        sentence=sentence(problem, rows, history),
        freshness=Freshness(len(rows), len(rows), None, None) if older else freshness(problem, rows),
    )


def sentence(problem: Problem, rows: Sequence[ModelAtRevision], history: dict[str, Any]) -> str:
    """Return the sentence under the chart."""
    if not problem.revision or not history["revision"]:
        return _("No test pattern describes this problem yet, so no model can be judged on it.")
    if history["revision"] != problem.revision and not any(row.result for row in rows):
        return _("No model was evaluated while this revision was the newest.")
    judged = [
        JudgedModel(
            row.model.version,
            row.result.judgement if row.result else None,
            is_active=row.model.stage == Stage.ACTIVE,
        )
        for row in rows
    ]
    found = finding(judged, introduced_in=history["introduced_in"], fixed_in=history["fixed_in"])
    return finding_sentence(found, any_model=bool(rows))


def freshness(problem: Problem, rows: Sequence[ModelAtRevision] | None = None) -> Freshness:
    """Return how far the evaluation of a problem is; no query beside those for the rows."""
    rows = models_at_revision(problem) if rows is None else rows
    if not problem.revision or problem.status in CLOSED:
        return Freshness(len(rows), len(rows), None, None)
    criterion = problem.fix_criterion or problem.project.fix_criterion
    stale = [row for row in rows if not is_fresh(row.result, row.model, problem, criterion)]
    last = [row.last_run for row in stale if row.last_run]
    ended = [run for run in last if run.status in {RunStatus.FAILED, RunStatus.CANCELLED}]
    waiting = len(stale) - len(ended)
    return Freshness(
        n_models=len(rows),
        n_fresh=len(rows) - len(stale),
        work=_work(problem, len(rows), len(stale), last) if waiting else None,
        failed=ended[0] if ended else None,
    )


def _work(problem: Problem, n_models: int, n_stale: int, runs: Iterable[Run]) -> Work:
    going = any(run.status in UNDER_WAY for run in runs)
    return Work(
        status="running" if going else "queued",
        done=n_models - n_stale,
        total=n_models,
        left=ngettext("%(n)s model left", "%(n)s models left", n_stale) % {"n": n_stale},
        url=reverse("board:problem_freshness", args=[problem.project.slug, problem.number]),
    )
