"""What impact would remain under each model, and which candidate would take most of it away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evaluation.priority import OpenProblem, RemainingImpact, remaining_impacts
from evaluation.types import Verdict
from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.runs.models import Result
from tracker.triage.result_cases import CASE_FIELDS, case_errors

ResultsByProblem = Mapping[int, Mapping[int, Result]]


@dataclass(frozen=True, slots=True)
class ImpactFacts:
    """What impacts are summed from: the open problems, the models taking part in model order, and their results on
    the problems' newest revisions, by problem id and model id, with at least `CASE_FIELDS`.
    """

    problems: Sequence[Problem]
    models: Sequence[CandidateModel]
    results: ResultsByProblem

    @property
    def active(self) -> CandidateModel | None:
        return next((model for model in self.models if model.stage == Stage.ACTIVE), None)

    def verdict(self, problem: Problem, model: CandidateModel | None) -> str | None:
        """Return a model's verdict on a problem's newest revision; None where it is not evaluated there."""
        result = None if model is None else self.results.get(problem.pk, {}).get(model.pk)
        return None if result is None else result.verdict


def impact_facts(project: Project) -> ImpactFacts:
    """Return the facts of a project; three queries."""
    models = list(CandidateModel.objects.filter(project=project).taking_part().in_model_order())
    problems = list(Problem.objects.filter(project=project).open().order_by("pk")) if models else []
    for problem in problems:
        problem.project = project
    return ImpactFacts(problems, models, _results(project, models) if models else {})


@dataclass(frozen=True, slots=True)
class ImpactChange:
    """What impact remains and what would if another model went live, both over the cases that the active one is scored
    on. What is not answered is not gone: the `n_silent` cases that the other one is not scored on count as failed, so
    that the impact falls by at least `cut`. `before` is None where no model is active.
    """

    before: RemainingImpact | None
    after: RemainingImpact
    n_silent: int

    @property
    def cut(self) -> float | None:
        """The share of the remaining impact that would go (below 0: come); None where that cannot be said."""
        if self.before is None or not self.before.total or self.after.total is None:
            return None
        return 1 - self.after.total / self.before.total


@dataclass(frozen=True, slots=True)
class BestCandidate:
    """The candidate that leaves the least impact, beside the active model: over the cases of an `ImpactChange`."""

    version: str
    active: str
    candidate_impact: float
    active_impact: float
    n_problems: int
    n_left_out: int
    newly_fixed: tuple[int, ...]
    regressed: tuple[int, ...]
    n_silent: int = 0

    @property
    def cut(self) -> float | None:
        """The share of the active model's impact that would go, at least; None where there is none."""
        return 1 - self.candidate_impact / self.active_impact if self.active_impact else None


def remaining_impact_by_model(facts: ImpactFacts) -> dict[str, RemainingImpact]:
    """Return what would remain under each of the models that compare, all over the same cases.

    Not under an archived one, nor under one that is scored on fewer than half of the problems that the model
    scored on most is: for the lack of its scores the others would be left with next to nothing to sum.
    """
    if not facts.models:
        return {}
    compared = _that_compare(facts)
    impacts = remaining_impacts_of(facts, compared)
    return {model.version: impact for model, impact in zip(compared, impacts, strict=True)}


def remaining_impacts_of(facts: ImpactFacts, models: Sequence[CandidateModel]) -> tuple[RemainingImpact, ...]:
    """Return what would remain under each of the models, over the cases that all of them are scored on."""
    cases = [_cases(problem, facts.results.get(problem.pk, {}), models) for problem in facts.problems]
    return remaining_impacts(cases, n_models=len(models))


def impact_change(facts: ImpactFacts, active: CandidateModel | None, model: CandidateModel) -> ImpactChange:
    """Return what a model would change in the remaining impact if it went live, at worst."""
    models = [model] if active is None else [active, model]
    given = [_cases(problem, facts.results.get(problem.pk, {}), models) for problem in facts.problems]
    impacts = remaining_impacts([_at_worst(each) for each in given], n_models=len(models))
    return ImpactChange(
        before=None if active is None else impacts[0],
        after=impacts[-1],
        n_silent=sum(int(np.count_nonzero(_silent(each))) for each in given),
    )


def summed_problems(
    facts: ImpactFacts, active: CandidateModel | None, model: CandidateModel
) -> list[Problem]:
    """Return the problems over which such a change is summed."""
    models = [model] if active is None else [active, model]
    return [
        problem
        for problem in facts.problems
        if remaining_impacts(
            [_at_worst(_cases(problem, facts.results.get(problem.pk, {}), models))], n_models=len(models)
        )[0].n_problems
    ]


