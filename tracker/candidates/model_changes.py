"""State changes of candidate models: registering, changing, activating, saying what one was trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.adapters import ADAPTERS, validate
from evaluation.adapters.base import InvalidAdapter
from evaluation.canonical import InvalidJSON, canonical_json, check_json
from tracker.candidates.inspection import inspect_file
from tracker.candidates.model_files import store_model_file
from tracker.candidates.models import Activation, CandidateModel, Stage
from tracker.candidates.secrets import (
    CannotKeep,
    SecretsUnreadable,
    keep_secrets,
    part_secrets,
    seal_secrets,
    stored_secrets,
)
from tracker.projects.changes import is_text
from tracker.projects.errors import Conflict, Errors, Invalid
from tracker.projects.events import log
from tracker.projects.models import Project
from tracker.projects.nudges import nudge_on_commit
from tracker.projects.rights import Actor, Right
from tracker.projects.signals import evidence_changed, model_archived

MAX_VERSION = 100
MAX_LINEAGE = 100_000
EARLIEST = datetime(1950, 1, 1, tzinfo=UTC)
DAILY = 24
MOST_HOURS = 24 * 366


@dataclass(frozen=True, slots=True)
class UploadedFile:
    name: str
    content: bytes


def register_model(
    actor: Actor,
    project: Project,
    *,
    version: str,
    adapter: Mapping[str, Any],
    trained_at: datetime | None = None,
    frozen: bool = True,
    lineage: Mapping[str, Any] | None = None,
    file: UploadedFile | None = None,
    ask_again_every: int | None = DAILY,
) -> CandidateModel:
    """Register a version of the model under test; it is evaluated on every problem from now on.

    A volatile one (not `frozen`) is asked about everything again every so many hours; None: by hand and on changes.
    A model file is inspected first, without running code from it. Raises Invalid, Conflict, NotAllowed.
    """
    actor.require(Right.WRITE)
    errors: Errors = {}
    config = checked_adapter(adapter, file, errors)
    if not _is_version(version):
        errors["version"] = [
            _("Give a version of 1 to 100 printable characters, without / and without spaces around it.")
        ]
    trained_at = _checked_trained_at(trained_at, errors)
    checked_lineage = _checked_lineage(lineage or {}, errors)
    hours = _checked_hours(ask_again_every, errors)
    if errors:
        raise Invalid(errors)
    if project.models.filter(version=version).exists():
        raise _version_taken(version)
    if file is not None:
        inspect_file(config, file.content)
    with transaction.atomic():
        stored = store_model_file(project, file.name, file.content) if file else None
        model = _insert_model(
            project, version, config, file=stored, trained_at=trained_at, frozen=frozen,
            lineage=checked_lineage, ask_again_every=hours,
        )  # fmt: skip
        log(
            actor, project, "model_registered", about="model", subject_id=model.pk,
            evidence={"version": version, "adapter": config["kind"]},
        )  # fmt: skip
        nudge_on_commit("tracker.tasks.catch_up", project.pk)
    return model


def _is_version(version: str) -> bool:
    """A version stands in addresses, beside `models/try/`, and in names of files."""
    good = is_text(version, MAX_VERSION) and version.isprintable() and version == version.strip()
    return good and "/" not in version and version not in {".", "..", "try"}


def _insert_model(
    project: Project,
    version: str,
    config: dict[str, Any],
    **fields: Any,
) -> CandidateModel:
    shown, secrets = part_secrets(config)
    try:
        with transaction.atomic():
            return CandidateModel.objects.create(
                project=project,
                version=version,
                adapter=shown,
                sealed_secrets=seal_secrets(secrets),
                **fields,
            )
    except IntegrityError as error:
        raise _version_taken(version) from error


def _version_taken(version: str) -> Conflict:
    return Conflict(
        _("There is already a model %(version)s; a version never changes.") % {"version": version}
    )


def update_model(actor: Actor, model: CandidateModel, changes: Mapping[str, Any]) -> CandidateModel:
    """Change a model's stage (candidate, shadow, archived), lineage, trained_at, ask_again_every; adapter and frozen
    only while it has said nothing yet.
    """
    actor.require(Right.WRITE)
    with transaction.atomic():
        # In the order in which an activation locks them.
        Project.objects.select_for_update(no_key=True).get(pk=model.project_id)
        model = (
            CandidateModel.objects.select_for_update(of=("self",), no_key=True)
            .select_related("project")
            .get(pk=model.pk)
        )
        known = [field for field in changes if hasattr(model, field)]
        before = {field: (getattr(model, field), _shown(model, field)) for field in known}
        sealed_before = model.sealed_secrets
        errors: Errors = {}
        for field, value in changes.items():
            _apply_change(actor, model, field, value, errors)
        if errors:
            raise Invalid(errors)
        model.save()
        changed = {
            field: {"from": shown, "to": _shown(model, field)}
            for field, (old, shown) in before.items()
            if getattr(model, field) != old
        }
        if model.sealed_secrets != sealed_before:
            changed["secrets"] = {}
        if changed:
            log(actor, model.project, "model_changed", about="model", subject_id=model.pk, evidence=changed)
            evidence_changed.send(sender=Project, project=model.project, problem_ids=None)
            if "stage" in changed and model.stage == Stage.ARCHIVED:
                model_archived.send(sender=CandidateModel, project=model.project)
            nudge_on_commit("tracker.tasks.catch_up", model.project_id)
    return model


def _shown(model: CandidateModel, field: str) -> Any:
    """Return a field as the timeline may show it."""
    value = getattr(model, field)
    return value.isoformat() if isinstance(value, datetime) else value


def _apply_change(actor: Actor, model: CandidateModel, field: str, value: Any, errors: Errors) -> None:
    if field == "stage":
        _set_stage(actor, model, value, errors)
    elif field == "lineage":
        model.lineage = _checked_lineage(value, errors)
    elif field == "ask_again_every" and value is not None and model.frozen:
        errors["ask_again_every"] = [_("A frozen model is never asked again.")]
    elif field == "ask_again_every":
        model.ask_again_every = _checked_hours(value, errors)
    elif field == "trained_at":
        model.trained_at = _checked_trained_at(value, errors)
    elif field == "frozen" and not isinstance(value, bool):
        errors["frozen"] = [_("Give true or false.")]
    elif field == "adapter":
        config = checked_adapter(value, None, errors, model=model)
        if not errors:
            _set_adapter(model, config)
    elif field == "frozen":
        _set_unless_heard(model, field, value)
    else:
        errors[field] = [_("There is no such field.")]


def _set_adapter(model: CandidateModel, config: Mapping[str, Any]) -> None:
    """Set the settings where they may change still; a new key may be entered at any time, for it expires."""
    shown, secrets = part_secrets(config)
    if shown != model.adapter:
        _set_unless_heard(model, "adapter", shown)
        # A run that could not ask it as it was is worth beginning again.
        model.facts_version += 1
    try:
        unchanged = secrets == stored_secrets(model)
    except SecretsUnreadable:
        unchanged = False
    if not unchanged:
        model.sealed_secrets = seal_secrets(secrets)


def _set_unless_heard(model: CandidateModel, field: str, value: Any) -> None:
    if value == getattr(model, field):
        return
    if model.outputs.exists():
        raise Conflict(
            _("It has given outputs already, so %(field)s cannot change; register a new version.")
            % {"field": field}
        )
    setattr(model, field, value)


def _set_stage(actor: Actor, model: CandidateModel, value: Any, errors: Errors) -> None:
    if value == Stage.ACTIVE and model.stage != Stage.ACTIVE:
        errors["stage"] = [_("Use activate to make it the active model.")]
    elif value not in Stage.values:
        errors["stage"] = [_("Choose one of: candidate, shadow, archived.")]
    elif value != model.stage and model.stage == Stage.ACTIVE:
        # Taking the active model away is as grave as putting one there.
        actor.require(Right.ADMIN)
        _note_activation(model.project, None)
        model.stage = value
    else:
        model.stage = value


def activate_model(
    actor: Actor,
    model: CandidateModel,
    *,
    at: datetime | None = None,
    evidence: Mapping[str, Any] | None = None,
    told: Mapping[str, Any] | None = None,
) -> CandidateModel:
    """Make a model the active one; the former becomes a candidate. Statuses follow from the evidence at once.

    `at` says when it went live, now unless given: a team that starts with the tracker tells its past. `evidence` is
    kept with the activation and `told` in the timeline. People, tokens and the policy go by
    `tracker.triage.activation`, which works both out.
    """
    actor.require(Right.ADMIN)
    if at is not None and at > timezone.now():
        raise Invalid({"at": [_("This lies in the future.")]})
    with transaction.atomic():
        project = Project.objects.select_for_update(no_key=True).get(pk=model.project_id)
        model = CandidateModel.objects.select_for_update(no_key=True).get(pk=model.pk)
        if model.stage == Stage.ARCHIVED:
            raise Conflict(_("It is archived; make it a candidate first."))
        if model.stage == Stage.ACTIVE:
            return model
        former = project.models.filter(stage=Stage.ACTIVE).first()
        project.models.filter(stage=Stage.ACTIVE).update(stage=Stage.CANDIDATE)
        model.stage = Stage.ACTIVE
        model.save(update_fields=["stage"])
        activation = _note_activation(project, model, at, evidence)
        log(
            actor, project, "model_activated", about="model", subject_id=model.pk,
            evidence={
                "version": model.version,
                "former": former.version if former else None,
                "activation": activation.pk,
                **(told or {}),
            },
        )  # fmt: skip
        evidence_changed.send(sender=Project, project=project, problem_ids=None)
        nudge_on_commit("tracker.tasks.catch_up", project.pk)
    return model


def withdraw_model(actor: Actor, model: CandidateModel, *, evidence: Mapping[str, Any]) -> None:
    """Make the active model a candidate, so that none is active; `evidence` is kept with that."""
    actor.require(Right.ADMIN)
    with transaction.atomic():
        project = Project.objects.select_for_update(no_key=True).get(pk=model.project_id)
        if project.models.filter(pk=model.pk, stage=Stage.ACTIVE).update(stage=Stage.CANDIDATE):
            _note_activation(project, None, evidence=evidence)
            evidence_changed.send(sender=Project, project=project, problem_ids=None)
            nudge_on_commit("tracker.tasks.catch_up", project.pk)


def _note_activation(
    project: Project,
    model: CandidateModel | None,
    at: datetime | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> Activation:
    """Add a model's activation (None: nothing is active from now on) to a locked project, after all others.

    The time is taken under the lock, and never before the last one's: whatever clocks do, the active model is the
    last activation's.
    """
    latest = project.activations.newest_first().first()
    if at is not None and latest is not None and at < latest.at:
        raise Invalid({"at": [_("Another model went live later than that.")]})
    now = timezone.now()
    when = at or (max(now, latest.at) if latest is not None else now)
    return Activation.objects.create(project=project, model=model, at=when, evidence=dict(evidence or {}))


def checked_adapter(
    adapter: Any, file: UploadedFile | None, errors: Errors, *, model: CandidateModel | None = None
) -> dict[str, Any]:
    """Return an adapter's settings in normal form, secrets included; what is wrong is noted in `errors`.

    What is shown of a secret stands for the one that is stored with `model`.
    """
    if not isinstance(adapter, dict):
        errors["adapter"] = [_('Give an object such as {"kind": "recorded"}.')]
        return {}
    try:
        is_address_stored = model is not None and adapter.get("url") == model.adapter.get("url")
        config = validate(keep_secrets(model, adapter), is_address_stored=is_address_stored)
    except InvalidAdapter as error:
        errors |= {f"adapter.{field}": texts for field, texts in error.errors.items()}
        return {}
    except CannotKeep as error:
        errors[f"adapter.{error.field}"] = [error.text]
        return {}
    except SecretsUnreadable as error:
        errors["adapter"] = [str(error)]
        return {}
    needs_file = ADAPTERS[config["kind"]].needs_file
    if needs_file and file is None and not (model and model.file_id):
        errors["file"] = [_("This kind of adapter needs the model's file; send it as multipart/form-data.")]
    if file is not None and not needs_file:
        errors["file"] = [_("This kind of adapter takes no file.")]
    return config


def _checked_hours(value: Any, errors: Errors) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_HOURS):
        return value
    errors["ask_again_every"] = [
        _("Give whole hours, from 1 to %(most)s, or nothing: then it is asked by hand and on changes only.")
        % {"most": MOST_HOURS}
    ]
    return None


def _checked_trained_at(value: Any, errors: Errors) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        errors["trained_at"] = [_("Give a time with its time zone.")]
        return None
    if value < EARLIEST:
        errors["trained_at"] = [_("No model is older than 1950.")]
        return None
    if value > timezone.now() + timedelta(days=1):
        errors["trained_at"] = [_("This lies in the future.")]
        return None
    return value.astimezone(UTC)


def _checked_lineage(lineage: Any, errors: Errors) -> dict[str, Any]:
    if not isinstance(lineage, dict):
        errors["lineage"] = [_("Give an object.")]
        return {}
    try:
        check_json(lineage)
        text = canonical_json(lineage)
    except InvalidJSON as error:
        errors["lineage"] = [str(error)]
        return {}
    if len(text) > MAX_LINEAGE:
        errors["lineage"] = [_("At most 100,000 characters can be kept.")]
    return lineage
