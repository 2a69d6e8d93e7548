"""The models of a project with what their results say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evaluation.priority import RemainingImpact
from tracker.board.pages.evidence import ProjectEvidence, criterion_in_force, is_fresh, project_evidence
from tracker.board.pages.model_words import setting_words
from tracker.candidates.model_search import fields_found, found_models
from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.triage.overall import Overall, overall_of
from tracker.triage.remaining_impact import remaining_impact_by_model

MOST_FOUND = 3
"""So many fields say why a model was found; its own page has them all."""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """`n_stale` of `n_described` problems: without a result that rests on all that is known now.

    `impact` is None where the model does not compare: archived, or hardly scored.
    """

    model: CandidateModel
    overall: Overall
    impact: RemainingImpact | None
    n_described: int
    n_stale: int
    found: list[tuple[str, str]]
    """Fields of the lineage that what was looked for is in, with what they say."""

    @property
    def n_evaluated(self) -> int:
        return self.n_described - self.n_stale

    @property
    def verdict_counts(self) -> list[tuple[str, int]]:
        counts = self.overall.verdicts
        shown = ["fixed", "failing", "inconclusive", *(["unscored"] if counts["unscored"] else [])]
        return [(verdict, counts[verdict]) for verdict in shown]


def model_rows(project: Project, query: str = "") -> list[ModelRow]:
    """Return the models that match the query, newest first; the number of queries does not depend on how many there
    are.
    """
    evidence = project_evidence(project)
    problems = [problem for problem in evidence.problems if problem.revision]
    impacts = remaining_impact_by_model(evidence.impact_facts)
    shown = found_models(reversed(evidence.models), query)
    archived = found_models(project.models.filter(stage=Stage.ARCHIVED).in_model_order().reverse(), query)
    rows = [_row(model, evidence, problems, impacts, query) for model in shown]
    return rows + [_row(model, evidence, [], {}, query) for model in archived]


def _row(
    model: CandidateModel,
    evidence: ProjectEvidence,
    problems: list[Problem],
    impacts: Mapping[str, RemainingImpact],
    query: str,
) -> ModelRow:
    stale = [
        problem
        for problem in problems
        if not is_fresh(
            evidence.result(problem, model),
            model,
            problem,
            criterion_in_force(problem),
        )
    ]
    return ModelRow(
        model,
        overall_of(evidence.of_model(model)),
        impacts.get(model.version),
        len(problems),
        len(stale),
        [(field.name, setting_words(field.value)) for field in fields_found(model, query)[:MOST_FOUND]],
    )
