"""Writing revisions of problems: the only place where test patterns are added, relabelled or retired.

A bulk, however long, is one revision of each problem it touches. Its rows are written in chunks under the next
revision, where nobody sees them, and the problems' counters move in the last transaction. A bulk that is killed
leaves an OpenRevision whose lease runs out; whoever comes next removes what it wrote.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.problems.models import Case, CaseSource, OpenRevision, Pattern, Problem
from tracker.problems.pattern_lines import PatternLine, PatternReader, RejectedLine
from tracker.problems.problem_changes import create_problem
from tracker.projects.bulk_rows import CHUNK_ROWS, insert_rows
from tracker.projects.errors import Busy, Conflict, Errors
from tracker.projects.events import log
from tracker.projects.examples import store_examples, stored_input
from tracker.projects.models import Project
from tracker.projects.nudges import nudge_on_commit
from tracker.projects.rights import Actor, Right
from tracker.projects.signals import evidence_changed


@dataclass(slots=True)
class BulkOutcome:
    """What became of a bulk, line by line where it matters."""

    accepted: int = 0
    duplicates: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)

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
        chunk: list[PatternLine] = []
        for read in PatternReader(project).read_all(items):
            if isinstance(read, RejectedLine):
                outcome.reject(read.line, read.errors)
            elif wrong := _problem_errors(read, problem):
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
    return outcome


def _problem_errors(line: PatternLine, problem: Problem | None) -> Errors:
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


@dataclass(slots=True)
class _Target:
    """A problem whose next revision is being written."""

    problem: Problem
    revision: int
    added: int = 0
    new_sources: int = 0


class RevisionWriter:
    """Writes the next revision of every problem it is given lines for: `add` chunks, then `commit`."""

    def __init__(self, actor: Actor, project: Project) -> None:
        self._actor = actor
        self._project = project
        self._token = uuid.uuid4()
        self._targets: dict[str, _Target] = {}
        self.added = 0
        self.duplicates = 0

    def add(self, lines: Sequence[PatternLine], *, problem: Problem | None = None) -> None:
        """Write at most CHUNK_ROWS lines in one transaction; raises Busy where another bulk holds a problem."""
        with transaction.atomic():
            slugs = {problem.slug if problem else line.problem or "" for line in lines}
            self._open(slugs - self._targets.keys())
            self._renew_leases()
            targets = [self._targets[problem.slug if problem else line.problem or ""] for line in lines]
            self._write(lines, targets)

    def commit(self) -> None:
        """Move the counters: what was written is now the problems' newest revision."""
        touched = [target for target in self._targets.values() if target.added or target.new_sources]
        with transaction.atomic():
            _locked(Problem.objects.filter(pk__in=[target.problem.pk for target in self._targets.values()]))
            held = OpenRevision.objects.filter(token=self._token)
            if held.count() != len(self._targets):
                raise Conflict(
                    _("The import took so long that another writer took over; nothing of it was kept.")
                )
            held.delete()
            for target in touched:
                Problem.objects.filter(pk=target.problem.pk).update(revision=target.revision)
                log(
                    self._actor, self._project, "patterns_added", about="problem", subject_id=target.problem.pk,
                    evidence={"revision": target.revision, "added": target.added, "new_sources": target.new_sources},
                )  # fmt: skip
            if touched:
                _announce(self._project, [target.problem.pk for target in touched])

    def abandon(self) -> None:
        """Remove what was written; for a writer that failed on its way."""
        with transaction.atomic():
            _locked(Problem.objects.filter(open_revision__token=self._token))
            for open_revision in OpenRevision.objects.filter(token=self._token):
                remove_unfinished(open_revision)

    def _open(self, slugs: set[str]) -> None:
        """Take hold of problems, creating those that do not exist."""
        named = Problem.objects.filter(project=self._project, slug__in=slugs)
        for slug in sorted(slugs - set(named.values_list("slug", flat=True))):
            create_problem(self._actor, self._project, title=slug, slug=slug)
        for problem in _locked(named):
            _make_way(problem, timezone.now())
            target = _Target(problem, problem.revision + 1)
            OpenRevision.objects.create(
                project=self._project, problem=problem, revision=target.revision, token=self._token,
                lease_until=_lease_end(),
            )  # fmt: skip
            self._targets[problem.slug] = target

    def _renew_leases(self) -> None:
        renewed = OpenRevision.objects.filter(token=self._token).update(lease_until=_lease_end())
        if renewed != len(self._targets):
            raise Conflict(
                _("The import took so long that another writer took over; nothing of it was kept.")
            )

    def _write(self, lines: Sequence[PatternLine], targets: Sequence[_Target]) -> None:
        identities = [line.identity for line in lines]
        stored = self._stored(identities, targets)
        examples = store_examples(
            self._project, [line.input for line in lines] + [line.base for line in lines if line.base]
        )
        fresh: dict[tuple[int, str], tuple[PatternLine, _Target]] = {}
        sourced = []
        for line, identity, target in zip(lines, identities, targets, strict=True):
            key = (target.problem.pk, identity)
            if key in stored or key in fresh:
                self.duplicates += 1
            else:
                fresh[key] = (line, target)
            # A retired pattern's line revives nothing, so it tells nothing of its case either.
            if stored.get(key, True):
                sourced.append((line, target))
        cases = self._store_cases(sourced)
        self._store_sources(sourced, cases)
        now = timezone.now()
        rows = [
            (
                self._project.pk, problem_id, cases[problem_id, line.case], examples[line.input.digest],
                examples[line.base.digest] if line.base else None, line.expectation, identity, target.revision,
                line.meta, now,
            )
            for (problem_id, identity), (line, target) in fresh.items()
        ]  # fmt: skip
        insert_rows(Pattern, _PATTERN_COLUMNS, rows)
        self.added += len(fresh)
        for _line, target in fresh.values():
            target.added += 1

    def _stored(self, identities: Sequence[str], targets: Sequence[_Target]) -> dict[tuple[int, str], bool]:
        """Return which (problem, identity) are stored already, each with whether it is alive."""
        rows = Pattern.objects.filter(
            problem__in={target.problem.pk for target in targets}, identity__in=set(identities)
        ).values_list("problem_id", "identity", "retired_in")
        stored: dict[tuple[int, str], bool] = {}
        for problem_id, identity, retired_in in rows:
            stored[problem_id, identity] = stored.get((problem_id, identity), False) or retired_in is None
        return stored

    def _store_cases(self, sourced: Sequence[tuple[PatternLine, _Target]]) -> dict[tuple[int, str], int]:
        wanted = {(target.problem.pk, line.case): target.revision for line, target in sourced}
        insert_rows(
            Case,
            ["project_id", "problem_id", "key", "added_in"],
            [(self._project.pk, problem_id, key, revision) for (problem_id, key), revision in wanted.items()],
        )
        problem_ids = {problem_id for problem_id, _key in wanted}
        rows = Case.objects.filter(problem__in=problem_ids, key__in={key for _problem_id, key in wanted})
        return {(problem_id, key): pk for pk, problem_id, key in rows.values_list("pk", "problem_id", "key")}

    def _store_sources(
        self, sourced: Sequence[tuple[PatternLine, _Target]], cases: dict[tuple[int, str], int]
    ) -> None:
        wanted: dict[tuple[int, str, str], _Target] = {}
        for line, target in sourced:
            for source in line.sources:
                wanted.setdefault(
                    (cases[target.problem.pk, line.case], source.kind.value, source.version), target
                )
        case_ids = {case_id for case_id, _kind, _version in wanted}
        known = set(CaseSource.objects.filter(case__in=case_ids).values_list("case_id", "kind", "version"))
        rows = []
        for (case_id, kind, version), target in wanted.items():
            if (case_id, kind, version) not in known:
                rows.append((self._project.pk, case_id, kind, version, target.revision))
                target.new_sources += 1
        insert_rows(CaseSource, ["project_id", "case_id", "kind", "version", "added_in"], rows)


