"""A whole file of test patterns, each line naming its problem, through one address."""

from __future__ import annotations

import pytest

from tests.api.conftest import Caller
from tests.api.test_problem_details import assert_problem
from tests.factories import equals
from tracker.problems.models import Pattern, Problem
from tracker.projects.models import Project

pytestmark = pytest.mark.django_db


def test_lines_create_their_problems_in_triage(project: Project, writer: Caller) -> None:
    answer = writer.lines("patterns/", equals("good", problem="praise"), "{", equals("bad", problem="blame"))
    assert answer.status_code == 200, answer.content
    assert (answer.json()["accepted"], [row["line"] for row in answer.json()["rejected"]]) == (2, [2])
    assert dict(Problem.objects.values_list("slug", "status")) == {"praise": "triage", "blame": "triage"}


def test_one_pattern_is_answered_with_itself_and_a_repeat_with_the_first(
    project: Project, writer: Caller
) -> None:
    first = writer.post("patterns/", equals("good", problem="praise"))
    again = writer.post("patterns/", equals("good", problem="praise"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"] == Pattern.objects.get().pk


def test_a_pattern_without_a_problem_is_refused(project: Project, writer: Caller) -> None:
    answer = writer.post("patterns/", equals("good"))
    assert_problem(answer, 400)
    assert list(answer.json()["errors"]) == ["problem"]


def test_needs_the_scope_to_write(project: Project, reader: Caller) -> None:
    answer = reader.post("patterns/", equals("good", problem="praise"))
    assert_problem(answer, 403)
    assert not Problem.objects.exists()
