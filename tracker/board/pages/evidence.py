"""What the models of a project say about many problems, read in two queries."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from evaluation.types import Criterion
from tracker.board.sparkline import Mark, Sparkline, sparkline
from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import CLOSED, Problem
from tracker.projects.models import Project
from tracker.runs.models import Result, ResultQuerySet

COUNTS = (
    "problem_id", "model_id", "revision", "criterion", "facts_version", "verdict", "settles", "n_cases", "n_scored",
    "n_failed", "error", "n_judged", "n_judged_scored", "n_judged_failed", "judged_error", "judged_interval",
)  # fmt: skip
"""All of a result but its lists of cases, which grow with the test set."""


@dataclass(frozen=True, slots=True)
class ProjectEvidence:
    """The models taking part, in model order, and the results on the problems' newest revisions."""

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


def project_evidence(project: Project, problem_ids: Collection[int] | None = None) -> ProjectEvidence:
    """Return what is known of these problems (None: all open ones)."""
    models = list(project.models.taking_part().in_model_order())
    results = current_counts(project)
    if problem_ids is None:
        results = results.exclude(problem__status__in=CLOSED)
    else:
        results = results.filter(problem__in=list(problem_ids))
    return ProjectEvidence(models, {(result.problem_id, result.model_id): result for result in results})


def current_counts(project: Project) -> ResultQuerySet:
    """Results on the newest revisions, with their counts only."""
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
