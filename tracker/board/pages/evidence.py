"""What the models of a project say about its open problems, read in three queries."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from evaluation.types import Criterion
from tracker.board.sparkline import Mark, Sparkline, sparkline
from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import CLOSED, Problem
from tracker.projects.models import Project
from tracker.runs.models import Result, ResultQuerySet
from tracker.triage.remaining_impact import ImpactFacts
from tracker.triage.result_cases import CASE_FIELDS

COUNTS = (
    "problem_id", "model_id", "revision", "criterion", "facts_version", "verdict", "n_cases", "n_scored",
    "n_failed", "error", "n_judged", "n_judged_scored", "n_judged_failed", "judged_error", "judged_interval",
)  # fmt: skip
"""Of a result, what counts and judges."""


@dataclass(frozen=True)
class ProjectEvidence:
    """The open problems by priority, the models taking part in model order, and the results on the problems' newest
    revisions.
    """

    problems: Sequence[Problem]
    models: list[CandidateModel]
    results: dict[tuple[int, int], Result]
    """By (problem id, model id)."""

    @property
    def active(self) -> CandidateModel | None:
        return next((model for model in self.models if model.stage == Stage.ACTIVE), None)

    def result(self, problem: Problem, model: CandidateModel | None) -> Result | None:
        return None if model is None else self.results.get((problem.pk, model.pk))

    def of_model(self, model: CandidateModel) -> list[Result]:
        return [result for (_problem, pk), result in self.results.items() if pk == model.pk]

    def of_problem(self, problem: Problem) -> list[Result | None]:
        return [self.result(problem, model) for model in self.models]

    @cached_property
    def impact_facts(self) -> ImpactFacts:
        """What remaining impacts are summed from."""
        by_problem: dict[int, dict[int, Result]] = defaultdict(dict)
        for (problem_id, model_id), result in self.results.items():
            by_problem[problem_id][model_id] = result
        return ImpactFacts(self.problems, self.models, by_problem)


def project_evidence(project: Project) -> ProjectEvidence:
    problems = Problem.objects.filter(project=project).open().with_criterion().select_related("assignee")
    models = list(project.models.taking_part().in_model_order())
    results = current_results(project).exclude(problem__status__in=CLOSED).filter(model__in=models)
    return ProjectEvidence(
        problems=[_of(project, problem) for problem in problems.by_priority()],
        models=models,
        results={(result.problem_id, result.model_id): result for result in results},
    )


def _of(project: Project, problem: Problem) -> Problem:
    problem.project = project  # its criterion is asked of it, problem by problem
    return problem


def current_results(project: Project) -> ResultQuerySet:
    """Results on the newest revisions, with what pages show of them."""
    return Result.objects.current().filter(project=project).only(*COUNTS, *CASE_FIELDS)


def current_counts(project: Project) -> ResultQuerySet:
    """The same with their counts only: lists of cases grow with the test set."""
    return Result.objects.current().filter(project=project).only(*COUNTS)


def criterion_in_force(problem: Problem) -> str:
    """Return what `with_criterion` annotated."""
    text: str = problem.criterion_in_force  # type: ignore[attr-defined]
    return text


def is_fresh(result: Result | None, model: CandidateModel, problem: Problem, criterion: str) -> bool:
    """Return whether a result rests on all that is known now; the same rule as runs.staleness, without a query."""
    return (
        result is not None
        and result.revision == problem.revision
        and result.criterion == criterion
        and result.facts_version == model.facts_version
    )


def problem_sparkline(problem: Problem, evidence: ProjectEvidence, criterion: str) -> Sparkline:
    """Return the problem's error over the models."""
    marks = [
        Mark(
            error=result.judged_error if result else None,
            verdict=result.verdict if result else None,
            active=model.stage == Stage.ACTIVE,
        )
        for model, result in zip(evidence.models, evidence.of_problem(problem), strict=True)
    ]
    rule = Criterion.from_json(json.loads(criterion))
    return sparkline(marks, rule.max_error if rule.rule == "bound" else None)
