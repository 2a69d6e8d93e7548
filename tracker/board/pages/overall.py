"""One model over all open problems: every case weighs the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from evaluation.bounds import wilson_interval
from tracker.board.pages.evidence import ProjectEvidence
from tracker.candidates.models import CandidateModel


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


def overall_of(evidence: ProjectEvidence, model: CandidateModel) -> Overall:
    results = [result for (_problem, pk), result in evidence.results.items() if pk == model.pk]
    n_scored = sum(result.n_scored for result in results)
    total = sum((result.error or 0.0) * result.n_scored for result in results)
    error = min(1.0, total / n_scored) if n_scored else None
    return Overall(
        n_cases=sum(result.n_cases for result in results),
        n_scored=n_scored,
        n_failed=sum(result.n_failed for result in results),
        error=error,
        interval=wilson_interval(error, n_scored) if error is not None else None,
        verdicts=Counter(result.verdict for result in results),
    )
