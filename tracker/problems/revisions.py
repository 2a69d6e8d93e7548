"""Changing the test patterns of problems: importing, adding, relabelling, retiring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tracker.problems.models import Pattern, Problem
from tracker.problems.pattern_lines import PatternLine, PatternReader, RejectedLine
from tracker.problems.revision_writer import RevisionWriter, announce, make_way
from tracker.projects.bulk_rows import CHUNK_ROWS
from tracker.projects.collecting import seldom_collected
from tracker.projects.errors import Conflict, Errors
from tracker.projects.events import log
from tracker.projects.examples import stored_input
from tracker.projects.models import Project
from tracker.projects.rights import Actor, Right


@dataclass(slots=True)
class BulkOutcome:
    """What became of a bulk, line by line where it matters."""

    accepted: int = 0
    duplicates: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)
    revisions: dict[int, int] = field(default_factory=dict)
    """The revision that was written, by the problem's id."""

    def reject(self, line: int, errors: Errors) -> None:
        self.rejected.append({"line": line, "errors": errors})


def import_patterns(
    actor: Actor, project: Project, items: Iterable[tuple[int, object]], *, problem: Problem | None = None
) -> BulkOutcome:
    """Store the good ones of numbered pattern lines, name the bad ones; one revision of each problem touched.

    With `problem` all lines are its own and may name no other; without, each line names its problem, and one that does
    not exist is created in triage. Raises NotAllowed, Busy.
    """
    actor.require(Right.WRITE)
    outcome = BulkOutcome()
    writer = RevisionWriter(actor, project)
    try:
        with seldom_collected():
            chunk: list[PatternLine] = []
            for read in PatternReader(project).read_all(items):
                if isinstance(read, RejectedLine):
                    outcome.reject(read.line, read.errors)
                elif wrong := problem_errors(read, problem):
                    outcome.reject(read.line, wrong)
                else:
                    chunk.append(read)
                if len(chunk) >= CHUNK_ROWS:
                    writer.add(chunk, problem=problem)
                    chunk = []
            if chunk:
                writer.add(chunk, problem=problem)
            writer.commit()
    except BaseException:
        writer.abandon()
        raise
    outcome.accepted, outcome.duplicates = writer.added, writer.duplicates
    outcome.revisions = writer.revisions
    return outcome


def problem_errors(line: PatternLine, problem: Problem | None) -> Errors:
    if problem is None:
        return {} if line.problem else {"problem": [_("Name the problem that the pattern belongs to.")]}
    return (
        {} if line.problem in {None, problem.slug} else {"problem": [_("This address is another problem's.")]}
    )


def add_pattern(actor: Actor, problem: Problem, line: PatternLine) -> tuple[Pattern, bool]:
    """Add one pattern in a revision of its own; return it and whether it is new (else the stored one)."""
    actor.require(Right.WRITE)
    with transaction.atomic():
        writer = RevisionWriter(actor, problem.project)
        writer.add([line], problem=problem)
        writer.commit()
    patterns = Pattern.objects.filter(problem=problem, identity=line.identity).select_related(
        "case", "example", "base"
    )
    pattern = patterns.order_by("-pk")[0]
    return pattern, writer.added == 1


def relabel_pattern(actor: Actor, pattern: Pattern, expectation: dict[str, Any]) -> Pattern:
    """Retire a pattern and add one with another expectation in its place, in one revision; return the new one."""
    actor.require(Right.WRITE)
    text = PatternReader(pattern.project).read_expectation(expectation, has_base=pattern.base_id is not None)
    with transaction.atomic():
        problem, pattern = _lock_alive(pattern)
        if text == pattern.expectation:
            return pattern
        line = PatternLine(
            line=1,
            problem=problem.slug,
            case=pattern.case.key,
            input=stored_input(pattern.example),
            base=stored_input(pattern.base) if pattern.base else None,
            expectation=text,
            sources=(),
            meta="{}",
        )
        if Pattern.objects.filter(problem=problem, identity=line.identity, retired_in=None).exists():
            raise Conflict(_("The case already has a pattern that says so; retire this one instead."))
        revision = next_revision(problem)
        Pattern.objects.filter(pk=pattern.pk).update(retired_in=revision)
        relabelled = Pattern.objects.create(
            project=pattern.project, problem=problem, case=pattern.case, example=pattern.example, base=pattern.base,
            expectation=text, identity=line.identity, added_in=revision, replaces=pattern, meta=pattern.meta,
        )  # fmt: skip
        log(
            actor, problem.project, "pattern_relabelled", about="problem", subject_id=problem.pk,
            evidence={
                "revision": revision, "pattern": relabelled.pk, "replaces": pattern.pk,
                "from": pattern.expectation_fields, "to": relabelled.expectation_fields,
            },
        )  # fmt: skip
        announce(problem.project, [problem.pk])
    return relabelled


def retire_pattern(actor: Actor, pattern: Pattern) -> None:
    """Take a pattern out of the test set from the next revision on; what it said before stays on record."""
    actor.require(Right.WRITE)
    with transaction.atomic():
        problem, pattern = _lock_alive(pattern)
        revision = next_revision(problem)
        Pattern.objects.filter(pk=pattern.pk).update(retired_in=revision)
        log(
            actor, problem.project, "pattern_retired", about="problem", subject_id=problem.pk,
            evidence={"revision": revision, "pattern": pattern.pk},
        )  # fmt: skip
        announce(problem.project, [problem.pk])


def lock_problem(problem_id: int) -> Problem:
    """Lock a problem until the transaction ends, for one who is about to write its next revision; raises Busy."""
    problems = Problem.objects.select_for_update(of=("self",), no_key=True).select_related("project")
    problem = problems.get(pk=problem_id)
    make_way([problem])
    return problem


def next_revision(problem: Problem) -> int:
    """Move the counter of a locked problem and return the new revision."""
    problem.revision += 1
    Problem.objects.filter(pk=problem.pk).update(revision=problem.revision)
    return problem.revision


def _lock_alive(pattern: Pattern) -> tuple[Problem, Pattern]:
    problem = lock_problem(pattern.problem_id)
    fresh = Pattern.objects.select_related("case", "example", "base", "project").get(pk=pattern.pk)
    if fresh.retired_in is not None:
        raise Conflict(_("The pattern is retired already; what stands in its place can be changed."))
    return problem, fresh
