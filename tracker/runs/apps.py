from functools import partial
from typing import Any

from django.apps import AppConfig
from django.db import transaction

from tracker.projects.signals import model_archived


class RunsConfig(AppConfig):
    name = "tracker.runs"
    label = "runs"

    def ready(self) -> None:
        model_archived.connect(_cancel_runs, dispatch_uid="runs.archived")


def _cancel_runs(*, project: Any, **_kwargs: object) -> None:
    # Models can be imported only once every app is ready.
    from tracker.runs.requests import cancel_runs_of_archived  # noqa: PLC0415

    # Afterwards: who scores holds the run and waits for the model, which is locked while it is archived.
    transaction.on_commit(partial(cancel_runs_of_archived, project))
