"""Pages by keyset: every row once, both ways, whatever comes and goes meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from tests.api.conftest import Caller
from tests.api.test_problem_details import assert_problem
from tests.factories import make_problem
from tracker.api.pages import Key, PageQuery, page_of
from tracker.problems.models import Problem
from tracker.projects.models import Project, Token, User

BY_PRIORITY = [Key("priority", descending=True, nullable=True), Key("number")]


class FakeRequest:
    """As much of a request as a page reads: its path, and the way to write its address."""

    path = "/list/"

    def __init__(self) -> None:
        self.query_params = QueryDict()

    def build_absolute_uri(self, address: str) -> str:
        return address


def turn(project: Project, cursor: str, by: list[Key], limit: int = 2) -> Any:
    query = PageQuery(limit=limit, cursor=cursor)
    rows = Problem.objects.filter(project=project)
    return page_of(FakeRequest(), query, rows, lambda found: [row.number for row in found], by=by)  # type: ignore[arg-type]


def cursor_in(address: str | None) -> str:
    return QueryDict((address or "").partition("?")[2]).get("cursor", "")


def make_problems(project: Project, priorities: list[float | None]) -> None:
    for priority in priorities:
        problem = make_problem(project)
        Problem.objects.filter(pk=problem.pk).update(priority=priority)


@pytest.mark.parametrize(
    "by", [BY_PRIORITY, [Key("priority", nullable=True), Key("number", descending=True)]]
)
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_following_next_and_coming_back_shows_every_row_once(
    project: Project, by: list[Key], limit: int
) -> None:
    make_problems(project, [3.0, None, 9.0, 3.0, None, 0.0])
    descending = by[0].descending
    # By hand: nulls last either way, ties by the second key. Numbers 1 to 6 in the order made.
    expected = [3, 1, 4, 6, 2, 5] if descending else [6, 4, 1, 3, 5, 2]
    page = turn(project, "", by, limit)
    assert page.previous is None
    forth, pages = list(page.results), [page.results]
    while page.next:
        page = turn(project, cursor_in(page.next), by, limit)
        forth += page.results
        pages.append(page.results)
    assert forth == expected
    back = [page.results]
    while page.previous:
        page = turn(project, cursor_in(page.previous), by, limit)
        back.append(page.results)
    assert back[::-1] == pages


def test_rows_that_come_and_go_do_not_shift_the_page(project: Project) -> None:
    make_problems(project, [5.0, 4.0, 3.0, 2.0])
    first = turn(project, "", BY_PRIORITY)
    assert first.results == [1, 2]
    Problem.objects.get(number=2).delete()
    make_problems(project, [9.0])
    assert turn(project, cursor_in(first.next), BY_PRIORITY).results == [3, 4]


def test_a_cursor_of_another_ordering_is_refused(reader: Caller, project: Project) -> None:
    make_problems(project, [1.0, 2.0, 3.0])
    cursor = cursor_in(turn(project, "", BY_PRIORITY).next)
    assert "cursor" in assert_problem(reader.get("members/", cursor=cursor), 400)["errors"]


@pytest.mark.parametrize("cursor", ["x", "WyJhIl0", "a:b:c", "é"])
def test_a_cursor_that_is_not_ours_is_400(reader: Caller, cursor: str) -> None:
    assert list(assert_problem(reader.get("members/", cursor=cursor), 400)["errors"]) == ["cursor"]


@pytest.mark.parametrize("limit", ["0", "501", "-1", "many", "1.5", ""])
def test_a_bad_limit_is_400(reader: Caller, limit: str) -> None:
    assert list(assert_problem(reader.get("members/", limit=limit), 400)["errors"]) == ["limit"]


def test_the_form_of_a_page(reader: Caller, admin: User, viewer: User, triager: User) -> None:
    page = reader.get("members/", limit=2).json()
    assert sorted(page) == ["next", "previous", "results"]
    assert page["next"].startswith("http://testserver/api/v1/projects/reviews/members/?limit=2&cursor=")
    assert page["previous"] is None
    second = reader.client.get(page["next"], headers=reader.headers).json()
    assert [row["user"] for row in second["results"]] == ["triager"]
    assert second["next"] is None
    assert reader.client.get(second["previous"], headers=reader.headers).json()["results"] == page["results"]
    assert Token.objects.count() == 1
