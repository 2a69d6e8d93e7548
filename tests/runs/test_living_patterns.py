"""Patterns that are kept from planning to scoring: never those of another revision, never more than memory is for."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import equals, make_patterns, make_problem
from tracker.problems.models import Pattern, Problem
from tracker.problems.revisions import retire_pattern
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs import living_patterns
from tracker.runs.living_patterns import LivingPatterns

pytestmark = pytest.mark.django_db


@pytest.fixture
def problem(project: Project) -> Problem:
    problem = make_problem(project)
    make_patterns(problem, [equals("first"), equals("second"), equals("third")])
    return problem


def inputs(patterns: LivingPatterns, problem: Problem) -> set[str]:
    """The inputs of the patterns that live at the revision that the object holds."""
    examples = {pk for rows in patterns.at(problem.revision, [problem.pk]) for pk in rows.all_examples}
    contents = Pattern.objects.filter(example__in=examples).values_list("example__content", flat=True)
    return set(contents)


def test_a_later_revision_is_read_anew(problem: Problem) -> None:
    patterns = LivingPatterns()
    assert inputs(patterns, problem) == {'"first"', '"second"', '"third"'}
    retire_pattern(SYSTEM, problem.patterns.get(example__content='"first"'))
    make_patterns(problem, [equals("fourth")])
    assert inputs(patterns, problem) == {'"second"', '"third"', '"fourth"'}
    problem.revision = 1
    assert inputs(patterns, problem) == {'"first"', '"second"', '"third"'}


def test_those_of_other_problems_are_not_taken_for_them(project: Project, problem: Problem) -> None:
    another = make_problem(project)
    make_patterns(another, [equals("other")])
    patterns = LivingPatterns()
    assert inputs(patterns, problem) == {'"first"', '"second"', '"third"'}
    assert inputs(patterns, another) == {'"other"'}


def test_no_more_is_kept_than_memory_is_for(
    project: Project, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    another = make_problem(project)
    make_patterns(another, [equals("other"), equals("and another")])
    monkeypatch.setattr(living_patterns, "TOGETHER", 4)
    patterns = LivingPatterns()
    for each in (problem, another):
        list(patterns.at(each.revision, [each.pk]))
    for each, is_kept in ((problem, True), (another, False)):
        with CaptureQueriesContext(connection) as queries:
            list(patterns.at(each.revision, [each.pk]))
        assert (len(queries) == 0) is is_kept


@pytest.mark.parametrize(("room", "is_kept"), [(3, True), (2, False)])
def test_what_was_read_is_kept_where_memory_is_for_it(
    problem: Problem, room: int, is_kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(living_patterns, "TOGETHER", room)
    patterns = LivingPatterns()
    first = [text for rows in patterns.at(problem.revision, [problem.pk]) for text in rows.texts]
    with CaptureQueriesContext(connection) as queries:
        again = [text for rows in patterns.at(problem.revision, [problem.pk]) for text in rows.texts]
    assert (len(first), again) == (3, first)
    assert (len(queries) == 0) is is_kept
