"""What keeps a project's policy from putting a model live, as far as stored facts tell without asking any gate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.candidates.models import CandidateModel, Stage
from tracker.projects.models import Project
from tracker.runs.models import UNDER_WAY, Run, RunStatus
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


_CAME_TO_NOTHING = (
    (RunStatus.FAILED.value, Waiting.FAILED_RUN),
    (RunStatus.CANCELLED.value, Waiting.CANCELLED_RUN),
)
"""Ended runs that hold the policy up, what is said first comes first."""


def policy_standing(project: Project) -> PolicyStanding | None:
    """Return what an automatic policy waits for; None where it is by hand. Six queries at most."""
    if not project.policy.is_automatic:
        return None
    if not project.models.filter(stage=Stage.ACTIVE).exists():
        return PolicyStanding(Waiting.ACTIVE_MODEL)
    if not eligible_models(project):
        return PolicyStanding(Waiting.NEW_MODEL)
    stale = stale_models(project)
    held_up = _by_ended_runs(Run.objects.last_ended_of(stale)) if stale else None
    if held_up is not None:
        return held_up
    going = list(Run.objects.to_wait_for().filter(project=project).select_related("model"))
    unanswered = [run for run in going if run.waiting_for]
    if unanswered:
        return PolicyStanding(
            Waiting.SERVER,
            [run.model for run in unanswered],
            unanswered[0].error or unanswered[0].waiting_for,
        )
    evaluated = {run.model_id: run.model for run in going} | {model.pk: model for model in stale}
    if evaluated:
        return PolicyStanding(Waiting.EVALUATION, list(evaluated.values()))
    return PolicyStanding(Waiting.CANDIDATES)


def held_up_by_model(model: CandidateModel, runs: Sequence[Run], *, is_stale: bool) -> PolicyStanding | None:
    """Return what an automatic policy waits for because of this model's last run; None where it does not hold it up.

    `runs` are its newest ones, the newest first; `is_stale` says whether it is stale on any problem. No query.
    """
    if not is_stale or model.stage == Stage.ARCHIVED or not model.project.policy.is_automatic:
        return None
    return _by_ended_runs([run for run in runs if run.status not in UNDER_WAY][:1])


def _by_ended_runs(last_ended: Iterable[Run]) -> PolicyStanding | None:
    """Given the last ended run of each stale model: one that failed or was cancelled is not begun again by itself, so
    the policy waits until somebody does something.
    """
    by_status: dict[str, list[Run]] = {}
    for run in last_ended:
        by_status.setdefault(run.status, []).append(run)
    for status, waiting in _CAME_TO_NOTHING:
        if status in by_status:
            runs = by_status[status]
            return PolicyStanding(waiting, [run.model for run in runs], runs[0].error)
    return None
