"""Every way of making a revision is told by an event that says so: what stood at a time is read from these."""

from __future__ import annotations

import pytest

from tests.factories import equals, make_patterns, make_problem
from tracker.problems.models import Pattern, Problem
from tracker.problems.restoring import restore_pattern, restore_revision, undo_addition
from tracker.problems.revisions import relabel_pattern, retire_pattern
from tracker.projects.models import Event, Project
from tracker.projects.rights import SYSTEM

pytestmark = pytest.mark.django_db


def told(problem: Problem) -> list[int]:
    events = Event.objects.about("problem", problem.pk).changing_patterns().order_by("pk")
    return list(events.values_list("evidence__revision", flat=True))


def pattern_of(text: str) -> Pattern:
    patterns = Pattern.objects.select_related("project", "case", "example", "base")
    return patterns.filter(example__content=f'"{text}"').latest("pk")


def test_every_revision_is_told_once(project: Project) -> None:
    problem = make_problem(project)
    make_patterns(problem, [equals("a"), equals("b")])  # 1
    make_patterns(problem, [equals("a", source="sampled")])  # 2: a new source alone
    relabel_pattern(SYSTEM, pattern_of("a"), {"type": "equals", "label": "negative"})  # 3
    retire_pattern(SYSTEM, pattern_of("a"))  # 4
    restore_pattern(SYSTEM, pattern_of("a"), standing=None)  # 5
    make_patterns(problem, [equals("c"), equals("d")])  # 6
    undo_addition(SYSTEM, problem, 6)  # 7
    restore_revision(SYSTEM, problem, 7)  # 8
    problem.refresh_from_db()
    assert problem.revision == 8
    assert told(problem) == list(range(1, 9))
