from typing import Any

from django.apps import AppConfig

from tracker.projects.signals import evidence_changed


class TriageConfig(AppConfig):
    name = "tracker.triage"
    label = "triage"

    def ready(self) -> None:
        evidence_changed.connect(_refresh, dispatch_uid="triage.refresh")


def _refresh(*, project: Any, problem_ids: list[int] | None, **_kwargs: object) -> None:
    # Models can be imported only once every app is ready.
    from tracker.triage.refresh import refresh_problems  # noqa: PLC0415

    refresh_problems(project, problem_ids)
