"""Taking problems for a change, always in the same order, so that two writers cannot wait for each other."""

from collections.abc import Collection, Iterable

from django.db import transaction

from tracker.problems.models import Problem
from tracker.projects.id_lists import Among
from tracker.projects.models import Project
from tracker.triage.merges import with_targets


def lock_problems(project: Project, problem_ids: Iterable[int] | None = None) -> dict[int, Problem]:
    """Lock problems of the project (None: all) until the transaction ends; return them as they stand, by id.

    What is derived is written under this lock, and the facts are read after it: the last of several writers
    sees what all the others committed, so no change is lost between them.
    """
    problems = Problem.objects.filter(project=project)
    if problem_ids is not None:
        problems = problems.filter(Among("pk", list(problem_ids)))
    # Not the full lock: rows that merely refer to a problem (results, reports) may be written beside it, and
    # two writers of such rows who both come here would otherwise wait for each other for ever.
    return {problem.pk: problem for problem in problems.order_by("pk").select_for_update(no_key=True)}


def lock_with_targets(project: Project, problem_ids: Collection[int]) -> dict[int, Problem]:
    """Lock problems and all that they are merged into; return them as they stand, by id.

    For who changes what a target shows. To be called while none of them is held: a target's number may be lower
    than that of the problem. Nobody else can merge a problem on while it is held, so the targets stay these.
    """
    wanted = with_targets(project, problem_ids)
    while True:
        savepoint = transaction.savepoint()
        held = lock_problems(project, wanted)
        found = with_targets(project, problem_ids)
        if found <= wanted:
            transaction.savepoint_commit(savepoint)
            return held
        # One of them was merged on while we waited. Going back lets go of the locks, so that the next try takes
        # all of them in order.
        transaction.savepoint_rollback(savepoint)
        wanted = found
