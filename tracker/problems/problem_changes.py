"""State changes of a problem's own fields. Its patterns: `revisions`; its status: triage.moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from evaluation.strings import string_fault
from tracker.problems.models import Problem
from tracker.projects.changes import MAX_HARM, checked_criterion, is_text
from tracker.projects.errors import Conflict, Errors, Invalid
from tracker.projects.events import log
from tracker.projects.models import Project, User, slug_validator
from tracker.projects.nudges import nudge_on_commit
from tracker.projects.rights import Actor, Right
from tracker.projects.signals import evidence_changed

MAX_DESCRIPTION = 50_000
MAX_PROBLEM_LABELS = 50


def create_problem(
    actor: Actor, project: Project, *, title: str, slug: str | None = None, **fields: Any
) -> Problem:
    """Create a problem in triage. Without a slug one is made from the title; `fields` as for `update_problem`."""
    actor.require(Right.WRITE)
    fields["title"] = title
    with transaction.atomic():
        problem = Problem(project=project, slug=_new_slug(project, slug, title))
        _apply(problem, fields)
        problem.number = _next_number(project)
        try:
            with transaction.atomic():
                problem.save()
        except IntegrityError as error:
            raise Conflict(_("There is already a problem %(slug)s.") % {"slug": problem.slug}) from error
        log(actor, project, "problem_created", about="problem", subject_id=problem.pk)
        evidence_changed.send(sender=Project, project=project, problem_ids=[problem.pk])
        problem.refresh_from_db()
    return problem


def create_named_problems(actor: Actor, project: Project, slugs: Iterable[str]) -> None:
    """Create problems in triage that so far have only a name, which is slug and title; in a few queries.

    They are not announced: whoever needs them says in one go what became of them.
    """
    actor.require(Right.WRITE)
    wanted = sorted(slugs)
    if not wanted:
        return
    first = _next_number(project, len(wanted))
    problems = [
        Problem(project=project, slug=slug, title=slug, number=first + place)
        for place, slug in enumerate(wanted)
    ]
    Problem.objects.bulk_create(problems, batch_size=500)


def update_problem(actor: Actor, problem: Problem, changes: Mapping[str, Any]) -> Problem:
    """Change fields of a problem: title, description, harm (a name of the scale, a number or None), assignee
    (a member's user name or None), labels, fix_criterion (None: the project's), users_affected_percent with
    users_affected_reason (None: back to what the reports say).
    """
    actor.require(Right.WRITE)
    with transaction.atomic():
        problem = Problem.objects.select_for_update(no_key=True).get(pk=problem.pk)
        before = _shown(problem)
        _apply(problem, changes)
        problem.save(update_fields=_OWN_FIELDS)
        after = _shown(problem)
        changed = {key: {"from": before[key], "to": after[key]} for key in after if after[key] != before[key]}
        if changed:
            log(
                actor,
                problem.project,
                "problem_changed",
                about="problem",
                subject_id=problem.pk,
                evidence=changed,
            )
            evidence_changed.send(sender=Project, project=problem.project, problem_ids=[problem.pk])
            nudge_on_commit("tracker.tasks.catch_up", problem.project_id)
        problem.refresh_from_db()
    return problem


def delete_problem(actor: Actor, problem: Problem) -> None:
    """Delete a problem that nobody reported or described; any other is refused, so that no evidence is lost."""
    actor.require(Right.WRITE)
    with transaction.atomic():
        found = Problem.objects.select_for_update(no_key=True).filter(pk=problem.pk).first()
        if found is None:
            raise Conflict(_("Somebody has deleted it already."))
        problem = found
        if problem.patterns.exists():
            raise Conflict(_("It has test patterns; reject it instead, so that they are kept."))
        if problem.samples.exists():
            raise Conflict(
                _("It has samples that people labelled; reject it instead, so that they are kept.")
            )
        number, project = problem.number, problem.project
        try:
            problem.delete()
        except ProtectedError as error:
            raise Conflict(
                _("It has reports or duplicates; move them away first, or reject it instead.")
            ) from error
        log(
            actor, project, "problem_deleted", about="project", subject_id=project.pk,
            evidence={"number": number, "title": problem.title},
        )  # fmt: skip


def _next_number(project: Project, count: int = 1) -> int:
    """Take the next problem numbers; the update locks the project's row until the transaction ends."""
    Project.objects.filter(pk=project.pk).update(next_number=F("next_number") + count)
    return int(Project.objects.values_list("next_number", flat=True).get(pk=project.pk)) - count


