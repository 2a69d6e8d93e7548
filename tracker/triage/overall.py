"""One model over all open problems: every case weighs the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from evaluation.bounds import wilson_interval
from tracker.candidates.models import CandidateModel
from tracker.problems.models import CLOSED
from tracker.runs.models import Result


@dataclass(frozen=True, slots=True)
class Overall:
    """Counts over all cases. `error` is the mean over the scored ones, `interval` its two-sided 95 % Wilson interval;
    both None where nothing is scored.
    """

    n_cases: int
    n_scored: int
    n_failed: int
    error: float | None
    interval: tuple[float, float] | None
    verdicts: Counter[str]
    """How many problems have which verdict."""


def overall_of(results: Iterable[Result]) -> Overall:
    """Return what one model's results on the newest revisions of the open problems come to."""
    rows = list(results)
    n_scored = sum(row.n_scored for row in rows)
    total = sum((row.error or 0.0) * row.n_scored for row in rows)
    error = min(1.0, total / n_scored) if n_scored else None
    return Overall(
        n_cases=sum(row.n_cases for row in rows),
        n_scored=n_scored,
        n_failed=sum(row.n_failed for row in rows),
        error=error,
        interval=wilson_interval(error, n_scored) if error is not None else None,
        verdicts=Counter(row.verdict for row in rows),
    )


def overall_by_model(models: Collection[CandidateModel]) -> dict[int, Overall]:
    """Return, by id, the models that have a result on some open problem; one query."""
    results = Result.objects.current().filter(model__in=[model.pk for model in models])
    by_model: dict[int, list[Result]] = defaultdict(list)
    rows = results.exclude(problem__status__in=CLOSED).order_by("problem_id")
    for result in rows.only("model_id", "n_cases", "n_scored", "n_failed", "error", "verdict"):
        by_model[result.model_id].append(result)
    return {model_id: overall_of(found) for model_id, found in by_model.items()}
