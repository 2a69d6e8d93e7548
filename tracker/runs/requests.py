"""Asking for runs, and cancelling them. Requests for the same work collapse into one queued run."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.candidates.models import CandidateModel, Stage
from tracker.projects.errors import Conflict, Invalid
from tracker.projects.events import log
from tracker.projects.models import Project
from tracker.projects.nudges import nudge_on_commit
from tracker.projects.rights import SYSTEM, Actor, Right
from tracker.runs.models import UNDER_WAY, Batch, Run, RunStatus
from tracker.runs.staleness import stale_models, stale_state
from tracker.runs.waiting import ask_now

FAILED_REST = timedelta(minutes=5)
"""How long a model whose run failed is left alone by the sweeper."""


def request_runs(
    actor: Actor,
    project: Project,
    *,
    models: Collection[CandidateModel] | None = None,
    problem_ids: Collection[int] | None = None,
) -> list[Run]:
    """Ask by hand for runs of some models (all that take part, unless named) on some problems (whatever is stale or
    has errors, unless named). Errors are asked again, three tries or not; volatile models are asked everything.
    """
    actor.require(Right.WRITE)
    wanted = list(models) if models is not None else list(project.models.taking_part().in_model_order())
    archived = [model.version for model in wanted if model.stage == Stage.ARCHIVED]
    if archived:
        raise Invalid(
            {
                "models": [
                    _("%(versions)s: archived models are not asked.") % {"versions": ", ".join(archived)}
                ]
            }
        )
    _check_scope(project, wanted, problem_ids)
    reason = {"kind": "requested", "by": actor.name}
    with transaction.atomic():
        return [_queue(model, reason, problem_ids) for model in wanted]


def _check_scope(
    project: Project, models: Iterable[CandidateModel], problem_ids: Collection[int] | None
) -> None:
    foreign = any(model.project_id != project.pk for model in models)
    known = set(project.problems.filter(pk__in=problem_ids or []).values_list("pk", flat=True))
    if foreign or not known.issuperset(problem_ids or []):
        raise Invalid({"problems": [_("A run belongs to one project.")]})


def catch_up(models: Iterable[CandidateModel]) -> list[Run]:
    """Queue a run for every one of some stale models; the runs find out themselves on what."""
    runs = []
    for model in models:
        kind = "changed" if model.results.exists() else "new_model"
        with transaction.atomic():
            runs.append(_queue(model, {"kind": kind}, None))
    return runs


def ask_again(models: Iterable[CandidateModel]) -> list[Run]:
    """Queue a run for every one of some volatile models whose turn has come; it asks each about everything."""
    runs = []
    for model in models:
        with transaction.atomic():
            runs.append(_queue(model, {"kind": "scheduled"}, None))
    return runs


def overdue_models(now: datetime, project: Project | None = None) -> list[CandidateModel]:
    """Return the stale models, of one project or of all, that need a run which nobody has to ask for.

    A run that was cancelled, was not allowed to ask, or failed a moment ago, is not begun again until something has
    changed since.
    """
    return [model for model in stale_models(project) if _is_overdue(model, now)]


def _is_overdue(model: CandidateModel, now: datetime) -> bool:
    last = model.runs.order_by("-pk").first()
    if last is None or last.status not in {RunStatus.CANCELLED, RunStatus.FAILED}:
        return last is None or last.status == RunStatus.FINISHED
    if (
        last.status == RunStatus.FAILED
        and not last.refused
        and last.finished_at is not None
        and last.finished_at < now - FAILED_REST
    ):
        return True
    return last.left_stale != stale_state(model)


def _queue(model: CandidateModel, reason: dict[str, Any], problem_ids: Collection[int] | None) -> Run:
    """Return the model's queued run, made or widened so that it covers this request too."""
    wanted = sorted(problem_ids) if problem_ids is not None else None
    asks_everything = not model.frozen and wanted is None and reason["kind"] != "changed"
    queued = Run.objects.select_for_update(no_key=True).filter(model=model, status=RunStatus.QUEUED).first()
    if queued is None:
        try:
            with transaction.atomic():
                queued = Run.objects.create(
                    project_id=model.project_id, model=model, reasons=[reason], problems=wanted,
                    asks_everything=asks_everything,
                )  # fmt: skip
        except IntegrityError:
            # Somebody queued one at the same moment; theirs is widened.
            return _queue(model, reason, problem_ids)
    else:
        if reason not in queued.reasons:
            queued.reasons.append(reason)
        if queued.problems is not None:
            queued.problems = None if wanted is None else sorted({*queued.problems, *wanted})
        queued.asks_everything = queued.asks_everything or asks_everything
        queued.save(update_fields=["reasons", "problems", "asks_everything"])
    nudge_on_commit("tracker.tasks.work_run", queued.pk)
    return queued


def cancel_run(actor: Actor, run: Run) -> Run:
    """Stop a run; what it has stored stays. A batch in flight finishes and its outputs are kept."""
    actor.require(Right.WRITE)
    if not _cancel(actor, run, {}):
        raise Conflict(_("The run has ended already."))
    run.refresh_from_db()
    return run


def cancel_runs_of_archived(project: Project | None = None) -> None:
    """Cancel the runs under way of archived models, of one project or of all: nothing is asked of them."""
    runs = Run.objects.under_way().filter(model__stage=Stage.ARCHIVED).select_related("model", "project")
    for run in runs if project is None else runs.filter(project=project):
        _cancel(SYSTEM, run, {"archived": True})


def _cancel(actor: Actor, run: Run, more: dict[str, Any]) -> bool:
    """Cancel a run and say so; return whether it was under way."""
    with transaction.atomic():
        stopped = Run.objects.filter(pk=run.pk, status__in=UNDER_WAY).update(
            status=RunStatus.CANCELLED,
            finished_at=timezone.now(),
            token=None,
            lease_until=None,
            waiting_for="",
            ask_again_at=None,
            left_stale=stale_state(run.model),
        )
        if not stopped:
            return False
        Batch.objects.filter(run=run, status=RunStatus.QUEUED).update(status=RunStatus.CANCELLED)
        log(
            actor, run.project, "run_cancelled", about="model", subject_id=run.model_id,
            evidence={"run": run.pk, **more},
        )  # fmt: skip
    return True


def retry_run(actor: Actor, run: Run) -> Run:
    """Ask again what the run's model could not answer; where it waits for a server, ask that now."""
    actor.require(Right.WRITE)
    if run.status == RunStatus.RUNNING and run.waiting_for:
        with transaction.atomic():
            ask_now(run)
        run.refresh_from_db()
        return run
    if run.status in UNDER_WAY:
        raise Conflict(_("The run has not ended yet."))
    problems = None if run.asks_everything else run.problems or None
    return request_runs(actor, run.project, models=[run.model], problem_ids=problems)[0]
