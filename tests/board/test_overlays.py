"""Other problems laid over the chart of one."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.board.conftest import Scene
from tests.board.visitors import Visitor, words
from tests.factories import equals, evaluate, make_outputs, make_patterns, make_problem, make_project
from tracker.board.pages.overlay_looks import LOOKS
from tracker.problems.models import Problem

IRONY = [f"how very clever {number}" for number in range(10)]


@pytest.fixture
def irony(scene: Scene) -> Problem:
    """A second problem: v1 fails 4 of its 10 cases, v2 none."""
    problem = make_problem(scene.project, title="Irony is <lost>", slug="irony")
    make_patterns(problem, [equals(text, "negative") for text in IRONY])
    wrong = {text: "positive" if number < 4 else "negative" for number, text in enumerate(IRONY)}
    make_outputs(scene.v1, wrong)
    make_outputs(scene.v2, dict.fromkeys(IRONY, "negative"))
    evaluate(scene.project)
    return problem


def lines(page: Any) -> list[dict[str, Any]]:
    block = re.search(r'<script id="overlays" type="application/json">(.*?)</script>', page.content.decode())
    assert block is not None
    found: list[dict[str, Any]] = json.loads(block[1])
    return found


def test_its_numbers_run_along_the_models(irony: Problem, as_viewer: Visitor) -> None:
    page = as_viewer.get("problem", 1, **{"with": irony.number})
    (line,) = lines(page)
    assert line["name"] == f"#{irony.number} Irony is <lost>"
    assert (line["errors"], line["failed"], line["judged"]) == ([0.4, 0.0], [4, 0], [10, 10])
    assert 'data-chart-overlays="overlays"' in page.content.decode()


def test_the_table_gets_a_column(irony: Problem, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("problem", 1, **{"with": irony.number}))
    assert f"Error, #{irony.number}" in text
    assert "24 of 24 failing 40 %" in text
    assert "0 of 24 inconclusive 0 %" in text  # 10 clean cases do not prove 10 %


def test_a_line_is_named_and_taken_away(irony: Problem, as_viewer: Visitor) -> None:
    third = make_problem(irony.project)
    page = as_viewer.get("problem", 1, **{"with": [irony.number, third.number], "revision": 1})
    text = page.content.decode()
    assert f"#{irony.number} Irony is &lt;lost&gt;</a>" in text
    assert f'href="?with={third.number}&amp;revision=1#evidence"' in text
    assert "Not evaluated on the newest test patterns yet" in words(page)


def test_without_any_nothing_is_asked(irony: Problem, as_viewer: Visitor) -> None:
    assert lines(as_viewer.get("problem", 1)) == []
    plain = as_viewer.queries("problem", 1)
    one = as_viewer.queries("problem", 1, **{"with": irony.number})
    more = [make_problem(irony.project).number for _ in range(3)]
    assert one <= plain + 2
    assert as_viewer.queries("problem", 1, **{"with": [irony.number, *more]}) <= one


def test_no_more_than_can_be_told_apart(irony: Problem, as_viewer: Visitor) -> None:
    numbers = [make_problem(irony.project).number for _ in range(6)]
    page = as_viewer.get("problem", 1, **{"with": numbers})
    assert len(lines(page)) == len(LOOKS) == 5
    assert "Lay another problem over it" not in words(page)
    looks = [(tuple(line["look"]["dash"]), line["look"]["shape"]) for line in lines(page)]
    assert len({dash for dash, _ in looks}) == len({shape for _, shape in looks}) == 5


def test_what_is_no_other_problem_has_no_line(irony: Problem, as_viewer: Visitor) -> None:
    page = as_viewer.get("problem", 1, **{"with": ["1", "99", "x", "²"]})
    assert lines(page) == []
    assert "#99 is not another problem of this project" in words(page)


def test_a_problem_of_another_project_is_not_shown(irony: Problem, as_viewer: Visitor) -> None:
    elsewhere = make_project(slug="elsewhere")
    secret = [make_problem(elsewhere, title="Secret") for _ in range(9)][-1]
    page = as_viewer.get("problem", 1, **{"with": secret.number})
    assert "Secret" not in page.content.decode()


def test_the_form_leads_back_to_the_chart(irony: Problem, as_viewer: Visitor) -> None:
    form = as_viewer.get("overlays", 1)
    assert f'value="#{irony.number} Irony is &lt;lost&gt;"' in form.content.decode()
    answer = as_viewer.get("overlays", 1, problem=f"#{irony.number} Irony is <lost>", revision=1)
    assert answer["Location"] == as_viewer.url("problem", 1) + f"?with={irony.number}#evidence"
    third = make_problem(irony.project)
    both = as_viewer.get("overlays", 1, problem=str(third.number), **{"with": irony.number})
    assert both["Location"].endswith(f"?with={irony.number}&with={third.number}#evidence")
    dialog = as_viewer.get("overlays", 1, htmx={"HX-Target": "dialog"}).content.decode()
    assert "<html" not in dialog


def test_the_revision_stays(irony: Problem, scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(scene.problem, [equals("later")])
    answer = as_viewer.get("overlays", 1, problem=str(irony.number), revision=1)
    assert answer["Location"].endswith(f"?with={irony.number}&revision=1#evidence")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nothing", "There is no such problem; choose one of the list."),
        ("#1", "This is the problem that the chart is of."),
        ("", "This field is required."),
    ],
)
def test_a_wrong_choice_is_refused_beside_its_field(
    irony: Problem, as_viewer: Visitor, text: str, told: str
) -> None:
    answer = as_viewer.get("overlays", 1, problem=text, **{"with": irony.number})
    assert answer.status_code == 400
    assert told in words(answer)
    assert f'name="with" value="{irony.number}"' in answer.content.decode()


def test_a_sixth_is_refused(irony: Problem, as_viewer: Visitor) -> None:
    numbers = [make_problem(irony.project).number for _ in range(5)]
    answer = as_viewer.get("overlays", 1, problem=str(irony.number), **{"with": numbers})
    assert "At most 5 lines can be told apart." in words(answer)


def test_who_is_no_member_finds_nothing(irony: Problem, as_stranger: Visitor) -> None:
    assert as_stranger.get("overlays", 1).status_code == 404
