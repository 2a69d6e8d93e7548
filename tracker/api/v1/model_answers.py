"""Candidate models as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from evaluation.priority import RemainingImpact
from tracker.api.v1.stability import StabilityShown, shown_stability
from tracker.candidates.models import CandidateModel
from tracker.projects.models import Project
from tracker.runs.stability_models import StabilityCheck
from tracker.triage.overall import Overall, overall_by_model
from tracker.triage.remaining_impact import impact_facts, remaining_impact_by_model


class OverallShown(msgspec.Struct):
    """All cases of the open problems, each weighing the same; null where the model was not evaluated."""

    n_cases: int | None = None
    n_scored: int | None = None
    n_failed: int | None = None
    error: float | None = None


class ModelFileShown(msgspec.Struct):
    name: str
    sha256: str
    size: int


class ModelShown(msgspec.Struct, kw_only=True):
    """A model with its numbers.

    `ask_again_every`: hours after which a volatile model is asked about everything again; null: by hand and on changes.
    `remaining_impact` is over the same cases for all models; `remaining_impact_left_out` open problems are in
    none of the sums, for their reach or harm is not known or no case is scored under all models. Both are null
    for a model that does not compare: archived, or scored on fewer than half of the problems.
    """

    version: str
    stage: str
    adapter: dict[str, Any]
    file: ModelFileShown | None
    trained_at: datetime | None
    registered_at: datetime
    frozen: bool
    ask_again_every: int | None
    stability: StabilityShown | None
    lineage: dict[str, Any]
    says_trained_on: bool
    overall: OverallShown
    remaining_impact: float | None
    remaining_impact_left_out: int | None


def shown_models(project: Project, models: Sequence[CandidateModel]) -> list[ModelShown]:
    """Return models of one project with their numbers; fetch them with `file`, but without its content."""
    overall = overall_by_model(models)
    impacts = remaining_impact_by_model(impact_facts(project))
    newest = StabilityCheck.objects.newest_of([model.pk for model in models])
    checks = {check.model_id: check for check in newest}
    return [
        _shown(model, overall.get(model.pk), impacts.get(model.version), checks.get(model.pk))
        for model in models
    ]


def _shown(
    model: CandidateModel,
    overall: Overall | None,
    impact: RemainingImpact | None,
    check: StabilityCheck | None,
) -> ModelShown:
    return ModelShown(
        version=model.version,
        stage=model.stage,
        adapter=model.adapter,
        file=ModelFileShown(model.file.name, model.file.sha256, model.file.size) if model.file else None,
        trained_at=model.trained_at,
        registered_at=model.registered_at,
        frozen=model.frozen,
        ask_again_every=None if model.frozen else model.ask_again_every,
        stability=shown_stability(check),
        lineage=model.lineage,
        says_trained_on=model.says_trained_on,
        overall=_shown_overall(overall),
        remaining_impact=impact.total if impact else None,
        remaining_impact_left_out=impact.n_left_out if impact else None,
    )


def _shown_overall(found: Overall | None) -> OverallShown:
    return (
        OverallShown(found.n_cases, found.n_scored, found.n_failed, found.error) if found else OverallShown()
    )
