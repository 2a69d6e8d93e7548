"""Writing revisions of problems: the only place where test patterns are added, relabelled or retired.

A bulk, however long, is one revision of each problem it touches. Its rows are written in chunks under the next
revision, where nobody sees them, and the problems' counters move in the last transaction. A bulk that is killed
leaves an OpenRevision whose lease runs out; whoever comes next removes what it wrote.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.problems.models import Case, CaseSource, OpenRevision, Pattern, Problem
from tracker.problems.pattern_lines import PatternLine
from tracker.problems.problem_changes import create_named_problems
from tracker.projects.bulk_rows import delete_rows, insert_rows
from tracker.projects.errors import Busy, Conflict
from tracker.projects.events import LogLine, log_all
from tracker.projects.examples import store_examples
from tracker.projects.id_lists import Among
from tracker.projects.models import Project
from tracker.projects.nudges import nudge_on_commit
from tracker.projects.rights import Actor
from tracker.projects.signals import evidence_changed


@dataclass(slots=True)
class _Target:
    """A problem whose next revision is being written."""

    problem: Problem
    # Its id, asked for with every line: a model instance takes long to say it.
    problem_id: int
    revision: int
    is_new: bool = False
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

    @property
    def revisions(self) -> dict[int, int]:
        """The revision being written of each problem that something new came to, by the problem's id."""
        touched = (target for target in self._targets.values() if target.added or target.new_sources)
        return {target.problem_id: target.revision for target in touched}

    def add(self, lines: Sequence[PatternLine], *, problem: Problem | None = None) -> None:
        """Write at most CHUNK_ROWS lines in one transaction; raises Busy where another bulk holds a problem."""
        with transaction.atomic():
            slugs = {problem.slug if problem else line.problem or "" for line in lines}
            self._open(slugs - self._targets.keys(), may_create=problem is None)
            self._renew_leases()
            targets = [self._targets[problem.slug if problem else line.problem or ""] for line in lines]
            self._write(lines, targets)

    def commit(self) -> None:
        """Move the counters: what was written is now the problems' newest revision."""
        touched = [target for target in self._targets.values() if target.added or target.new_sources]
        with transaction.atomic():
            locked(Problem.objects.filter(pk__in=[target.problem_id for target in self._targets.values()]))
            held = OpenRevision.objects.filter(token=self._token)
            if held.count() != len(self._targets):
                raise Conflict(
                    _("The import took so long that another writer took over; nothing of it was kept.")
                )
            held.delete()
            Problem.objects.filter(pk__in=[target.problem_id for target in touched]).update(
                revision=F("revision") + 1
            )
            log_all(self._actor, self._project, self._lines(touched))
            if touched:
                announce(self._project, [target.problem_id for target in touched])

    def _lines(self, touched: Sequence[_Target]) -> Iterator[LogLine]:
        for target in touched:
            if target.is_new:
                yield LogLine("problem_created", "problem", target.problem_id)
            evidence = {"revision": target.revision, "added": target.added, "new_sources": target.new_sources}
            yield LogLine("patterns_added", "problem", target.problem_id, evidence)

    def abandon(self) -> None:
        """Remove what was written; for a writer that failed on its way."""
        with transaction.atomic():
            locked(Problem.objects.filter(open_revision__token=self._token))
            for open_revision in OpenRevision.objects.filter(token=self._token):
                remove_unfinished(open_revision)

    def _open(self, slugs: set[str], *, may_create: bool) -> None:
        """Take hold of problems, creating those that do not exist, where lines name their problems themselves."""
        named = Problem.objects.filter(project=self._project, slug__in=slugs)
        missing = slugs - set(named.values_list("slug", flat=True))
        if missing and not may_create:
            raise Conflict(_("The problem has been deleted; nothing was stored."))
        try:
            with transaction.atomic():
                create_named_problems(self._actor, self._project, missing)
        except IntegrityError as error:
            raise Busy(_("Another import creates the same problems; try again when it is done.")) from error
        opened = []
        problems = locked(named)
        inherited = make_way(problems)
        for problem in problems:
            is_new = problem.slug in missing or problem.pk in inherited
            target = _Target(problem, problem.pk, problem.revision + 1, is_new=is_new)
            opened.append(
                OpenRevision(
                    project=self._project, problem=problem, revision=target.revision, token=self._token,
                    lease_until=_lease_end(), creates_problem=target.is_new,
                )
            )  # fmt: skip
            self._targets[problem.slug] = target
        OpenRevision.objects.bulk_create(opened, batch_size=500)

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
            key = (target.problem_id, identity)
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
            Among("identity", set(identities)), problem__in={target.problem_id for target in targets}
        ).values_list("problem_id", "identity", "retired_in")
        stored: dict[tuple[int, str], bool] = {}
        for problem_id, identity, retired_in in rows:
            stored[problem_id, identity] = stored.get((problem_id, identity), False) or retired_in is None
        return stored

    def _store_cases(self, sourced: Sequence[tuple[PatternLine, _Target]]) -> dict[tuple[int, str], int]:
        wanted = {(target.problem_id, line.case): target.revision for line, target in sourced}
        insert_rows(
            Case,
            ["project_id", "problem_id", "key", "added_in"],
            [
                (self._project.pk, problem_id, key, revision)
                for (problem_id, key), revision in sorted(wanted.items())
            ],
        )
        problem_ids = {problem_id for problem_id, _key in wanted}
        rows = Case.objects.filter(
            Among("key", {key for _problem_id, key in wanted}), problem__in=problem_ids
        )
        return {(problem_id, key): pk for pk, problem_id, key in rows.values_list("pk", "problem_id", "key")}

    def _store_sources(
        self, sourced: Sequence[tuple[PatternLine, _Target]], cases: dict[tuple[int, str], int]
    ) -> None:
        wanted: dict[tuple[int, str, str], _Target] = {}
        for line, target in sourced:
            for source in line.sources:
                wanted.setdefault(
                    (cases[target.problem_id, line.case], source.kind.value, source.version), target
                )
        case_ids = {case_id for case_id, _kind, _version in wanted}
        stored = CaseSource.objects.filter(Among("case_id", case_ids))
        known = set(stored.values_list("case_id", "kind", "version"))
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