_PATTERN_COLUMNS = [
    "project_id", "problem_id", "case_id", "example_id", "base_id", "expectation", "identity", "added_in", "meta",
    "created_at",
]  # fmt: skip


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
        revision = _next_revision(problem)
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
        _announce(problem.project, [problem.pk])
    return relabelled


def retire_pattern(actor: Actor, pattern: Pattern) -> None:
    """Take a pattern out of the test set from the next revision on; what it said before stays on record."""
    actor.require(Right.WRITE)
    with transaction.atomic():
        problem, pattern = _lock_alive(pattern)
        revision = _next_revision(problem)
        Pattern.objects.filter(pk=pattern.pk).update(retired_in=revision)
        log(
            actor, problem.project, "pattern_retired", about="problem", subject_id=problem.pk,
            evidence={"revision": revision, "pattern": pattern.pk},
        )  # fmt: skip
        _announce(problem.project, [problem.pk])


def remove_expired(now: datetime) -> int:
    """Remove what killed bulks left behind; return how many there were."""
    expired = OpenRevision.objects.filter(lease_until__lt=now)
    removed = 0
    for pk in list(expired.values_list("pk", flat=True)):
        with transaction.atomic():
            _locked(Problem.objects.filter(open_revision=pk))
            for open_revision in OpenRevision.objects.filter(pk=pk, lease_until__lt=now):
                remove_unfinished(open_revision)
                removed += 1
    return removed


