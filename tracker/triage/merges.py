"""Problems that are duplicates of others, and whose reports count where. A merge can be taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from tracker.problems.models import Problem
from tracker.projects.models import Project


def merges(project: Project) -> dict[int, int]:
    """Return what each merged problem is a duplicate of, by id."""
    merged = Problem.objects.filter(project=project).exclude(duplicate_of=None)
    return dict(merged.values_list("pk", "duplicate_of__pk"))


def chain(problem_id: int, step: Mapping[int, int]) -> list[int]:
    """Return what a problem is a duplicate of, what that is a duplicate of, and so on; a circle is cut."""
    found: list[int] = []
    while (following := step.get(found[-1] if found else problem_id)) is not None:
        if following == problem_id or following in found:
            break
        found.append(following)
    return found


def merged_into(step: Mapping[int, int]) -> dict[int, set[int]]:
    """Return for every target the problems whose reports count for it too, however long the chain."""
    sources: dict[int, set[int]] = defaultdict(set)
    for problem_id in step:
        for target in chain(problem_id, step):
            sources[target].add(problem_id)
    return dict(sources)


def with_targets(project: Project, problem_ids: Collection[int]) -> set[int]:
    """Return the problems with all that they are merged into, directly or through others."""
    step = merges(project)
    return {*problem_ids, *(target for problem_id in problem_ids for target in chain(problem_id, step))}