def remove_expired(now: datetime) -> int:
    """Remove what killed bulks left behind; return how many there were."""
    expired = OpenRevision.objects.filter(lease_until__lt=now)
    removed = 0
    for pk in list(expired.values_list("pk", flat=True)):
        with transaction.atomic():
            locked(Problem.objects.filter(open_revision=pk))
            for open_revision in OpenRevision.objects.filter(pk=pk, lease_until__lt=now):
                remove_unfinished(open_revision)
                removed += 1
    return removed


def remove_unfinished(open_revision: OpenRevision) -> None:
    """Remove the rows of a revision that was never committed, and the problem if it was made for them alone."""
    problem_id, made_for_it = open_revision.problem_id, open_revision.creates_problem
    _remove_rows(open_revision)
    if made_for_it:
        # People may have linked reports to it meanwhile: then it stays.
        with suppress(ProtectedError):
            Problem.objects.filter(pk=problem_id, revision=0).delete()


def _remove_rows(open_revision: OpenRevision) -> None:
    unseen = {"added_in": open_revision.revision}
    delete_rows(Pattern.objects.filter(problem=open_revision.problem_id, **unseen))
    delete_rows(CaseSource.objects.filter(case__problem=open_revision.problem_id, **unseen))
    delete_rows(Case.objects.filter(problem=open_revision.problem_id, patterns=None, **unseen))
    open_revision.delete()


def locked(problems: QuerySet[Problem]) -> list[Problem]:
    """Lock problems until the transaction ends; in one order for every writer, so that no two wait for each other.

    Whoever touches a problem's OpenRevision holds the problem's lock.
    """
    return list(problems.select_for_update(of=("self",), no_key=True).order_by("pk"))


def make_way(problems: Sequence[Problem]) -> set[int]:
    """Remove killed bulks' remains from locked problems; raises Busy where a bulk is alive.

    The problems stay, since the caller is about to write to them; returns the ids of those that a killed bulk made.
    """
    inherited = set()
    now = timezone.now()
    for open_revision in OpenRevision.objects.filter(problem__in=problems).select_related("problem"):
        if open_revision.lease_until > now:
            text = _("Another import is writing to %(problem)s; try again when it is done.")
            raise Busy(text % {"problem": open_revision.problem.slug})
        if open_revision.creates_problem:
            inherited.add(open_revision.problem_id)
        _remove_rows(open_revision)
    return inherited


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.LEASE_SECONDS)


def announce(project: Project, problem_ids: list[int]) -> None:
    evidence_changed.send(sender=Project, project=project, problem_ids=problem_ids)
    nudge_on_commit("tracker.tasks.catch_up", project.pk)
