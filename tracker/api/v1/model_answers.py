"""Candidate models as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import F, FloatField, Sum
from django.db.models.functions import Cast

from evaluation.adapters import ADAPTERS
from tracker.candidates.models import CandidateModel
from tracker.problems.models import CLOSED
from tracker.projects.models import Project
from tracker.runs.models import Result
from tracker.triage.remaining_impact import remaining_impact_by_model


class Overall(msgspec.Struct):
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
    version: str
    stage: str
    adapter: dict[str, Any]
    file: ModelFileShown | None
    trained_at: datetime | None
    registered_at: datetime
    frozen: bool
    lineage: dict[str, Any]
    says_trained_on: bool
    overall: Overall
    remaining_impact: float | None


def shown_models(project: Project, models: Sequence[CandidateModel]) -> list[ModelShown]:
    """Return models of one project with their numbers; fetch them with `file`, but without its content."""
    overall = _overall(models)
    impacts = remaining_impact_by_model(project)
    return [
        ModelShown(
            version=model.version,
            stage=model.stage,
            adapter=_without_secrets(model.adapter),
            file=ModelFileShown(model.file.name, model.file.sha256, model.file.size) if model.file else None,
            trained_at=model.trained_at,
            registered_at=model.registered_at,
            frozen=model.frozen,
            lineage=model.lineage,
            says_trained_on=model.says_trained_on,
            overall=overall.get(model.pk, Overall()),
            remaining_impact=impacts[model.version].total if model.version in impacts else None,
        )
        for model in models
    ]


def _overall(models: Sequence[CandidateModel]) -> dict[int, Overall]:
    results = Result.objects.current().filter(model__in=[model.pk for model in models])
    sums = results.exclude(problem__status__in=CLOSED).order_by().values("model_id").annotate(
        cases=Sum("n_cases"), scored=Sum("n_scored"), failed=Sum("n_failed"),
        errors=Sum(F("error") * Cast("n_scored", FloatField())),
    )  # fmt: skip
    return {
        row["model_id"]: Overall(
            row["cases"],
            row["scored"],
            row["failed"],
            row["errors"] / row["scored"] if row["scored"] else None,
        )
        for row in sums
    }


def _without_secrets(adapter: dict[str, Any]) -> dict[str, Any]:
    hidden = ADAPTERS[adapter["kind"]].secret_fields
    return {field: value for field, value in adapter.items() if field not in hidden}
