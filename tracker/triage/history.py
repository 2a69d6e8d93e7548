"""How every model does on one problem at one revision: the numbers of the regression chart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, F, JSONField, OuterRef, Subquery, When

from evaluation.history import changes
from evaluation.types import Verdict
from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import Problem
from tracker.runs.models import Result, ResultQuerySet, Run

LISTS = ("failed_cases", "unscored_cases", "partial_errors", "not_judged_cases")
"""What grows with the cases, and no chart shows."""


@dataclass(frozen=True, slots=True)
class ModelAtRevision:
    """A model and its result on the revision; without one it is not evaluated there."""

    model: CandidateModel
    result: Result | None
    scored_now: bool
    """Whether any case of the newest revision is scored under the model."""
    last_run: Run | None
    """The model's newest run: its id and its status."""

    @property
    def verdict(self) -> Verdict | None:
        return Verdict(self.result.verdict) if self.result is not None else None


def models_at_revision(
    problem: Problem,
    revision: int | None = None,
    *,
    with_lists: bool = False,
) -> list[ModelAtRevision]:
    """Return the models taking part, in model order, with their results on that revision (None: the newest).

    `with_lists`: the active model's result brings its lists of cases along. Two queries.
    """
    wanted = problem.revision if revision is None else revision
    found = Result.objects.filter(problem=problem, revision=wanted).defer(*LISTS)
    results = {result.model_id: result for result in (_of_active(found) if with_lists else found)}
    return [
        ModelAtRevision(
            model,
            results.get(model.pk),
            scored_now=model.scored_now,
            last_run=Run(pk=model.run_id, status=model.run_status) if model.run_id else None,
        )
        for model in _models(problem)
    ]


def _models(problem: Problem) -> Iterable[Any]:
    of_model = OuterRef("pk")
    scored = Result.objects.filter(problem=problem, revision=problem.revision, model=of_model, n_scored__gt=0)
    runs = Run.objects.filter(model=of_model).order_by("-pk")
    models = CandidateModel.objects.filter(project=problem.project_id).taking_part().in_model_order()
    return models.annotate(
        scored_now=Exists(scored),
        run_id=Subquery(runs.values("pk")[:1]),
        run_status=Subquery(runs.values("status")[:1]),
    )


def _of_active(found: ResultQuerySet) -> Iterator[Result]:
    """Yield results, that of the active model with the lists that are deferred for the others."""
    lists = {
        f"active_{name}": Case(When(model__stage=Stage.ACTIVE, then=F(name)), output_field=JSONField())
        for name in LISTS
    }
    for result in found.annotate(**lists):
        for name in LISTS:
            cases = getattr(result, f"active_{name}")
            if cases is not None:
                setattr(result, name, cases)
        yield result


def problem_history(problem: Problem, revision: int | None = None) -> dict[str, Any]:
    """Return the numbers of the regression chart in the shape that the API publishes."""
    wanted = problem.revision if revision is None else revision
    return history_of(problem, wanted, models_at_revision(problem, wanted))


def history_of(problem: Problem, revision: int, rows: list[ModelAtRevision]) -> dict[str, Any]:
    """Return the same from rows that were read already."""
    introduced_in, fixed_in = changes([(row.model.version, row.verdict) for row in rows])
    return {
        "problem": problem.slug,
        "revision": revision,
        "criterion": problem.criterion.to_json(),
        "models": [_numbers(row) for row in rows],
        "introduced_in": introduced_in,
        "fixed_in": fixed_in,
    }


def _numbers(row: ModelAtRevision) -> dict[str, Any]:
    model, result = row.model, row.result
    return {
        "version": model.version,
        "trained_at": model.trained_at.isoformat() if model.trained_at else None,
        "stage": str(model.stage),
        "n_cases": result.n_cases if result else None,
        "n_scored": result.n_scored if result else None,
        "n_failed": result.n_failed if result else None,
        "error": result.error if result else None,
        "interval": result.interval if result else None,
        "n_judged": result.n_judged if result else None,
        "n_judged_failed": result.n_judged_failed if result else None,
        "judged_error": result.judged_error if result else None,
        "judged_interval": result.judged_interval if result else None,
        "verdict": result.verdict if result else None,
    }