def best_candidate(facts: ImpactFacts) -> BestCandidate | None:
    """Return the candidate or shadow model that cuts most of the active model's impact, if any does compare."""
    return next(iter(ranked_candidates(facts)), None)


def ranked_candidates(facts: ImpactFacts) -> list[BestCandidate]:
    """Return the candidate and shadow models that compare with the active one, the best first.

    Ties go to the later one in model order.
    """
    active = facts.active
    if active is None:
        return []
    compared = [
        found
        for model in reversed(facts.models)
        if model.stage != Stage.ACTIVE and (found := _compared(facts, active, model)) is not None
    ]
    return sorted(compared, key=lambda found: found.candidate_impact - found.active_impact)


def _results(project: Project, models: Collection[CandidateModel]) -> ResultsByProblem:
    """Return the current results by problem and model."""
    found: dict[int, dict[int, Result]] = defaultdict(dict)
    current = Result.objects.current().filter(project=project, model__in=[model.pk for model in models])
    for result in current.only("problem_id", "model_id", "verdict", *CASE_FIELDS):
        found[result.problem_id][result.model_id] = result
    return found


def _that_compare(facts: ImpactFacts) -> list[CandidateModel]:
    """Return the models scored on at least half of what the one scored on most (the latest of several) is.

    Only problems that can be summed count: of known reach and harm. Where nothing is scored, all compare.
    """
    results = facts.results
    summed = [pk for pk in _known(facts.problems) if pk in results]
    scored = {
        model.pk: {pk for pk in summed if model.pk in results[pk] and _is_scored(results[pk][model.pk])}
        for model in facts.models
    }
    most = max(reversed(scored.values()), key=len, default=set())
    return [model for model in facts.models if 2 * len(scored[model.pk] & most) >= len(most)]


def _known(problems: Sequence[Problem]) -> list[int]:
    """Return the ids of the problems of known reach and harm."""
    return [
        problem.pk
        for problem in problems
        if problem.users_affected_percent is not None and problem.harm is not None
    ]


def _is_scored(result: Result) -> bool:
    return result.n_cases > len(result.unscored_cases)


def _cases(problem: Problem, by_model: Mapping[int, Result], models: Sequence[CandidateModel]) -> OpenProblem:
    results = [by_model[model.pk] for model in models if model.pk in by_model]
    is_known = problem.users_affected_percent is not None and problem.harm is not None
    if is_known and len(results) == len(models):
        errors, judged = case_errors(results)
    else:
        # It is left out whatever its cases came to, or one of the models was not evaluated on the newest
        # revision: no case is scored under all of them.
        errors, judged = np.full((len(models), 0), np.nan), np.zeros((len(models), 0), dtype=np.bool_)
    return OpenProblem(
        users_affected_percent=problem.users_affected_percent,
        harm=problem.harm,
        case_errors=errors,
        judged=judged,
        min_cases=problem.criterion.min_cases,
    )


def _silent(problem: OpenProblem) -> NDArray[np.bool_]:
    """Return which cases the first of two models is scored on and the other is not; of one model alone, none."""
    first, last = problem.case_errors[0], problem.case_errors[-1]
    silent: NDArray[np.bool_] = ~np.isnan(first) & np.isnan(last)
    return silent


def _at_worst(problem: OpenProblem) -> OpenProblem:
    """Return the problem with those cases failed under the other model."""
    errors = problem.case_errors.copy()
    errors[-1, _silent(problem)] = 1.0
    return replace(problem, case_errors=errors)


def _compared(facts: ImpactFacts, active: CandidateModel, candidate: CandidateModel) -> BestCandidate | None:
    shared, _same = remaining_impacts_of(facts, [active, candidate])
    change = impact_change(facts, active, candidate)
    before, after = change.before, change.after
    if before is None or before.total is None or after.total is None or not shared.n_problems:
        return None
    results = facts.results
    verdicts = {
        problem.pk: tuple(
            results[problem.pk][model.pk].verdict if model.pk in results.get(problem.pk, {}) else None
            for model in (active, candidate)
        )
        for problem in facts.problems
    }
    return BestCandidate(
        version=candidate.version,
        active=active.version,
        candidate_impact=after.total,
        active_impact=before.total,
        n_problems=after.n_problems,
        n_left_out=after.n_left_out,
        newly_fixed=tuple(
            pk
            for pk, (was, now) in verdicts.items()
            if now == Verdict.FIXED and was not in {None, Verdict.FIXED}
        ),
        regressed=tuple(
            pk for pk, (was, now) in verdicts.items() if was == Verdict.FIXED and now == Verdict.FAILING
        ),
        n_silent=change.n_silent,
    )
