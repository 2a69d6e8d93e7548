"""People moving problems. A move is a fact that the status follows from; it never sets the status itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.strings import string_fault
from tracker.problems.models import CLOSED, Problem, Status
from tracker.projects.errors import Conflict, Errors, Invalid
from tracker.projects.events import log
from tracker.projects.models import Project
from tracker.projects.nudges import nudge_on_commit
from tracker.projects.rights import Actor, Right
from tracker.triage.locks import lock_with_targets
from tracker.triage.merges import chain, merges
from tracker.triage.models import Move
from tracker.triage.refresh import refresh_problems
from tracker.triage.status_facts import legal_moves_by_problem

MOVES = (
    Status.TRIAGE, Status.CONFIRMED, Status.IN_PROGRESS, Status.REJECTED, Status.DUPLICATE, Status.FIXED,
)  # fmt: skip
NEED_REASON = (Status.REJECTED, Status.FIXED)
MAX_REASON = 10_000


def legal_moves_of(problem: Problem) -> frozenset[str]:
    """Return where a person may move the problem to, as the facts stand now."""
    return legal_moves_by_problem(problem.project, [problem.pk])[problem.pk]


def legal_moves(project: Project, problems: Sequence[Problem]) -> dict[int, frozenset[str]]:
    """Return the same for many, as it was stored with their statuses; from the facts where it never was."""
    unknown = [problem.pk for problem in problems if problem.legal_moves is None]
    stored = {
        problem.pk: frozenset(problem.legal_moves) for problem in problems if problem.legal_moves is not None
    }
    return stored | (legal_moves_by_problem(project, unknown) if unknown else {})


def move_problem(
    actor: Actor,
    problem: Problem,
    to: str,
    *,
    reason: str = "",
    duplicate_of: Problem | None = None,
    now: datetime | None = None,
) -> Problem:
    """Move a problem; its status and priority, and those of what it was or is merged into, follow.

    `fixed` closes it by hand. Raises NotAllowed, Invalid, and Conflict where the move is not legal now.
    """
    actor.require(Right.WRITE)
    reason = reason.strip()
    _check(problem, to, reason, duplicate_of)
    project = problem.project
    target_id = duplicate_of.pk if duplicate_of is not None else None
    with transaction.atomic():
        held = lock_with_targets(project, [pk for pk in (problem.pk, target_id) if pk is not None])
        if not {problem.pk, target_id or problem.pk} <= held.keys():
            raise Conflict(_("The problem has been deleted; nothing was changed."))
        before = held[problem.pk]
        former = held.get(before.duplicate_of_id or 0)
        _check_legal(before, to)
        if duplicate_of is not None and problem.pk in chain(duplicate_of.pk, merges(project)):
            raise Conflict(
                _("%(other)s is a duplicate of this problem; take that back first.")
                % {"other": duplicate_of.slug}
            )
        _write(actor, before, to, reason, duplicate_of, now or timezone.now())
        _log(actor, before, to, reason, former=former, target=duplicate_of)
        refresh_problems(project, held.keys(), now=now)
        if before.status in CLOSED:
            # Closed problems are not evaluated, so the models may have something to catch up on.
            nudge_on_commit("tracker.tasks.catch_up", project.pk)
        problem.refresh_from_db()
    return problem


def _check(problem: Problem, to: str, reason: str, duplicate_of: Problem | None) -> None:
    errors: Errors = {}
    if to not in MOVES:
        errors["to"] = [_("Choose one of: %(choices)s.") % {"choices": ", ".join(MOVES)}]
    if to in NEED_REASON and not reason:
        errors["reason"] = [_("Say why.")]
    if len(reason) > MAX_REASON:
        errors["reason"] = [_("Give a text of at most 10,000 characters.")]
    if fault := string_fault(reason):
        errors["reason"] = [fault]
    if text := _wrong_target(problem, to, duplicate_of):
        errors["duplicate_of"] = [text]
    if errors:
        raise Invalid(errors)


def _wrong_target(problem: Problem, to: str, target: Problem | None) -> str | None:
    if target is None:
        return _("Say which problem it is a duplicate of.") if to == Status.DUPLICATE else None
    if to != Status.DUPLICATE:
        return _("Only a duplicate is one of another problem.")
    if target.pk == problem.pk:
        return _("A problem cannot be a duplicate of itself.")
    if target.project_id != problem.project_id:
        return _("It has to be a problem of the same project.")
    return None


def _check_legal(problem: Problem, to: str) -> None:
    legal = legal_moves_of(problem)
    if to in legal:
        return
    if legal:
        text = _("The move to %(to)s is not possible now; legal moves are: %(legal)s.")
        names = ", ".join(move for move in MOVES if move in legal)
        raise Conflict(text % {"to": to, "legal": names})
    raise Conflict(_("No move is possible now."))


def _write(
    actor: Actor, problem: Problem, to: str, reason: str, duplicate_of: Problem | None, now: datetime
) -> None:
    last = problem.moves.in_order().last()
    Move.objects.create(
        project_id=problem.project_id,
        problem=problem,
        to=to,
        reason=reason,
        duplicate_of=duplicate_of,
        actor=actor.name,
        # A clock that was set back must not put this move before the one that the person saw.
        at=max(now, last.at) if last else now,
    )


def _log(
    actor: Actor, problem: Problem, to: str, reason: str, *, former: Problem | None, target: Problem | None
) -> None:
    project = problem.project
    log(
        actor, project, "moved", about="problem", subject_id=problem.pk,
        evidence={"to": to, "reason": reason, "duplicate_of": target.slug if target else None},
    )  # fmt: skip
    if former is not None and former != target:
        log(
            actor, project, "merge_undone", about="problem", subject_id=former.pk,
            evidence={"problem": problem.slug},
        )  # fmt: skip
    if target is not None and target != former:
        log(
            actor, project, "merged_in", about="problem", subject_id=target.pk,
            evidence={"problem": problem.slug},
        )  # fmt: skip
