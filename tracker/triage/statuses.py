"""The stored status of problems, derived from people's moves, activations and current results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count

from evaluation.status import StatusDecision
from evaluation.types import JSON
from tracker.problems.models import Pattern, Problem, Status
from tracker.projects.id_lists import Among
from tracker.projects.models import Event, Project
from tracker.projects.rights import SYSTEM
from tracker.runs.models import Result
from tracker.triage.derived_fields import HeldProblems
from tracker.triage.merges import merged_into, merges
from tracker.triage.models import Report
from tracker.triage.status_facts import status_facts

Evidence = dict[str, JSON]


def derive_statuses(project: Project, problems: HeldProblems, now: datetime) -> None:
    """Derive the statuses of problems anew, and log those that changed; who calls this stores them.

    The same facts give the same status, in whatever order and however often this is called.
    """
    facts = status_facts(project, problems.keys())
    decisions = {pk: known.decide() for pk, known in facts.items()}
    evidence = _evidence(decisions)
    cases = _cases_counts(problems)
    was = {pk: Status(problem.status) for pk, problem in problems.items()}
    for pk, problem in problems.items():
        decision = decisions[pk]
        introduced_in, fixed_in = facts[pk].changes()
        is_duplicate = decision.status.value == Status.DUPLICATE
        values: dict[str, Any] = {
            "status": Status(decision.status.value),
            "status_since": problem.status_since if decision.status.value == problem.status else now,
            "status_evidence": evidence[pk],
            "not_proven_again": decision.not_proven_again,
            "closed_by_hand": decision.closed_by_hand,
            "legal_moves": sorted(facts[pk].legal_moves(decision)),
            "duplicate_of_id": facts[pk].last_target if is_duplicate else None,
            "introduced_in": introduced_in,
            "fixed_in": fixed_in,
            "cases_count": cases.get(pk, 0),
        }
        problems.derive(problem, values)
    if problems.has_changed("duplicate_of_id"):
        # What is merged into what, and so whose reports a problem has, is read from what is stored.
        problems.store()
    _refresh_reports_since_fixed(project, problems, decisions)
    _log_changes(project, problems, was, now)


def _evidence(decisions: Mapping[int, StatusDecision]) -> dict[int, Evidence]:
    """Return what each decision rests on, with the counts of the result that it names."""
    named = {pk: decision for pk, decision in decisions.items() if decision.model is not None}
    rows = Result.objects.filter(
        Among("problem_id", named),
        model__version__in={decision.model for decision in named.values()},
        revision__in={decision.revision for decision in named.values()},
    ).values_list("problem_id", "model__version", "revision", "verdict", "n_judged", "n_judged_failed")
    counts: dict[tuple[int, str | None, int | None], tuple[str, int, int]] = {
        (pk, model, revision): (verdict, judged, failed)
        for pk, model, revision, verdict, judged, failed in rows
    }
    evidence: dict[int, Evidence] = {}
    for pk, decision in decisions.items():
        told = counts.get((pk, decision.model, decision.revision))
        verdict, judged, failed = told if told is not None else (None, None, None)
        evidence[pk] = {
            "why": decision.why,
            "model": decision.model,
            "revision": decision.revision,
            "verdict": verdict,
            "n_judged": judged,
            "n_judged_failed": failed,
            "fixed_by": list(decision.fixed_by),
        }
    return evidence


def _cases_counts(problems: Mapping[int, Problem]) -> dict[int, int]:
    """Return how many living cases each problem has: as its current results say, else counted."""
    current = Result.objects.current().filter(Among("problem_id", problems))
    counts = dict(current.values_list("problem_id", "n_cases").distinct())
    unknown = [pk for pk, problem in problems.items() if problem.revision and pk not in counts]
    if unknown:
        living = Pattern.objects.alive().filter(Among("problem_id", unknown)).values("problem_id")
        counts.update(living.annotate(n=Count("case", distinct=True)).values_list("problem_id", "n"))
    return counts


def _refresh_reports_since_fixed(
    project: Project, problems: HeldProblems, decisions: Mapping[int, StatusDecision]
) -> None:
    """Count the reports about the active model that came in since a problem is fixed, merged ones too."""
    since = {pk: told.fixed_since for pk, told in decisions.items() if told.fixed_since is not None}
    counts: defaultdict[int, int] = defaultdict(int)
    if since:
        targets: defaultdict[int, set[int]] = defaultdict(set)
        sources = merged_into(merges(project))
        for pk in since:
            for source in (pk, *sources.get(pk, ())):
                targets[source].add(pk)
        reports = Report.objects.filter(
            problem__in=list(targets),
            model__version__in={decisions[pk].active for pk in since},
            received_at__gt=min(since.values()),
        )
        rows = reports.order_by().values_list("problem_id", "model__version", "received_at")
        for source_id, version, received_at in rows:
            for pk in targets[source_id or 0]:
                counts[pk] += version == decisions[pk].active and received_at > since[pk]
    for pk, problem in problems.items():
        problems.derive(problem, {"reports_since_fixed": counts[pk]})


def _log_changes(
    project: Project, problems: Mapping[int, Problem], was: Mapping[int, Status], now: datetime
) -> None:
    """Add one line to the timeline of every problem whose status changed, naming the evidence."""
    Event.objects.bulk_create(
        Event(
            project_id=project.pk,
            subject="problem",
            subject_id=pk,
            kind="status_changed",
            actor=SYSTEM.name,
            evidence={
                "from": was[pk].value,
                "to": str(problem.status),
                "not_proven_again": problem.not_proven_again,
                **problem.status_evidence,
            },
            at=now,
        )
        for pk, problem in problems.items()
        if problem.status != was[pk]
    )
