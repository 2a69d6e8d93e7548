"""The stored priority of problems and its factors, derived from reports, results and what people set."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from evaluation.priority import NormalizedError, normalized_error, priority, users_affected
from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.runs.models import Result, ResultQuerySet
from tracker.triage.derived_fields import HeldProblems
from tracker.triage.reach import Reach, reach_by_problem, window_start
from tracker.triage.result_cases import CASE_FIELDS, case_errors


def derive_priorities(project: Project, problems: HeldProblems, now: datetime) -> None:
    """Derive the priorities of problems, whose statuses are stored, anew, and store those that changed."""
    # Read under the lock: the caller's project may have been loaded before an admin changed it.
    project = Project.objects.get(pk=project.pk)
    reach = reach_by_problem(project, problems.keys())
    results = deciding_results(project, problems.keys())
    for pk, problem in problems.items():
        problems.derive(problem, _derived(project, problem, reach[pk], results.get(pk), now))
    problems.store()


def _derived(
    project: Project, problem: Problem, reach: Reach, result: Result | None, now: datetime
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


def error_of(result: Result | None, problem: Problem, project: Project) -> NormalizedError:
    """Return the normalized error that a result shows, provisional if it is on an older revision; without one, a
    provisional 1.
    """
    problem.project = project
    if result is None or not result.n_cases:
        return NormalizedError(1.0, provisional=True)
    errors, judged = case_errors([result])
    error = normalized_error(errors[0], judged[0], min_cases=problem.criterion.min_cases)
    return error._replace(provisional=error.provisional or result.revision != problem.revision)


def deciding_results(project: Project, problem_ids: Collection[int]) -> dict[int, Result]:
    """Return, by problem, the active model's newest result.

    It is on the newest revision but for the moments until that is evaluated; what stood stays until then, so that
    one pattern more does not send a problem to the top of the board and back. Where no model is active: the newest
    result of the last model in model order that has one.
    """
    models = list(CandidateModel.objects.filter(project=project).taking_part().in_model_order())
    active = [model for model in models if model.stage == Stage.ACTIVE]
    rank = {model.pk: number for number, model in enumerate(active or models)}
    results = Result.objects.filter(project=project, model__in=list(rank))
    last = _last(results.current().filter(problem__in=list(problem_ids)), rank)
    if behind := [pk for pk in problem_ids if pk not in last]:
        last |= _last(results.filter(problem__in=behind), rank)
    chosen = Result.objects.filter(pk__in=[pk for _revision, _rank, pk in last.values()])
    return {result.problem_id: result for result in chosen.only("problem_id", "revision", *CASE_FIELDS)}


def _last(results: ResultQuerySet, rank: Mapping[int, int]) -> dict[int, tuple[int, int, int]]:
    """Return, by problem, (revision, rank of the model, id) of its newest result, the last in model order."""
    last: dict[int, tuple[int, int, int]] = {}
    for pk, problem_id, model_id, revision in results.values_list("pk", "problem_id", "model_id", "revision"):
        last[problem_id] = max(last.get(problem_id, (-1, -1, -1)), (revision, rank[model_id], pk))
    return last
