"""Cases x models: on the page of a problem, and on a page of its own."""

from __future__ import annotations

import re
from typing import Any

from tests.board.conftest import TEXTS, Scene
from tests.board.visitors import Visitor, words
from tests.factories import day, equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tracker.board.pages.matrix import ROWS
from tracker.projects.models import Project

SECTION = {"HX-Target": "matrix"}
PIECE = {"HX-Target": "matrix-more"}


def rows(answer: Any) -> list[str]:
    """Return what stands in the rows of cases."""
    text = answer.content.decode()
    return [
        words_of(row) for row in re.findall(r'<tr role="row">\s*<th scope="row".*?</tr>', text, re.DOTALL)
    ]


def words_of(fragment: str) -> str:
    """Return what is read out: a cell has its words as its name."""
    fragment = re.sub(r'<a [^>]*aria-label="([^"]*)"[^>]*>', r"\1 ", fragment)
    return " ".join(re.sub(r"<[^>]*>", " ", fragment).split())


def test_every_case_under_every_model_in_words(scene: Scene, as_viewer: Visitor) -> None:
    page = as_viewer.get("matrix", 1)
    assert sorted(rows(page)) == sorted(f"{text} v1: fails v2: passes, other than before" for text in TEXTS)
    assert "v1 · active" in words(page)


def test_the_problem_leads_to_it_and_fetches_it(scene: Scene, as_viewer: Visitor) -> None:
    page = as_viewer.get("problem", 1).content.decode()
    address = as_viewer.url("matrix", 1)
    assert f'<a href="{address}">' in page
    assert f'hx-get="{address}"' in page
    section = as_viewer.get("matrix", 1, htmx=SECTION).content.decode()
    assert section.lstrip().startswith("<section")
    assert "<html" not in section


def test_flips_and_what_is_not_judged_are_marked(scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(scene.problem, [equals("seen to fail", source={"selected_on": "v1"})])
    make_outputs(scene.v1, {"seen to fail": "negative"})
    make_outputs(scene.v2, {"seen to fail": "negative"})
    evaluate(scene.project)
    page = as_viewer.get("matrix", 1, show="not_judged")
    assert len(rows(page)) == 1
    assert "selected on v1 v1: fails, not judged v2: fails, not judged" in rows(page)[0]
    assert "is-fail is-not-judged" in page.content.decode()
    assert "seen to fail" not in words(as_viewer.get("matrix", 1, show="flips"))


def test_filters_are_links_with_counts(scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(scene.problem, [equals("easy")])
    make_outputs(scene.v1, {"easy": "positive"})
    make_outputs(scene.v2, {"easy": "positive"})
    evaluate(scene.project)
    page = as_viewer.get("matrix", 1)
    assert "All cases 25 Failing under v1 24 Flips 24 Not judged 0" in words(page)
    assert f'href="{as_viewer.url("matrix", 1)}?show=failing"' in page.content.decode()
    assert len(rows(as_viewer.get("matrix", 1, show="failing"))) == 24
    assert "No such case" in words(as_viewer.get("matrix", 1, show="not_judged"))


def test_the_hardest_come_first_or_the_newest(scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(scene.problem, [equals("easy")])
    make_outputs(scene.v1, {"easy": "positive"})
    make_outputs(scene.v2, {"easy": "positive"})
    evaluate(scene.project)
    assert "easy" in rows(as_viewer.get("matrix", 1))[-1]
    assert "easy" in rows(as_viewer.get("matrix", 1, order="newest"))[0]


def test_what_an_address_asks_wrongly_is_passed_over(scene: Scene, as_viewer: Visitor) -> None:
    page = as_viewer.get("matrix", 1, show="nonsense", order="%", after="x")
    assert (page.status_code, len(rows(page))) == (200, 24)


def test_cases_come_in_pieces_each_once(scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(scene.problem, [equals(f"more {number}") for number in range(2 * ROWS)])
    seen: list[str] = []
    address = as_viewer.url("matrix", 1)
    while address:
        answer = as_viewer.client.get(address, headers={"HX-Request": "true", "HX-Target": "matrix-more"})
        assert "<thead" not in answer.content.decode()
        seen += rows(answer)
        following = re.search(r'rel="next"\s+href="([^"]*)"', answer.content.decode())
        address = following[1].replace("&amp;", "&") if following else ""
    assert (len(seen), len(set(seen))) == (24 + 2 * ROWS, 24 + 2 * ROWS)


def test_without_scripts_a_link_goes_on_and_another_back(scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(scene.problem, [equals(f"more {number}") for number in range(ROWS)])
    first = as_viewer.get("matrix", 1).content.decode()
    following = re.search(r'rel="next"\s+href="([^"]*)"', first)
    assert following is not None
    page = as_viewer.client.get(following[1].replace("&amp;", "&"))
    assert len(rows(page)) == 24
    assert "Back to the first cases" in words(page)


def test_a_piece_is_light(scene: Scene, as_viewer: Visitor) -> None:
    """Thousands of cells are loaded: each is one link with its name, without a drawing of its own."""
    make_patterns(scene.problem, [equals(f"more {number}") for number in range(ROWS)])
    piece = as_viewer.get("matrix", 1, htmx=PIECE).content.decode()
    cells = re.findall(r'<td class="matrix-cell.*?</td>', piece)
    assert len(cells) == 2 * ROWS
    assert "<svg" not in "".join(cells)
    assert max(map(len, cells)) < 250


def test_a_case_of_several_patterns_is_one_row(scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(scene.problem, [equals("first", case="pair"), equals("second", case="pair")])
    row = next(row for row in rows(as_viewer.get("matrix", 1)) if "pair" in row)
    assert row.startswith("first pair 2 patterns")
    assert "second" not in row


def test_models_without_results_are_not_evaluated(scene: Scene, as_viewer: Visitor) -> None:
    make_model(scene.project, "v3", trained_at=day(3))
    assert rows(as_viewer.get("matrix", 1))[0].endswith("v3: not evaluated")


def test_empty_matrices_teach_the_next_step(project: Project, as_viewer: Visitor) -> None:
    problem = make_problem(project)
    assert "No case yet" in words(as_viewer.get("matrix", problem.number))
    make_patterns(problem, [equals("a text")])
    assert "No model yet" in words(as_viewer.get("matrix", problem.number))


def test_who_is_no_member_finds_nothing(
    scene: Scene, as_stranger: Visitor, as_nobody: Visitor, as_viewer: Visitor
) -> None:
    assert as_stranger.get("matrix", 1).status_code == 404
    assert as_nobody.get("matrix", 1).status_code == 302
    assert as_viewer.get("matrix", 99).status_code == 404


def test_the_number_of_queries_does_not_grow(scene: Scene, as_viewer: Visitor) -> None:
    few = as_viewer.queries("matrix", 1)
    make_patterns(scene.problem, [equals(f"m {number}", case=f"case {number % 60}") for number in range(120)])
    for number in range(5):
        model = make_model(scene.project, f"extra-{number}")
        make_outputs(model, dict.fromkeys(TEXTS, "positive"))
    evaluate(scene.project)
    assert as_viewer.queries("matrix", 1) <= few + 1  # the second piece needs cases that no result names
    assert as_viewer.queries("matrix", 1, show="flips") <= few
    assert few <= 15
