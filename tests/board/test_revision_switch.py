"""The page of a problem as of an older revision."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.board.conftest import Scene
from tests.board.visitors import Visitor, words
from tests.factories import equals, evaluate, make_outputs, make_patterns, make_problem
from tracker.problems.models import Pattern
from tracker.problems.revisions import retire_pattern
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM

HARD = "not exactly good"


@pytest.fixture
def revised(scene: Scene) -> Scene:
    """Revision 2 adds a case that both models fail, revision 3 takes one of revision 1 away."""
    make_patterns(scene.problem, [equals(HARD, case="hard")])
    for model in (scene.v1, scene.v2):
        make_outputs(model, {HARD: "negative"})
    evaluate(scene.project)
    retire_pattern(SYSTEM, Pattern.objects.get(problem=scene.problem, example__content='"not bad at all 0"'))
    scene.problem.refresh_from_db()
    return scene


def history(page: Any) -> dict[str, Any]:
    block = re.search(r'<script id="history" type="application/json">(.*?)</script>', page.content.decode())
    assert block is not None
    found: dict[str, Any] = json.loads(block[1])
    return found


def test_chart_sentence_table_and_patterns_are_of_the_revision(revised: Scene, as_triager: Visitor) -> None:
    page = as_triager.get("problem", 1, revision=1)
    assert history(page)["revision"] == 1
    assert [model["n_cases"] for model in history(page)["models"]] == [24, 24]
    text = words(page)
    assert "Fixed by v2 (0 of 24 judged cases fail)." in text
    assert "Test patterns 24" in text
    assert HARD not in text
    second = as_triager.get("problem", 1, revision=2)
    assert [model["n_failed"] for model in history(second)["models"]] == [25, 1]
    assert "Test patterns 25" in words(second)


def test_the_notice_says_which_and_of_when(revised: Scene, as_triager: Visitor) -> None:
    page = as_triager.get("problem", 1, revision=2)
    assert "You are looking at revision 2 of 3, of " in words(page)
    assert f'<a href="{as_triager.url("problem", 1)}">Go to the newest</a>' in page.content.decode()
    newest = words(as_triager.get("problem", 1, revision=3))
    assert "You are looking at" not in newest
    assert "Revision 3 of 3" in newest


def test_nothing_can_be_changed_from_there(revised: Scene, as_admin: Visitor) -> None:
    page = as_admin.get("problem", 1, revision=2).content.decode()
    main = page[page.index('<main id="main"') : page.index("</main>")]
    assert "<form" not in main
    assert "/relabel/" not in main
    assert "/retire/" not in main
    assert "/patterns/add/" not in main
    assert "/relabel/" in as_admin.get("problem", 1).content.decode()


def test_pages_of_patterns_and_the_matrix_stay_on_the_revision(revised: Scene, as_viewer: Visitor) -> None:
    page = as_viewer.get("problem", 1, revision=2).content.decode()
    assert "?revision=2&amp;page=2#patterns" in page
    assert f'{as_viewer.url("matrix", 1)}?revision=2"' in page
    matrix = as_viewer.get("matrix", 1, revision=2)
    assert "All cases 25" in words(matrix)
    assert "v1/?revision=2" in matrix.content.decode()
    assert "All cases 24" in words(as_viewer.get("matrix", 1, revision=1))


def test_a_revision_that_nobody_was_evaluated_on_says_so(revised: Scene, as_viewer: Visitor) -> None:
    make_patterns(revised.problem, [equals("later")])
    text = words(as_viewer.get("problem", 1, revision=3))
    assert "Not evaluated while this revision was the newest" in text
    assert "models left" not in text


def test_a_revision_that_is_never_going_to_be_evaluated_is_not_called_due(
    revised: Scene, as_viewer: Visitor
) -> None:
    make_patterns(
        revised.problem, [equals("one more")]
    )  # revision 3 is over, and no model was asked about it
    text = words(as_viewer.get("problem", 1, revision=3))
    assert "No model was evaluated while this revision was the newest." in text
    assert "is not evaluated on this yet" not in text


def test_before_the_first_pattern_there_is_an_empty_revision(revised: Scene, as_viewer: Visitor) -> None:
    page = as_viewer.get("problem", 1, revision=0)
    assert page.status_code == 200
    assert "Test patterns 0" in words(page)


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("4", 404, "There is no revision 4 of this problem; the newest is 3."),
        ("9" * 40, 404, "There is no revision 99999999999999999999 of this problem; the newest is 3."),
        ("-1", 400, "A revision is a whole number, such as 2."),
        ("two", 400, "A revision is a whole number, such as 2."),
        ("²", 400, "A revision is a whole number, such as 2."),
    ],
)
def test_what_is_no_revision_is_told(
    revised: Scene, as_viewer: Visitor, asked: str, status: int, told: str
) -> None:
    for page in ("problem", "matrix", "history_csv", "matrix_csv", "overlays", "revisions"):
        answer = as_viewer.get(page, 1, revision=asked)
        assert answer.status_code == status
        assert told in words(answer)
    plain = as_viewer.get("matrix", 1, revision=asked, htmx={"HX-Target": "matrix"})
    assert (plain.status_code, plain.content.decode()) == (status, told)


def test_the_list_of_revisions_says_what_made_each(revised: Scene, as_viewer: Visitor) -> None:
    page = as_viewer.get("revisions", 1)
    text = words(page)
    assert text.index("Revision 3 newest") < text.index("Revision 2") < text.index("Revision 1")
    assert "retired a test pattern (revision 3)" in text
    assert "added 24 test patterns (revision 1)" in text
    assert f'<a href="{as_viewer.url("problem", 1)}?revision=2">' in page.content.decode()
    dialog = as_viewer.get("revisions", 1, htmx={"HX-Target": "dialog"}).content.decode()
    assert "<html" not in dialog


def test_a_long_list_is_turned(scene: Scene, as_viewer: Visitor) -> None:
    for number in range(51):
        make_patterns(scene.problem, [equals(f"more {number}")])
    first = as_viewer.get("revisions", 1)
    assert "Revision 3 " in words(first)
    assert "Revision 2 " not in words(first)
    assert "?before=3" in first.content.decode()
    assert "Revision 2 " in words(as_viewer.get("revisions", 1, before=3))


def test_a_problem_without_patterns_has_none(project: Project, as_viewer: Visitor) -> None:
    problem = make_problem(project)
    assert "so there is no revision" in words(as_viewer.get("revisions", problem.number))


def test_who_is_no_member_finds_nothing(revised: Scene, as_stranger: Visitor) -> None:
    assert as_stranger.get("problem", 1, revision=1).status_code == 404
    assert as_stranger.get("revisions", 1).status_code == 404


def test_an_older_revision_takes_few_queries(revised: Scene, as_viewer: Visitor) -> None:
    assert as_viewer.queries("problem", 1, revision=1) <= as_viewer.queries("problem", 1) + 3
    assert as_viewer.queries("revisions", 1) <= 10
