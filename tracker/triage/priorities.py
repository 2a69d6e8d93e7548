"""The stored priority of problems and its factors, derived from reports, results and what people set."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from evaluation.priority import (
    NormalizedError,
    normalized_error,
    priority,
    users_affected,
)
from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import Problem
from tracker.projects.id_lists import Among
from tracker.projects.models import Project
from tracker.runs.models import Result, ResultQuerySet
from tracker.triage.derived_fields import HeldProblems
from tracker.triage.reach import Reach, reach_by_problem, window_start


class DecidingResult(NamedTuple):
    """What the priority of a problem rests on of the one result that decides."""

    revision: int
    rank: int
    """Of its model: the later in model order, the higher."""
    n_cases: int
    error: float | None
    n_judged_scored: int
    judged_error: float | None


def derive_priorities(project: Project, problems: HeldProblems, now: datetime) -> None:
    """Derive the priorities of problems anew, after their statuses; who calls this stores them."""
    # Read under the lock: the caller's project may have been loaded before an admin changed it.
    project = Project.objects.get(pk=project.pk)
    reach = reach_by_problem(project, problems.keys())
    results = deciding_results(project, problems.keys())
    for pk, problem in problems.items():
        problems.derive(problem, _derived(project, problem, reach[pk], results.get(pk), now))


def _derived(
    project: Project, problem: Problem, reach: Reach, result: DecidingResult | None, now: datetime
) -> dict[str, Any]:
    window = timedelta(days=project.window_days)
    users = users_affected(
        n_reporters=reach.reporters_since(window_start(now, window)),
        n_reporters_at_last_report=reach.reporters_at_last_report(window),
        active_users=project.active_users,
        set_by_hand=problem.users_affected_by_hand,
    )
    error = error_of(result, problem, project)
    return {
        "users_affected_percent": users.percent,
        "users_affected_source": users.source,
        "users_affected_as_of": reach.last_report if users.is_old else None,
        "normalized_error": error.value,
        "provisional": error.provisional,
        "priority": priority(users.percent, error.value, problem.harm),
        "reports_count": reach.n_reports,
    }


def error_of(result: DecidingResult | None, problem: Problem, project: Project) -> NormalizedError:
    """Return the normalized error that a result shows, provisional if it is on an older revision; without one, a
    provisional 1.
    """
    problem.project = project
    if result is None or not result.n_cases:
        return NormalizedError(1.0, provisional=True)
    error = normalized_error(
        judged_error=result.judged_error,
        n_judged=result.n_judged_scored,
        error=result.error,
        min_cases=problem.criterion.min_cases,
    )
    return error._replace(provisional=error.provisional or result.revision != problem.revision)


def deciding_results(project: Project, problem_ids: Collection[int]) -> dict[int, DecidingResult]:
    """Return, by problem, the active model's newest result.

    It is on the newest revision but for the moments until that is evaluated; what stood stays until then, so that
    one pattern more does not send a problem to the top of the board and back. Where no model is active: the newest
    result of the last model in model order that has one.
    """
    models = list(CandidateModel.objects.filter(project=project).taking_part().in_model_order())
    active = [model for model in models if model.stage == Stage.ACTIVE]
    rank = {model.pk: number for number, model in enumerate(active or models)}
    # Not by the project too: SQLite would look through all of its results for those of a few problems.
    results = Result.objects.filter(model__in=list(rank))
    last = _last(results.current().filter(Among("problem_id", problem_ids)), rank)
    if behind := [pk for pk in problem_ids if pk not in last]:
        last |= _last(results.filter(Among("problem_id", behind)), rank)
    return last


def _last(results: ResultQuerySet, rank: Mapping[int, int]) -> dict[int, DecidingResult]:
    """Return, by problem, its newest result, of several the last one's in model order."""
    last: dict[int, DecidingResult] = {}
    rows = results.values_list(
        "problem_id", "model_id", "revision", "n_cases", "error", "n_judged_scored", "judged_error"
    )
    for problem_id, model_id, revision, n_cases, error, n_judged_scored, judged_error in rows:
        result = DecidingResult(revision, rank[model_id], n_cases, error, n_judged_scored, judged_error)
        if problem_id not in last or result[:2] > last[problem_id][:2]:
            last[problem_id] = result
    return last
