"""Taking back what was done to test patterns: what was retired comes back, what was added is retired.

A pattern is immutable and never comes alive again; a copy of it does, in a new revision, naming what it replaces.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.problems.models import Pattern, Problem
from tracker.problems.revision_writer import announce
from tracker.problems.revisions import lock_problem, next_revision, relabel_pattern
from tracker.projects.bulk_rows import CHUNK_ROWS
from tracker.projects.errors import Conflict
from tracker.projects.events import log
from tracker.projects.rights import Actor, Right


def standing_in_place(patterns: Collection[Pattern]) -> dict[int, int]:
    """Return, by the id of each pattern that something alive stands in place of, the id of that one; one query.

    A living pattern stands for itself.
    """
    cases = {pattern.case_id for pattern in patterns}
    rows = (
        Pattern.objects.filter(case__in=cases).values_list("pk", "replaces_id", "retired_in").order_by("pk")
    )
    replaces = {pk: before for pk, before, _retired_in in rows}
    found: dict[int, int] = {}
    for pk, _before, retired_in in rows:
        earlier: int | None = pk if retired_in is None else None
        while earlier is not None:
            found[earlier] = pk
            earlier = replaces.get(earlier)
    wanted = {pattern.pk for pattern in patterns}
    return {pk: living for pk, living in found.items() if pk in wanted}


def restore_pattern(actor: Actor, pattern: Pattern, *, standing: int | None) -> Pattern:
    """Bring a retired pattern back in a new revision; where it was relabelled, back in place of what stands there.

    `standing` is the id of the living pattern that the person saw in its place, None for none. Returns the new one.
    Raises NotAllowed, Busy, or Conflict where somebody changed it meanwhile.
    """
    actor.require(Right.WRITE)
    with transaction.atomic():
        problem = lock_problem(pattern.problem_id)
        old = Pattern.objects.select_related("project").get(pk=pattern.pk)
        now = standing_in_place([old]).get(old.pk)
        if old.retired_in is None or _alive(problem, [old.identity]):
            raise Conflict(_("An equal test pattern stands already."))
        if now != standing:
            raise Conflict(_("Somebody changed this test pattern meanwhile; look at what stands now."))
        if now is not None:
            living = Pattern.objects.select_related("project").get(pk=now)
            return relabel_pattern(actor, living, old.expectation_fields)
        revision = next_revision(problem)
        restored = _copies([old], revision)[0]
        restored.save()
        log(
            actor, problem.project, "pattern_restored", about="problem", subject_id=problem.pk,
            evidence={"revision": revision, "pattern": restored.pk, "restores": old.pk},
        )  # fmt: skip
        announce(problem.project, [problem.pk])
    return restored


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How many patterns were changed, in which revision, and how many were left as somebody had changed them."""

    revision: int
    changed: int
    left: int


def undo_addition(actor: Actor, problem: Problem, added_in: int) -> TakenBack:
    """Retire what a revision added or brought back, in one revision; what was changed since is left as it is."""
    actor.require(Right.WRITE)
    with transaction.atomic():
        problem = lock_problem(problem.pk)
        added = Pattern.objects.no_relabelled().filter(problem=problem, added_in=added_in)
        alive = added.filter(retired_in=None)
        n_alive, n_all = alive.count(), added.count()
        if not n_alive:
            raise Conflict(_("None of these test patterns is alive any more."))
        _require_few(n_alive)
        revision = next_revision(problem)
        alive.update(retired_in=revision)
        log(
            actor, problem.project, "addition_undone", about="problem", subject_id=problem.pk,
            evidence={"revision": revision, "added_in": added_in, "retired": n_alive},
        )  # fmt: skip
        announce(problem.project, [problem.pk])
    return TakenBack(revision, n_alive, n_all - n_alive)


def restore_revision(actor: Actor, problem: Problem, retired_in: int) -> TakenBack:
    """Bring back what a revision retired, in one revision; what stands again by now is left as it is."""
    actor.require(Right.WRITE)
    with transaction.atomic():
        problem = lock_problem(problem.pk)
        retired = list(Pattern.objects.filter(problem=problem, retired_in=retired_in).order_by("pk"))
        _require_few(len(retired))
        alive = _alive(problem, [pattern.identity for pattern in retired])
        replaced = standing_in_place(retired)
        wanted = [each for each in retired if each.identity not in alive and each.pk not in replaced]
        if not wanted:
            raise Conflict(_("There is nothing to bring back: all of it stands again, or was changed since."))
        revision = next_revision(problem)
        Pattern.objects.bulk_create(_copies(wanted, revision), batch_size=500)
        log(
            actor, problem.project, "patterns_restored", about="problem", subject_id=problem.pk,
            evidence={"revision": revision, "retired_in": retired_in, "restored": len(wanted)},
        )  # fmt: skip
        announce(problem.project, [problem.pk])
    return TakenBack(revision, len(wanted), len(retired) - len(wanted))


def _copies(patterns: Iterable[Pattern], revision: int) -> list[Pattern]:
    now = timezone.now()
    return [
        Pattern(
            project_id=old.project_id, problem_id=old.problem_id, case_id=old.case_id, example_id=old.example_id,
            base_id=old.base_id, expectation=old.expectation, identity=old.identity, added_in=revision,
            replaces=old, meta=old.meta, created_at=now,
        )
        for old in patterns
    ]  # fmt: skip


def _alive(problem: Problem, identities: Collection[str]) -> set[str]:
    """Return which of these identities a living pattern has; asked in parts, for databases that take few values."""
    wanted = list(identities)
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        rows = Pattern.objects.filter(problem=problem, retired_in=None, identity__in=part)
        found.update(rows.values_list("identity", flat=True))
    return found


def _require_few(n: int) -> None:
    if n > CHUNK_ROWS:
        text = _("%(n)s test patterns are too many to take back at once; %(most)s are possible.")
        raise Conflict(text % {"n": n, "most": CHUNK_ROWS})
