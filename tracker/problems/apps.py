from typing import Any

from django.apps import AppConfig

from tracker.projects.signals import evidence_changed


class ProblemsConfig(AppConfig):
    name = "tracker.problems"
    label = "problems"

    def ready(self) -> None:
        # Connected before triage listens, so that priorities are made of the new weights.
        evidence_changed.connect(_keep_harms_in_step, dispatch_uid="problems.harms")


def _keep_harms_in_step(*, project: Any, problem_ids: list[int] | None, **_kwargs: object) -> None:
    # Models can be imported only once every app is ready.
    from tracker.problems.harms import reweigh_harms  # noqa: PLC0415

    if problem_ids is None:
        reweigh_harms(project)
