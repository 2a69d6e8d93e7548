"""Going live and going back: the one way for pages, API, commands and the policy.

Each takes place with the project, its models and its problems held, so that the evidence that is kept with it is the
evidence that stood in that moment. An undo is an activation of its own: the model that was undone did go live, reports
of that time are about it, and it stays a formerly active one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.candidates.model_changes import activate_model, update_model, withdraw_model
from tracker.candidates.models import Activation, CandidateModel, Stage
from tracker.projects.errors import Conflict
from tracker.projects.events import log
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM, Actor, Right
from tracker.triage.activation_evidence import activation_evidence, by_policy, told_of, who
from tracker.triage.activation_outlook import outlook_of
from tracker.triage.gate import GateOutcome, gate
from tracker.triage.locks import lock_problems

JUST_NOW = timedelta(hours=1)
"""Who names the time of going live names one that is past when it arrives, say after a deployment has ended; so much is
now. What is kept then is the evidence of the moment in which it was told, which says its own time."""
NO_MODEL = ""
"""What an undo names that takes back another undo, after which no model was active."""


def activate(actor: Actor, model: CandidateModel, *, at: datetime | None = None) -> CandidateModel:
    """Make a model the active one and keep what that rested on. Raises NotAllowed, Conflict, Invalid.

    With a time that is past a team tells what was: what the evidence was then nobody knows, so none is kept, and the
    timeline says so.
    """
    actor.require(Right.ADMIN)
    with transaction.atomic():
        project, models = hold(model.project_id)
        model = models[model.pk]
        if model.stage in {Stage.ACTIVE, Stage.ARCHIVED}:
            return activate_model(actor, model, at=at)
        if at is not None and at < timezone.now() - JUST_NOW:
            told = {"by": who(actor)["by"]["kind"], "told_later": True, "at": at.isoformat()}
            return activate_model(actor, model, at=at, evidence=who(actor) | {"told_later": True}, told=told)
        return _activate(actor, gate(project, model), who(actor), at=at)


def undo_activation(actor: Actor, activation: Activation) -> CandidateModel | None:
    """Make the model active again that was before, if any was, and the other what it was; return the first.

    Raises NotAllowed, and Conflict where another model went live since or the former cannot come back.
    """
    actor.require(Right.ADMIN)
    with transaction.atomic():
        project, models = hold(activation.project_id)
        activation.refresh_from_db(fields=["undone_at"])
        former = _former(project, models, activation)
        undone = models.get(activation.model_id or 0)
        evidence = who(actor) | {"undoes": undone.version if undone else NO_MODEL}
        back = None
        if former is not None:
            back = _activate(actor, gate(project, former), evidence)
        elif undone is not None:
            withdraw_model(actor, undone, evidence=evidence | {"former": undone.version})
        if undone is not None and activation.evidence.get("stage_before") == Stage.SHADOW:
            update_model(actor, undone, {"stage": Stage.SHADOW})  # else it is a candidate by now
        activation.undone_at = timezone.now()
        activation.save(update_fields=["undone_at"])
        if undone is not None:
            log(
                actor, project, "activation_undone", about="model", subject_id=undone.pk,
                evidence={"activation": activation.pk, "back": back.version if back else None},
            )  # fmt: skip
    return back


def undoable(project: Project) -> Activation | None:
    """Return the activation that can be undone now, the newest one; None where none can be. One query."""
    newest = list(project.activations.newest_first().select_related("model")[:2])
    if not newest or _is_taken_away(newest[0]):
        return None
    former = newest[1].model if len(newest) > 1 else None
    return None if former is not None and former.stage == Stage.ARCHIVED else newest[0]


def activate_as_policy(
    project_id: int, confirm: Callable[[Project], GateOutcome | None]
) -> CandidateModel | None:
    """Make a chosen model the active one; `confirm` reads what its gate says while all is held, None: not now."""
    with transaction.atomic():
        project, _models = hold(project_id)
        outcome = confirm(project)
        if outcome is None:
            return None
        return _activate(SYSTEM, outcome, by_policy(project.policy.to_json()))


def hold(project_id: int) -> tuple[Project, dict[int, CandidateModel]]:
    """Lock a project, its models and its problems until the transaction ends; return them as they stand.

    In the order in which results are stored: models, then problems.
    """
    project = Project.objects.select_for_update(no_key=True).get(pk=project_id)
    models = CandidateModel.objects.select_for_update(no_key=True).filter(project=project).order_by("pk")
    held = {model.pk: model for model in models}
    lock_problems(project)
    return project, held


def _activate(
    actor: Actor, outcome: GateOutcome, more: dict[str, Any], *, at: datetime | None = None
) -> CandidateModel:
    stage = {"stage_before": str(outcome.model.stage)}
    evidence = more | stage | activation_evidence(outlook_of(outcome, undoes="undoes" in more), outcome)
    told = told_of(evidence) | {name: more[name] for name in ("undoes",) if name in more}
    return activate_model(actor, outcome.model, at=at, evidence=evidence, told=told)


def _is_taken_away(newest: Activation) -> bool:
    """Whether no model is active since a person changed the stage of the one that was; an undo does so too."""
    return newest.model_id is None and "undoes" not in newest.evidence


def _former(
    project: Project, models: dict[int, CandidateModel], activation: Activation
) -> CandidateModel | None:
    """Return the model that an undo brings back; None where none was active before."""
    if activation.undone_at is not None:
        raise Conflict(_("It is undone already."))
    newest = list(project.activations.newest_first()[:2])
    if newest[0].pk != activation.pk:
        raise Conflict(_("Another change of the active model came since; activate the one that you want."))
    if _is_taken_away(newest[0]):
        raise Conflict(_("No model went live then; activate the one that you want."))
    if len(newest) < 2 or newest[1].model_id is None:
        return None
    former = models[newest[1].model_id]
    if former.stage == Stage.ARCHIVED:
        raise Conflict(
            _("%(version)s, which was active before, is archived; restore it first.")
            % {"version": former.version}
        )
    return former
