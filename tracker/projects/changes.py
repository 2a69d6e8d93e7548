"""State changes of a project: its settings, its members, its tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.strings import string_fault
from evaluation.types import Criterion, InvalidCriterion
from tracker.projects.activation_policy import checked_policy
from tracker.projects.errors import Conflict, Errors, Invalid
from tracker.projects.events import log
from tracker.projects.models import (
    InputKind,
    Membership,
    Project,
    Task,
    Token,
    criterion_text,
    slug_validator,
)
from tracker.projects.nudges import nudge_on_commit
from tracker.projects.rights import SYSTEM, Actor, Right, Role, Scope
from tracker.projects.signals import evidence_changed

if TYPE_CHECKING:
    from tracker.projects.models import User

MAX_LABELS = 10_000
MAX_NAME = 200
MAX_HARM = 1e6


def create_project(creator: User | None, *, slug: str, name: str, **settings: Any) -> Project:
    """Create a project; its creator becomes its admin. `settings` as for `update_project`."""
    errors = _slug_errors(slug)
    if errors:
        raise Invalid(errors)
    with transaction.atomic():
        try:
            with transaction.atomic():
                project = Project.objects.create(slug=slug)
        except IntegrityError as error:
            raise Conflict(_("There is already a project %(slug)s.") % {"slug": slug}) from error
        if creator is not None:
            Membership.objects.create(project=project, user=creator, role=Role.ADMIN)
        actor = Actor(name=creator.get_username(), rights=SYSTEM.rights, user=creator) if creator else SYSTEM
        log(actor, project, "project_created", about="project", subject_id=project.pk)
        _apply_settings(project, {"name": name, **settings})
        project.save()
    return project


def update_project(actor: Actor, project: Project, changes: Mapping[str, Any]) -> Project:
    """Change name, task, input_kind, labels, active_users, window_days, harm_scale, fix_criterion or
    activation_policy of a project.

    Everything that rests on them follows: priorities at once, verdicts through new results.
    """
    actor.require(Right.ADMIN)
    with transaction.atomic():
        project = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        before = {field: getattr(project, field) for field in changes if field in _SETTINGS}
        _apply_settings(project, dict(changes))
        project.save()
        changed = {
            field: {"from": old, "to": getattr(project, field)}
            for field, old in before.items()
            if getattr(project, field) != old
        }
        if changed:
            log(actor, project, "project_changed", about="project", subject_id=project.pk, evidence=changed)
            evidence_changed.send(sender=Project, project=project, problem_ids=None)
            nudge_on_commit("tracker.tasks.catch_up", project.pk)
    return project


def _apply_settings(project: Project, settings: dict[str, Any]) -> None:
    errors: Errors = {}
    for field, value in settings.items():
        check = _SETTINGS.get(field)
        if check is None:
            errors[field] = [_("There is no such field.")]
            continue
        try:
            setattr(project, field, check(value))
        except Invalid as invalid:
            for key, texts in invalid.errors.items():
                errors[field if key == "value" else f"{field}.{key}"] = texts
    if errors:
        raise Invalid(errors)


def is_text(value: object, longest: int) -> bool:
    """Tell whether a value is a text of 1 to `longest` characters that every database can store."""
    return isinstance(value, str) and 0 < len(value) <= longest and not string_fault(value)


def _wrong(text: str) -> Invalid:
    return Invalid({"value": [text]})


def _slug_errors(slug: object) -> Errors:
    try:
        slug_validator(slug if isinstance(slug, str) else "")
    except ValidationError as error:
        return {"slug": [str(message) for message in error.messages]}
    return {}


def _checked_name(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not is_text(value, MAX_NAME):
        raise _wrong(_("Give a name of 1 to 200 characters."))
    return value.strip()


def _checked_task(value: object) -> str:
    if value not in Task.values:
        raise _wrong(_("Choose one of: %(choices)s.") % {"choices": ", ".join(Task.values)})
    return str(value)


def _checked_input_kind(value: object) -> str:
    if value not in InputKind.values:
        raise _wrong(_("Choose one of: %(choices)s.") % {"choices": ", ".join(InputKind.values)})
    return str(value)


def _checked_labels(value: object) -> list[str]:
    if not isinstance(value, list) or not all(is_text(label, MAX_NAME) for label in value):
        raise _wrong(_("Give a list of labels, each a text of 1 to 200 characters."))
    if len(set(value)) != len(value):
        raise _wrong(_("Each label can be listed once only."))
    if len(value) > MAX_LABELS:
        raise _wrong(_("At most 10,000 labels are possible."))
    return value


def _checked_active_users(value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 2_000_000_000:
        raise _wrong(_("Give a whole number from 1, or nothing if it is not known."))
    return value


def _checked_window(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 3650:
        raise _wrong(_("Give a number of days from 1 to 3650."))
    return value


def _checked_harm_scale(value: object) -> dict[str, float]:
    if not isinstance(value, dict) or not value:
        raise _wrong(_("Give at least one name with its weight."))
    for name, weight in value.items():
        if not is_text(name, 40):
            raise _wrong(_("A harm needs a name of 1 to 40 characters."))
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= MAX_HARM:
            text = _("The weight of %(name)s must be a number from 0 to 1,000,000.")
            raise _wrong(text % {"name": name})
    return {name: float(weight) for name, weight in value.items()}


def checked_criterion(value: object) -> str:
    """Return a fix criterion as it is stored; raises Invalid."""
    try:
        return criterion_text(value if isinstance(value, Criterion) else Criterion.from_json(value))
    except InvalidCriterion as error:
        raise Invalid(error.errors) from error


_SETTINGS = {
    "name": _checked_name,
    "task": _checked_task,
    "input_kind": _checked_input_kind,
    "labels": _checked_labels,
    "active_users": _checked_active_users,
    "window_days": _checked_window,
    "harm_scale": _checked_harm_scale,
    "fix_criterion": checked_criterion,
    "activation_policy": checked_policy,
}


def set_member(actor: Actor, project: Project, user: User, role: Role) -> tuple[Membership, bool]:
    """Give a person a role in the project; return the membership and whether it is new."""
    actor.require(Right.ADMIN)
    with transaction.atomic():
        _keep_an_admin(project, user, role)
        membership, created = Membership.objects.update_or_create(
            project=project, user=user, defaults={"role": role}
        )
        log(
            actor, project, "member_added" if created else "member_changed", about="project", subject_id=project.pk,
            evidence={"user": user.get_username(), "role": role.value},
        )  # fmt: skip
    return membership, created


def remove_member(actor: Actor, project: Project, user: User) -> None:
    """End a membership, and with it for good the tokens given to the person in this project."""
    actor.require(Right.ADMIN)
    with transaction.atomic():
        _keep_an_admin(project, user, None)
        deleted, _by_model = Membership.objects.filter(project=project, user=user).delete()
        if not deleted:
            raise Conflict(_("%(user)s is not a member.") % {"user": user.get_username()})
        Token.objects.alive().filter(project=project, user=user).update(revoked_at=timezone.now())
        log(
            actor, project, "member_removed", about="project", subject_id=project.pk,
            evidence={"user": user.get_username()},
        )  # fmt: skip


def _keep_an_admin(project: Project, user: User, role: Role | None) -> None:
    # Locking the project makes two admins who demote each other take turns.
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    admins = set(project.memberships.filter(role=Role.ADMIN).values_list("user_id", flat=True))
    if role is not Role.ADMIN and admins == {user.pk}:
        raise Conflict(_("A project keeps at least one admin; make somebody else admin first."))


def create_token(
    actor: Actor, project: Project, *, name: str, scopes: list[str], user: User | None = None
) -> tuple[Token, str]:
    """Create a token; return it and its secret, which is shown this once and stored as a hash only."""
    actor.require(Right.ADMIN)
    known = [scope.value for scope in Scope]
    if not scopes or not all(scope in known for scope in scopes):
        raise Invalid({"scopes": [_("Give at least one of: %(scopes)s.") % {"scopes": ", ".join(known)}]})
    if not name.strip() or not is_text(name, 100):
        raise Invalid({"name": [_("Give a name of 1 to 100 characters.")]})
    if user is not None and not user.is_superuser and not project.memberships.filter(user=user).exists():
        raise Invalid(
            {"user": [_("%(user)s is not a member of this project.") % {"user": user.get_username()}]}
        )
    secret = Token.new_secret()
    with transaction.atomic():
        token = Token.objects.create(
            project=project,
            name=name.strip(),
            scopes=[scope for scope in known if scope in scopes],
            user=user,
            secret_hash=Token.hash_of(secret),
        )
        log(
            actor, project, "token_created", about="project", subject_id=project.pk,
            evidence={"token": token.name, "scopes": token.scopes},
        )  # fmt: skip
    return token, secret


def revoke_token(actor: Actor, token: Token, *, now: datetime | None = None) -> None:
    """End a token for good; repeating it changes nothing."""
    actor.require(Right.ADMIN)
    with transaction.atomic():
        if Token.objects.alive().filter(pk=token.pk).update(revoked_at=now or timezone.now()):
            log(
                actor, token.project, "token_revoked", about="project", subject_id=token.project_id,
                evidence={"token": token.name},
            )  # fmt: skip
