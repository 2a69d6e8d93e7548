"""Taking problems for a change, always in the same order, so that two writers cannot wait for each other."""

from collections.abc import Iterable

from tracker.problems.models import Problem
from tracker.projects.models import Project


def lock_problems(project: Project, problem_ids: Iterable[int] | None = None) -> dict[int, Problem]:
    """Lock problems of the project (None: all) until the transaction ends; return them as they stand, by id.

    What is derived is written under this lock, and the facts are read after it: the last of several writers
    sees what all the others committed, so no change is lost between them.
    """
    problems = Problem.objects.filter(project=project)
    if problem_ids is not None:
        problems = problems.filter(pk__in=list(problem_ids))
    # Not the full lock: rows that merely refer to a problem (results, reports) may be written beside it, and
    # two writers of such rows who both come here would otherwise wait for each other for ever.
    return {problem.pk: problem for problem in problems.order_by("pk").select_for_update(no_key=True)}