def _new_slug(project: Project, slug: str | None, title: str) -> str:
    if slug is not None:
        try:
            slug_validator(slug)
        except ValidationError as error:
            raise Invalid({"slug": [str(message) for message in error.messages]}) from error
        return slug
    stem = slugify(title)[:70].strip("-_") or "problem"
    taken = set(project.problems.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(
        name for name in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if name not in taken
    )


_OWN_FIELDS = [
    "title", "description", "harm_name", "harm", "assignee", "labels", "fix_criterion", "users_affected_by_hand",
    "users_affected_reason",
]  # fmt: skip


def _shown(problem: Problem) -> dict[str, Any]:
    shown = {field: getattr(problem, field) for field in _OWN_FIELDS if field != "assignee"}
    return shown | {"assignee": problem.assignee.get_username() if problem.assignee else None}


def _apply(problem: Problem, changes: Mapping[str, Any]) -> None:
    errors: Errors = {}
    for field, value in changes.items():
        if field == "users_affected_reason":
            continue
        setter = _SETTERS.get(field)
        if setter is None:
            errors[field] = [_("There is no such field.")]
            continue
        try:
            setter(problem, value)
        except Invalid as invalid:
            errors |= {
                field if key == "value" else f"{field}.{key}": texts for key, texts in invalid.errors.items()
            }
    try:
        _set_reason(problem, changes)
    except Invalid as invalid:
        errors |= invalid.errors
    if errors:
        raise Invalid(errors)


def _wrong(text: str) -> Invalid:
    return Invalid({"value": [text]})


def _set_title(problem: Problem, value: object) -> None:
    if not isinstance(value, str) or not value.strip() or len(value) > 200 or string_fault(value):
        raise _wrong(_("Give a title of 1 to 200 characters."))
    problem.title = value.strip()


def _set_description(problem: Problem, value: object) -> None:
    if not isinstance(value, str) or len(value) > MAX_DESCRIPTION or string_fault(value):
        raise _wrong(_("Give a text of at most 50,000 characters."))
    problem.description = value


def _set_harm(problem: Problem, value: object) -> None:
    if value is None:
        problem.harm_name, problem.harm = None, None
    elif isinstance(value, str):
        scale = problem.project.harm_scale
        if value not in scale:
            raise _wrong(_("The scale has: %(names)s.") % {"names": ", ".join(scale)})
        problem.harm_name, problem.harm = value, float(scale[value])
    elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_HARM:
        raise _wrong(_("Give a name from the harm scale, or a number from 0 to 1,000,000."))
    else:
        problem.harm_name, problem.harm = None, float(value)


def _set_assignee(problem: Problem, value: object) -> None:
    if value is None:
        problem.assignee = None
        return
    member = User.objects.filter(username=value, memberships__project=problem.project).first()
    if member is None:
        raise _wrong(_("Give the user name of a member of this project."))
    problem.assignee = member


def _set_labels(problem: Problem, value: object) -> None:
    if not isinstance(value, list) or not all(is_text(label, 50) for label in value):
        raise _wrong(_("Give a list of labels, each a text of 1 to 50 characters."))
    if len(value) > MAX_PROBLEM_LABELS:
        raise _wrong(_("At most 50 labels are possible."))
    problem.labels = list(dict.fromkeys(value))


def _set_criterion(problem: Problem, value: object) -> None:
    problem.fix_criterion = None if value is None else checked_criterion(value)


def _set_users_affected(problem: Problem, value: object) -> None:
    if value is None:
        problem.users_affected_by_hand = None
    elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise _wrong(_("Give a percentage from 0 to 100."))
    else:
        problem.users_affected_by_hand = float(value)


def _set_reason(problem: Problem, changes: Mapping[str, Any]) -> None:
    if "users_affected_reason" in changes:
        reason = changes["users_affected_reason"] or ""
        if not isinstance(reason, str) or len(reason) > 2_000 or string_fault(reason):
            raise Invalid({"users_affected_reason": [_("Give a text of at most 2,000 characters.")]})
        problem.users_affected_reason = reason.strip()
        if reason and problem.users_affected_by_hand is None:
            raise Invalid({"users_affected_percent": [_("Give the percentage that the reason is for.")]})
    elif changes.get("users_affected_percent") is not None:
        # The reason that stands was given for another figure.
        problem.users_affected_reason = ""
    if problem.users_affected_by_hand is None:
        problem.users_affected_reason = ""
    elif not problem.users_affected_reason:
        raise Invalid({"users_affected_reason": [_("Say where the percentage is from.")]})


_SETTERS = {
    "title": _set_title,
    "description": _set_description,
    "harm": _set_harm,
    "assignee": _set_assignee,
    "labels": _set_labels,
    "fix_criterion": _set_criterion,
    "users_affected_percent": _set_users_affected,
}
