"""Scoring: from stored outputs to one result per problem. Reads in a few queries per chunk of problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from evaluation.adapters import ADAPTERS
from evaluation.bounds import wilson_interval
from evaluation.scoring import CaseScores, score_cases
from evaluation.types import Criterion
from evaluation.verdicts import Judgement, judge, judged_mask
from tracker.candidates.models import CandidateModel, TrainedOn
from tracker.problems.models import Case, CaseSource, Pattern, Problem, SourceKind
from tracker.projects.id_lists import exactly
from tracker.projects.models import Example
from tracker.projects.row_parts import read_ids
from tracker.runs.living_patterns import LivingPatterns, by_revision
from tracker.runs.models import Result
from tracker.runs.pattern_errors import PatternErrors, PatternReader


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What decides whether a case is judged for a model: the sorted ids of the cases for which each is so."""

    filed: NDArray[np.int64]
    """No source of theirs did not look at outputs."""
    selected_on_model: NDArray[np.int64]
    trained_on: NDArray[np.int64]


class ProblemScorer:
    """Scores problems for one model. They are passed in chunks, at the revision to score, each with its project."""

    def __init__(self, model: CandidateModel, patterns: LivingPatterns | None = None) -> None:
        self._model = model
        self._asks = ADAPTERS[model.adapter["kind"]].asks
        self._patterns = PatternReader(model, patterns or LivingPatterns())

    def score(self, problems: Sequence[Problem]) -> list[Result]:
        """Return unsaved results, leaving out problems for which the model has yet to be asked."""
        patterns = self._patterns.read(problems)
        facts = self._case_facts(problems)
        return [
            self._result(problem, patterns[problem.pk], facts)
            for problem in problems
            if not self._asks or patterns[problem.pk].all_asked
        ]

    def _case_facts(self, problems: Sequence[Problem]) -> CaseFacts:
        filed: list[QuerySet[Any, tuple[int]]] = []
        selected: list[QuerySet[Any, tuple[int]]] = []
        trained: list[QuerySet[Any, tuple[int]]] = []
        for revision, problem_ids in by_revision((problem.pk, problem.revision) for problem in problems):
            filed.append(Case.objects.filed_at(revision, problem_ids))
            by_then = CaseSource.objects.filter(
                exactly("case__problem_id", problem_ids), added_in__lte=revision, kind=SourceKind.SELECTED_ON
            )
            selected.append(by_then.filter(version=self._model.version).values_list("case_id"))
            if self._model.says_trained_on:
                digests = TrainedOn.objects.filter(model=self._model).values("digest")
                known = Example.objects.filter(project=self._model.project_id, digest__in=digests)
                alive = Pattern.objects.alive_at(revision).filter(exactly("problem_id", problem_ids))
                trained.append(alive.filter(example__in=known).values_list("case_id"))
        return CaseFacts(read_ids(*filed), read_ids(*selected), read_ids(*trained))

    def _result(self, problem: Problem, patterns: PatternErrors, facts: CaseFacts) -> Result:
        case_ids, case_index = np.unique(patterns.case_ids, return_inverse=True)
        cases = score_cases(patterns.errors, case_index.astype(np.intp), len(case_ids))
        criterion: Criterion = problem.criterion
        judged = judged_mask(
            unselected=~_mask(case_ids, facts.filed),
            selected_on_model=_mask(case_ids, facts.selected_on_model),
            trained_on=_mask(case_ids, facts.trained_on),
            criterion=criterion,
        )
        return self._row(problem, case_ids, cases, judged, judge(cases.errors[judged], criterion))

    def _row(
        self,
        problem: Problem,
        case_ids: NDArray[np.int64],
        cases: CaseScores,
        judged: NDArray[np.bool_],
        judgement: Judgement,
    ) -> Result:
        partial = cases.failed & (cases.errors < 1)
        return Result(
            project_id=self._model.project_id,
            model_id=self._model.pk,
            problem_id=problem.pk,
            revision=problem.revision,
            criterion=problem.fix_criterion or problem.project.fix_criterion,
            facts_version=self._model.facts_version,
            n_cases=cases.n_cases,
            n_scored=cases.n_scored,
            n_failed=cases.n_failed,
            error=cases.error,
            interval=_wilson(cases.error, cases.n_scored),
            failed_cases=case_ids[cases.failed].tolist(),
            unscored_cases=case_ids[cases.unscored].tolist(),
            partial_errors={str(case_ids[i]): float(cases.errors[i]) for i in np.flatnonzero(partial)},
            n_judged=judgement.n_judged,
            n_judged_scored=judgement.n_scored,
            n_judged_failed=judgement.n_failed,
            judged_error=judgement.error,
            judged_interval=list(judgement.interval) if judgement.interval is not None else None,
            verdict=judgement.verdict.value,
            not_judged_cases=case_ids[~judged].tolist(),
        )


def _mask(case_ids: NDArray[np.int64], members: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the ids are among the sorted members."""
    if not members.size:
        return np.zeros(case_ids.size, dtype=np.bool_)
    places = np.minimum(np.searchsorted(members, case_ids), members.size - 1)
    return np.equal(members[places], case_ids)


def _wilson(error: float | None, n: int) -> list[float] | None:
    return None if error is None else list(wilson_interval(error, n))
