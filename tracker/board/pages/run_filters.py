"""Which runs a list shows, as its address says."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from tracker.projects.models import Project
from tracker.runs.models import RunStatus


@dataclass(frozen=True, slots=True)
class RunFilters:
    model: str
    status: str
    models: list[str]
    statuses: list[tuple[str, str]]

    @property
    def narrow(self) -> bool:
        return bool(self.model or self.status)


def run_filters(project: Project, query: QueryDict) -> RunFilters:
    """Return the filters of an address; what is not known narrows nothing."""
    models = list(reversed(project.models.in_model_order().values_list("version", flat=True)))
    model, status = query.get("model", ""), query.get("status", "")
    return RunFilters(
        model=model if model in models else "",
        status=status if status in RunStatus else "",
        models=models,
        statuses=[(each.value, str(each.label)) for each in RunStatus],
    )