def remove_unfinished(open_revision: OpenRevision) -> None:
    """Remove the rows of a revision that was never committed."""
    unseen = {"added_in": open_revision.revision}
    Pattern.objects.filter(problem=open_revision.problem_id, **unseen).delete()
    CaseSource.objects.filter(case__problem=open_revision.problem_id, **unseen).delete()
    Case.objects.filter(problem=open_revision.problem_id, patterns=None, **unseen).delete()
    open_revision.delete()


def _locked(problems: QuerySet[Problem]) -> list[Problem]:
    """Lock problems until the transaction ends; in one order for every writer, so that no two wait for each other.

    Whoever touches a problem's OpenRevision holds the problem's lock.
    """
    return list(problems.select_for_update(of=("self",), no_key=True).order_by("pk"))


def _make_way(problem: Problem, now: datetime) -> None:
    """Remove a killed bulk's remains from a locked problem; raises Busy where a bulk is alive."""
    open_revision = OpenRevision.objects.filter(problem=problem).first()
    if open_revision is None:
        return
    if open_revision.lease_until > now:
        raise Busy(
            _("Another import is writing to %(problem)s; try again when it is done.")
            % {"problem": problem.slug}
        )
    remove_unfinished(open_revision)


def _lock_alive(pattern: Pattern) -> tuple[Problem, Pattern]:
    problem = (
        Problem.objects.select_for_update(of=("self",), no_key=True)
        .select_related("project")
        .get(pk=pattern.problem_id)
    )
    _make_way(problem, timezone.now())
    fresh = Pattern.objects.select_related("case", "example", "base", "project").get(pk=pattern.pk)
    if fresh.retired_in is not None:
        raise Conflict(_("The pattern is retired already; what stands in its place can be changed."))
    return problem, fresh


def _next_revision(problem: Problem) -> int:
    problem.revision += 1
    Problem.objects.filter(pk=problem.pk).update(revision=problem.revision)
    return problem.revision


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.LEASE_SECONDS)


def _announce(project: Project, problem_ids: list[int]) -> None:
    evidence_changed.send(sender=Project, project=project, problem_ids=problem_ids)
    nudge_on_commit("tracker.tasks.catch_up", project.pk)
