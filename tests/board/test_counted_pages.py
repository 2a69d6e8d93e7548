"""Pages of a list that count themselves."""

from __future__ import annotations

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_problem
from tracker.board.counted_pages import counted_page
from tracker.problems.models import Problem
from tracker.projects.models import Project


@pytest.mark.parametrize(
    ("number", "page"),
    [
        (None, 1),
        ("1", 1),
        ("2", 2),
        ("3", 3),
        ("99", 3),
        ("0", 1),
        ("-1", 1),
        ("two", 1),
        ("٢", 1),
        ("9" * 30, 1),
    ],
)
def test_it_is_the_page_of_that_number_the_last_beyond_it_else_the_first(
    project: Project, number: str | None, page: int
) -> None:
    for _ in range(5):
        make_problem(project)
    rows = Problem.objects.filter(project=project).order_by("number")
    found, expected = counted_page(rows, 2, number), Paginator(rows, 2).page(page)
    assert (found.number, [*found.object_list]) == (page, [*expected.object_list])
    assert found.paginator.count == 5


def test_an_empty_list_has_one_empty_page(project: Project) -> None:
    page = counted_page(Problem.objects.filter(project=project).order_by("pk"), 2, "3")
    assert (page.number, [*page.object_list], page.paginator.count) == (1, [], 0)


def test_a_page_and_its_count_are_one_query(project: Project) -> None:
    for _ in range(3):
        make_problem(project)
    with CaptureQueriesContext(connection) as captured:
        page = counted_page(Problem.objects.filter(project=project).order_by("pk"), 2, "2")
        assert (page.paginator.count, page.paginator.num_pages, len(page.object_list)) == (3, 2, 1)
    assert len(captured) == 1
