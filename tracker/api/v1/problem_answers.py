"""Problems as the API shows them: a page of them in three queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import msgspec

from tracker.api.v1.projects import CriterionBody, shown_criterion
from tracker.candidates.models import CandidateModel
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.runs.models import Result

VerdictName = str


class PriorityFactors(msgspec.Struct):
    """What the priority is the product of, and where each is from; null is unknown and never 0."""

    users_affected_percent: float | None
    users_affected_source: str
    normalized_error: float
    harm: float | None
    provisional: bool


class ProblemShown(msgspec.Struct, kw_only=True):
    """A problem. `users_affected_percent` is what a person set; the one in force is among the factors."""

    number: int
    slug: str
    title: str
    description: str
    harm: str | float | None
    assignee: str | None
    labels: list[str]
    fix_criterion: CriterionBody | None
    users_affected_percent: float | None
    users_affected_reason: str | None
    status: str
    status_since: datetime
    not_proven_again: bool
    closed_by_hand: bool
    duplicate_of: str | None
    revision: int
    priority: float | None
    priority_factors: PriorityFactors
    reports_count: int
    reports_since_fixed: int
    cases_count: int
    verdicts: dict[str, VerdictName | None]
    created_at: datetime


def shown_problems(project: Project, problems: Sequence[Problem]) -> list[ProblemShown]:
    """Return problems of one project with their verdicts; fetch them with `assignee` and `duplicate_of`."""
    versions = dict(
        CandidateModel.objects.filter(project=project)
        .taking_part()
        .in_model_order()
        .values_list("pk", "version")
    )
    found: dict[int, dict[int, str]] = defaultdict(dict)
    current = Result.objects.current().filter(problem__in=[problem.pk for problem in problems])
    for problem_id, model_id, verdict in current.values_list("problem_id", "model_id", "verdict"):
        found[problem_id][model_id] = verdict
    return [
        _shown(problem, {version: found[problem.pk].get(pk) for pk, version in versions.items()})
        for problem in problems
    ]


def _shown(problem: Problem, verdicts: dict[str, VerdictName | None]) -> ProblemShown:
    return ProblemShown(
        number=problem.number,
        slug=problem.slug,
        title=problem.title,
        description=problem.description,
        harm=problem.harm_name or problem.harm,
        assignee=problem.assignee.get_username() if problem.assignee else None,
        labels=problem.labels,
        fix_criterion=shown_criterion(problem.fix_criterion) if problem.fix_criterion else None,
        users_affected_percent=problem.users_affected_by_hand,
        users_affected_reason=problem.users_affected_reason or None,
        status=problem.status,
        status_since=problem.status_since,
        not_proven_again=problem.not_proven_again,
        closed_by_hand=problem.closed_by_hand,
        duplicate_of=problem.duplicate_of.slug if problem.duplicate_of else None,
        revision=problem.revision,
        priority=problem.priority,
        priority_factors=PriorityFactors(
            users_affected_percent=problem.users_affected_percent,
            users_affected_source=problem.users_affected_source,
            normalized_error=problem.normalized_error,
            harm=problem.harm,
            provisional=problem.provisional,
        ),
        reports_count=problem.reports_count,
        reports_since_fixed=problem.reports_since_fixed,
        cases_count=problem.cases_count,
        verdicts=verdicts,
        created_at=problem.created_at,
    )
