"""The board as a table: its order, its pages, its CSV file."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from tests.board.conftest import Scene, report
from tests.board.visitors import Visitor, words
from tests.factories import make_model, make_problem
from tracker.board.csv_rows import csv_response
from tracker.board.pages import board_table
from tracker.board.pages.table_columns import BY_NAME
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.moves import move_problem
from tracker.triage.report_links import link_report


def titles(answer: Any) -> list[str]:
    return re.findall(r"data-keys-open[^>]*>([^<]*)</a>", answer.content.decode())


@pytest.fixture
def several(project: Project) -> Project:
    """Three problems: of harm minor (2), none and major (5), the last two without reach; made in this order."""
    reach = {"users_affected_percent": 10, "users_affected_reason": "a survey"}
    make_problem(project, title="beta", harm="minor", labels=["b"], assignee=None, **reach)
    make_problem(project, title="Alpha", labels=["a"])
    make_problem(project, title="gamma", harm="major", **reach)
    return project


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        # nothing is scored, so the error is 1: 10 x 1 x 2 = 20, unknown, 10 x 1 x 5 = 50
        ("", ["gamma", "beta", "Alpha"]),
        ("-priority", ["gamma", "beta", "Alpha"]),
        ("priority", ["beta", "gamma", "Alpha"]),
        ("harm", ["beta", "gamma", "Alpha"]),
        ("-harm", ["gamma", "beta", "Alpha"]),
        ("title", ["Alpha", "beta", "gamma"]),
        ("-title", ["gamma", "beta", "Alpha"]),
        ("-number", ["gamma", "Alpha", "beta"]),
        ("labels", ["Alpha", "beta", "gamma"]),
        ("-labels", ["beta", "Alpha", "gamma"]),
        # all alike: in the order of their numbers, whichever way
        ("error", ["beta", "Alpha", "gamma"]),
        ("-error", ["beta", "Alpha", "gamma"]),
        ("-verdict", ["beta", "Alpha", "gamma"]),
        ("no such column", ["gamma", "beta", "Alpha"]),
    ],
)
def test_it_is_sorted_by_any_column_and_what_is_unknown_comes_last(
    several: Project, as_viewer: Visitor, sort: str, expected: list[str]
) -> None:
    assert titles(as_viewer.get("board", view="table", sort=sort)) == expected


@pytest.mark.parametrize("column", list(BY_NAME))
def test_every_column_sorts_both_ways(several: Project, as_viewer: Visitor, column: str) -> None:
    for sort, way in ((column, "ascending"), (f"-{column}", "descending")):
        page = as_viewer.get("board", view="table", sort=sort).content.decode()
        assert page.count(f'aria-sort="{way}"') == 1
        assert page.count("aria-sort=") == 1
        assert len(titles(as_viewer.get("board", view="table", sort=sort))) == 3


def test_models_are_sorted_in_model_order_and_not_by_name(scene: Scene, as_viewer: Visitor) -> None:
    # v2 is trained after v1: what v2 fixed comes first when the newest comes first
    never = make_problem(scene.project, title="Never fixed")
    assert titles(as_viewer.get("board", view="table", sort="-fixed")) == [scene.problem.title, never.title]


def test_a_row_says_what_a_card_says(scene: Scene, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("board", view="table"))
    # one reporter of 1000 users: 0.1 %; v1 fails all cases, major weighs 5: 0.1 x 1 x 5 = 0.5
    assert "1 Negation read as anger Fix available Priority 0.50 0.1 % 1 major 5 failing 1 nobody nlp" in text
    assert "v1: 24 of 24 judged cases fail" in as_viewer.get("board", view="table").content.decode()


def test_a_row_says_what_stands_beside_the_status(scene: Scene, as_viewer: Visitor) -> None:
    scene.project.problems.update(status="fixed", reports_since_fixed=2, provisional=True)
    text = words(as_viewer.get("board", view="table"))
    assert "Fixed 2 reports since fixed Priority 0.50" in text
    assert "1 , provisional" in text


def test_who_may_not_write_gets_no_links_to_forms(
    scene: Scene, as_viewer: Visitor, as_triager: Visitor
) -> None:
    assert 'data-item-key="a"' not in as_viewer.get("board", view="table").content.decode()
    page = as_triager.get("board", view="table").content.decode()
    assert [page.count(f'data-item-key="{key}"') for key in "amh"] == [1, 1, 1]


def test_filters_stay_when_the_view_or_the_order_changes(scene: Scene, as_viewer: Visitor) -> None:
    make_problem(scene.project, title="Of other harm", harm="minor")
    answer = as_viewer.get("board", view="table", harm="major", sort="title")
    page = answer.content.decode()
    assert titles(answer) == ["Negation read as anger"]
    assert 'href="?harm=major"' in page  # back to the columns
    assert 'href="?view=table&amp;harm=major&amp;sort=-title"' in page
    assert 'href="?view=table&amp;harm=major&amp;sort=-priority"' in page
    assert '<input type="hidden" name="view" value="table">' in page


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_table, "ROWS_A_PAGE", 2)


def test_many_rows_come_in_pages(short_pages: None, several: Project, as_viewer: Visitor) -> None:
    first = as_viewer.get("board", view="table", sort="number")
    assert titles(first) == ["beta", "Alpha"]
    assert "1 to 2 of 3" in words(first)
    assert 'href="?view=table&amp;sort=number&amp;page=2"' in first.content.decode()
    assert titles(as_viewer.get("board", view="table", sort="number", page="2")) == ["gamma"]
    assert titles(as_viewer.get("board", view="table", sort="number", page="99")) == ["gamma"]


def test_an_empty_table_teaches_the_next_step(project: Project, as_viewer: Visitor) -> None:
    assert "No problem yet" in words(as_viewer.get("board", view="table"))
    assert "No problem matches" in words(as_viewer.get("board", view="table", q="nothing like it"))


def test_the_number_of_queries_does_not_grow(scene: Scene, as_triager: Visitor) -> None:
    few = as_triager.queries("board", view="table")
    for number in range(12):
        extra = make_problem(scene.project, title=f"More {number}", harm="minor", assignee="triager")
        link_report(SYSTEM, report(scene.project, f"text {number}"), extra)
    make_model(scene.project, "v3")
    assert as_triager.queries("board", view="table") <= few
    assert as_triager.queries("board_csv") <= few


def read_csv(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))


def test_the_csv_file_has_all_rows_as_filtered_and_sorted(
    short_pages: None, several: Project, as_viewer: Visitor
) -> None:
    answer = as_viewer.get("board_csv", sort="-number")
    assert answer["Content-Type"].startswith("text/csv")
    assert answer["Content-Disposition"] == 'attachment; filename="reviews-board.csv"'
    assert [row["title"] for row in read_csv(answer)] == ["gamma", "Alpha", "beta"]
    (row,) = read_csv(as_viewer.get("board_csv", harm="minor"))
    assert (row["priority"], row["users_affected_percent"], row["harm"]) == ("20.0", "10.0", "2.0")
    (row,) = read_csv(as_viewer.get("board_csv", harm="-"))
    assert (row["priority"], row["users_affected_percent"], row["harm"]) == ("", "", "")


def test_the_csv_file_says_when_a_problem_came_and_went(scene: Scene, as_viewer: Visitor) -> None:
    (row,) = read_csv(as_viewer.get("board_csv"))
    assert (row["introduced_after"], row["introduced_by"]) == ("", "v1")
    assert (row["fixed_after"], row["fixed_by"]) == ("v1", "v2")


def test_no_title_runs_as_a_formula(project: Project, as_viewer: Visitor) -> None:
    make_problem(project, title='=HYPERLINK("http://x")')
    (row,) = read_csv(as_viewer.get("board_csv"))
    assert row["title"] == '\'=HYPERLINK("http://x")'
    cells = csv_response("x.csv", ["a", "b"], [["@SUM(1)", -1.5]]).getvalue().decode()
    assert cells == "a,b\r\n'@SUM(1),-1.5\r\n"


def test_closed_problems_are_shown_where_they_are_asked_for(several: Project, as_viewer: Visitor) -> None:
    closed = several.problems.get(title="beta")
    move_problem(SYSTEM, closed, "rejected", reason="out of scope")
    assert titles(as_viewer.get("board", view="table", sort="number")) == ["Alpha", "gamma"]
    assert titles(as_viewer.get("board", view="table", status="rejected")) == ["beta"]
