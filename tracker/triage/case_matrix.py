"""Cases x models of one problem at one revision, from the lists of cases that results hold.

Results name the cases that failed, were unscored or are not judged. A case that none of them names passed and was
judged under every evaluated model, so that whatever is asked of all cases is answered without reading them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import Case, Problem
from tracker.runs.models import Result

LISTS = ("model_id", "n_cases", "failed_cases", "unscored_cases", "not_judged_cases")


class Outcome(StrEnum):
    """What a case came to under a model."""

    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    UNSCORED = "unscored"
    NOT_EVALUATED = "not_evaluated"


PASS, FAIL, UNSCORED, NOT_EVALUATED = range(len(Outcome))
OUTCOMES = tuple(Outcome)


@dataclass(frozen=True, slots=True)
class Cell:
    outcome: Outcome
    judged: bool
    flips: bool
    """The answer differs from that of the model before it that had one."""


@dataclass(frozen=True, slots=True, eq=False)
class CaseMatrix:
    """A row of each array per model, in model order; a column per case that some result names, by ascending id."""

    models: Sequence[CandidateModel]
    evaluated: Sequence[bool]
    n_cases: int
    named: NDArray[np.int64]
    outcomes: NDArray[np.int8]
    judged: NDArray[np.bool_]
    flips: NDArray[np.bool_]

    @property
    def active(self) -> int | None:
        """The row of the active model, if it is evaluated here."""
        rows = zip(self.models, self.evaluated, strict=True)
        found = (row for row, (model, known) in enumerate(rows) if known and model.stage == Stage.ACTIVE)
        return next(found, None)

    @property
    def failures(self) -> NDArray[np.int64]:
        """Under how many models each named case fails."""
        return np.asarray((self.outcomes == FAIL).sum(axis=0), dtype=np.int64)

    def failing_under_active(self) -> NDArray[np.bool_]:
        row = self.active
        return np.zeros(self.named.size, np.bool_) if row is None else self.outcomes[row] == FAIL

    def flipping(self) -> NDArray[np.bool_]:
        return np.asarray(self.flips.any(axis=0), dtype=np.bool_)

    def not_judged(self) -> NDArray[np.bool_]:
        """Cases that some model is not judged on."""
        return ~np.asarray(self.judged.all(axis=0), dtype=np.bool_)

    def cells(self, case_id: int) -> list[Cell]:
        """Return a case's cells, one per model."""
        column = int(np.searchsorted(self.named, case_id))
        if column == self.named.size or self.named[column] != case_id:
            return [
                Cell(Outcome.PASS if known else Outcome.NOT_EVALUATED, True, False)
                for known in self.evaluated
            ]
        columns = (self.outcomes[:, column], self.judged[:, column], self.flips[:, column])
        return [
            Cell(OUTCOMES[outcome], bool(judged), bool(flips))
            for outcome, judged, flips in zip(*(array.tolist() for array in columns), strict=True)
        ]


def matrix_at(problem: Problem, revision: int) -> CaseMatrix:
    """Return the matrix of the models taking part. Three queries at most."""
    models = list(CandidateModel.objects.filter(project=problem.project_id).taking_part().in_model_order())
    found = Result.objects.filter(
        problem=problem, revision=revision, model__in=[model.pk for model in models]
    )
    results = {result.model_id: result for result in found.only(*LISTS)}
    rows = [results.get(model.pk) for model in models]
    n_cases = next((row.n_cases for row in rows if row is not None), None)
    if n_cases is None:
        n_cases = Case.objects.filter(problem=problem).alive_at(revision).count()
    return matrix_of(models, rows, n_cases)


def matrix_of(models: Sequence[CandidateModel], results: Sequence[Result | None], n_cases: int) -> CaseMatrix:
    """Return the matrix of results that were read already; None for a model without one."""
    lists = [_ids(each) for result in results if result is not None for each in _lists(result)]
    named = np.unique(np.concatenate([*lists, np.array([], dtype=np.int64)]))
    outcomes = np.full((len(models), named.size), NOT_EVALUATED, dtype=np.int8)
    judged = np.ones((len(models), named.size), dtype=np.bool_)
    for row, result in enumerate(results):
        if result is None:
            continue
        failed, unscored, not_judged = (np.searchsorted(named, _ids(each)) for each in _lists(result))
        outcomes[row] = PASS
        outcomes[row, failed] = FAIL
        outcomes[row, unscored] = UNSCORED
        judged[row, not_judged] = False
    return CaseMatrix(
        models=models,
        evaluated=[result is not None for result in results],
        n_cases=n_cases,
        named=named,
        outcomes=outcomes,
        judged=judged,
        flips=_flips(outcomes),
    )


def _lists(result: Result) -> Iterator[list[int]]:
    yield from (result.failed_cases, result.unscored_cases, result.not_judged_cases)


def _ids(cases: list[int]) -> NDArray[np.int64]:
    return np.asarray(cases, dtype=np.int64)


def _flips(outcomes: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Mark where a pass follows a fail or the other way round; what is neither is passed over."""
    flips = np.zeros(outcomes.shape, dtype=np.bool_)
    before = np.full(outcomes.shape[1], NOT_EVALUATED, dtype=np.int8)
    for row, now in enumerate(outcomes):
        decided = (now == PASS) | (now == FAIL)
        flips[row] = decided & (before != NOT_EVALUATED) & (before != now)
        before = np.where(decided, now, before)
    return flips
