"""What keeps a project's policy from putting a model live, as far as stored facts tell without asking any gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.candidates.models import CandidateModel, Stage
from tracker.projects.models import Project
from tracker.runs.models import Run, RunStatus
from tracker.runs.staleness import stale_models
from tracker.triage.activation_by_policy import eligible_models


class Waiting(StrEnum):
    """What for. `candidates`: for one that passes its gate and cuts enough. Whether one does is not asked here: mostly
    that was found out when the last evaluation ended.
    """

    ACTIVE_MODEL = "active_model"
    NEW_MODEL = "new_model"
    FAILED_RUN = "failed_run"
    CANCELLED_RUN = "cancelled_run"
    SERVER = "server"
    EVALUATION = "evaluation"
    CANDIDATES = "candidates"


@dataclass(frozen=True, slots=True)
class PolicyStanding:
    """`models` are those that it waits for, `detail` is what the run of the first one says of it."""

    waiting: Waiting
    models: Sequence[CandidateModel] = ()
    detail: str = ""


def policy_standing(project: Project) -> PolicyStanding | None:
    """Return what an automatic policy waits for; None where it is by hand. Six queries at most."""
    if not project.policy.is_automatic:
        return None
    if not project.models.filter(stage=Stage.ACTIVE).exists():
        return PolicyStanding(Waiting.ACTIVE_MODEL)
    if not eligible_models(project):
        return PolicyStanding(Waiting.NEW_MODEL)
    stale = stale_models(project)
    ended = list(Run.objects.last_ended_of(stale)) if stale else []
    going = list(Run.objects.to_wait_for().filter(project=project).select_related("model"))
    for waiting, runs in (
        (Waiting.FAILED_RUN, [run for run in ended if run.status == RunStatus.FAILED]),
        (Waiting.CANCELLED_RUN, [run for run in ended if run.status == RunStatus.CANCELLED]),
        (Waiting.SERVER, [run for run in going if run.waiting_for]),
    ):
        if runs:
            return PolicyStanding(waiting, [run.model for run in runs], runs[0].error or runs[0].waiting_for)
    evaluated = {run.model_id: run.model for run in going} | {model.pk: model for model in stale}
    if evaluated:
        return PolicyStanding(Waiting.EVALUATION, list(evaluated.values()))
    return PolicyStanding(Waiting.CANDIDATES)
