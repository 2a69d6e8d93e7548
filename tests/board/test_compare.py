"""Two models side by side: the page, its figures, its files, and how one gets there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone

from tests.board.comparing import answering, rows
from tests.board.conftest import N_CASES, TEXTS, Scene
from tests.board.visitors import Visitor, words
from tests.factories import day, equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tracker.candidates.model_changes import activate_model, update_model
from tracker.candidates.output_import import import_outputs
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.moves import move_problem


def test_one_sentence_says_which_is_better(scene: Scene, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("compare", base="v1", head="v2"))
    # 24 flips, all one way: 2 / 2^24
    assert "v2 is better: 24 cases newly pass, 0 newly fail; p < 0.001." in text
    assert "a difference on one problem takes at least 6 cases that flip, all one way." in text
    assert "v1: 0 % → v2: 100 % 24 of 24 cases scored under both Remaining impact v1: 0.50 → v2: 0" in text


def test_one_case_is_one_case(project: Project, as_viewer: Visitor) -> None:
    make_patterns(make_problem(project), [equals("a")])
    answering(project, "v1", {"a": "negative"})
    answering(project, "v2", {"a": "positive"})
    evaluate(project)
    for moment in ({}, {"base_at": f"{timezone.now():%Y-%m-%dT%H:%M:%S.%f+00:00}"}):
        page = as_viewer.get("compare", base="v1", head="v2", **moment)
        text = words(page)
        assert "1 of 1 case scored under both" in text
        assert "1 case 0 %" in text
        assert not re.search(r"\b1 cases\b", text)
        assert "1 cases" not in page.content.decode()


def test_the_other_way_round_it_is_worse_and_what_newly_fails_comes_first(
    scene: Scene, as_viewer: Visitor
) -> None:
    text = words(as_viewer.get("compare", base="v2", head="v1"))
    assert "v1 is worse: 0 cases newly pass, 24 newly fail; p < 0.001." in text
    assert text.index("Newly failing 24") < text.index("Newly passing 0")
    assert "Nothing that v2 fails passes with v1." in text
    assert re.search(
        r"not bad at all \d+ #1 Negation read as anger should be “positive” v2 passes positive v1 fails negative",
        text,
    )


@pytest.mark.parametrize(
    ("n", "sentence"),
    [
        (6, "v3 is worse: 0 cases newly pass, 6 newly fail; p = 0.031."),
        (5, "Neither is proven better: with v3, 0 cases newly pass, 5 newly fail; p = 0.062."),
        (1, "Neither is proven better: with v3, 0 cases newly pass, 1 newly fails; p = 1.00."),
        (0, "v2 and v3 pass and fail the same cases."),
    ],
)
def test_what_few_flips_can_prove(scene: Scene, as_viewer: Visitor, n: int, sentence: str) -> None:
    # (0, 6): 0.03125, (0, 5): 0.0625 by the exact McNemar test
    labels = {text: "negative" if number < n else "positive" for number, text in enumerate(TEXTS)}
    answering(scene.project, "v3", labels)
    evaluate(scene.project)
    assert sentence in words(as_viewer.get("compare", base="v2", head="v3"))


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        (
            20,
            0,
            "v3 is better on the 20 of 24 cases that both are scored on: 20 cases newly pass, 0 newly fail; p",
        ),
        (
            1,
            0,
            "Neither is proven better on the 1 of 24 cases that both are scored on: with v3, 1 case newly passes",
        ),
        (0, 1, "v1 and v3 pass and fail the same cases on the 1 of 24 cases that both are scored on."),
        (0, 24, "v1 and v3 pass and fail the same cases."),
    ],
)
def test_the_sentence_says_over_which_cases_where_not_all_are_scored(
    scene: Scene, as_viewer: Visitor, right: int, wrong: int, sentence: str
) -> None:
    labels = dict.fromkeys(TEXTS[:right], "positive") | dict.fromkeys(
        TEXTS[right : right + wrong], "negative"
    )
    answering(scene.project, "v3", labels)
    evaluate(scene.project)
    assert sentence in words(as_viewer.get("compare", base="v1", head="v3"))


def test_without_being_asked_the_active_one_is_compared_with_the_newest(
    scene: Scene, as_viewer: Visitor
) -> None:
    assert "v2 is better" in words(as_viewer.get("compare"))
    answering(scene.project, "v3", dict.fromkeys(TEXTS, "positive"), trained_at=day(9))
    evaluate(scene.project)
    assert "v3 is better" in words(as_viewer.get("compare"))
    assert "v2 is better" in words(as_viewer.get("compare", head="v2"))


def test_the_gate_names_problems_and_cases(scene: Scene, as_viewer: Visitor) -> None:
    joy = make_problem(scene.project, title="Joy read as scorn", slug="joy", harm="minor")
    texts = [f"what a joy {number}" for number in range(N_CASES)]
    make_patterns(joy, [equals(text, case=f"joy-{number}") for number, text in enumerate(texts)])
    move_problem(SYSTEM, joy, "confirmed")
    make_outputs(scene.v1, dict.fromkeys(texts, "positive"))
    make_outputs(scene.v2, dict.fromkeys(texts, "negative"))
    evaluate(scene.project)
    text = words(as_viewer.get("compare", base="v1", head="v2"))
    assert "Neither is proven better: with v2, 24 cases newly pass, 24 newly fail; p = 1.00." in text
    assert "Problem by problem: 1 is proven worse, 1 is proven better." in text
    assert "Gate fail May v2 replace the active model? 1 fixed problem is protected." in text
    assert "#2 Joy read as scorn It is fixed and would come back with v2: 24 of 24 fail" in text
    assert "24 cases by name joy-0 joy-1" in text
    # and before it goes live
    foretold = words(as_viewer.get("activate_model", "v2"))
    assert "Gate fail" in foretold
    assert "It is fixed and would come back with v2" in foretold
    assert "The remaining impact falls by" in foretold


def test_the_gate_says_that_nothing_is_protected_and_how_to_ask_in_a_shell(
    scene: Scene, as_viewer: Visitor
) -> None:
    answering(scene.project, "v 3; it's", dict.fromkeys(TEXTS, "positive"))
    evaluate(scene.project)
    text = words(as_viewer.get("compare", base="v1", head="v 3; it's"))
    assert "No problem is fixed yet, so none is protected. Nothing is significantly worse under it." in text
    # as a POSIX shell reads it: two quoted parts around an apostrophe
    assert """manage.py gate reviews 'v 3; it'"'"'s' --junit gate.xml""" in text


def test_of_many_reasons_of_the_gate_the_first_are_shown(scene: Scene, as_viewer: Visitor) -> None:
    for _number in range(9):
        make_patterns(make_problem(scene.project, harm="minor"), [equals("nobody answered this")])
    page = as_viewer.get("compare", base="v1", head="v2")
    # nine problems, eight of them shown at once
    assert "1 more reason " in words(page)
    assert page.content.decode().count('<details class="gate-more">') == 1


def test_the_gate_asks_for_the_active_model(scene: Scene, as_viewer: Visitor) -> None:
    assert "v1 is the active model itself" in words(as_viewer.get("compare", base="v2", head="v1"))
    make_model(scene.project, "v3")
    page = as_viewer.get("compare", base="v2", head="v3")
    assert "The gate compares with the active model." in words(page)
    assert 'href="/projects/reviews/compare/?head=v3#gate"' in page.content.decode()


def test_flips_are_paged(scene: Scene, as_viewer: Visitor) -> None:
    first = as_viewer.get("compare", base="v1", head="v2")
    assert first.content.decode().count('<article class="flip">') == 6
    assert "Show all 24" in words(first)
    shown = as_viewer.get("compare", base="v1", head="v2", show="newly_passing")
    assert shown.content.decode().count('<article class="flip">') == 20
    assert "1 to 20 of 24" in words(shown)
    rest = as_viewer.get("compare", base="v1", head="v2", show="newly_passing", page="2")
    assert rest.content.decode().count('<article class="flip">') == 4
    cell = re.search(r'href="(/projects/reviews/problems/1/matrix/\d+/v2/)"', rest.content.decode())
    assert cell is not None
    assert as_viewer.client.get(cell[1]).status_code == 200


def test_what_no_test_counts_is_marked(scene: Scene, as_viewer: Visitor) -> None:
    source = {"selected_on": "v1"}
    make_patterns(scene.problem, [equals("I meant it kindly", source=source)])
    make_outputs(scene.v1, {"I meant it kindly": "negative"})
    make_outputs(scene.v2, {"I meant it kindly": "positive"})
    evaluate(scene.project)
    text = words(as_viewer.get("compare", base="v1", head="v2", show="newly_passing", page="2"))
    assert "24 cases newly pass, 0 newly fail" in text
    assert (
        "that one of the two was trained on, 1 case newly passes, 0 newly fail; no test counts them." in text
    )
    assert text.count("no test counts it") == 1


def test_every_number_is_in_a_file(scene: Scene, as_viewer: Visitor) -> None:
    [problem] = rows(as_viewer.get("compare_problems_csv", base="v1", head="v2"))
    told = ("problem", "base_error", "head_error", "newly_failing", "newly_passing", "change")
    assert [problem[name] for name in told] == ["negation", "1.0", "0.0", "0", "24", "improved"]
    assert float(problem["p_value"]) == pytest.approx(2 * 0.5**24)
    flips = rows(as_viewer.get("compare_flips_csv", base="v1", head="v2"))
    assert len(flips) == N_CASES
    assert {(row["direction"], row["base_output"], row["head_output"], row["tested"]) for row in flips} == {
        ("newly_passing", "negative", "positive", "yes")
    }
    assert as_viewer.get("compare_flips_csv", base="v1", head="nobody").status_code == 404


def test_lineage_is_compared_field_by_field(project: Project, as_viewer: Visitor) -> None:
    problem = make_problem(project)
    make_patterns(problem, [equals(text) for text in TEXTS])
    first = {"data": {"set": "forms-1", "rows": 7}, "code": "a1b2"}
    answering(project, "v1", dict.fromkeys(TEXTS, "positive"), lineage=first)
    answering(
        project,
        "v2",
        dict.fromkeys(TEXTS, "positive"),
        lineage=first | {"data": {"set": "forms-2", "rows": 7}},
    )
    answering(project, "v3", dict.fromkeys(TEXTS, "negative"), lineage=first)
    evaluate(project)
    text = words(as_viewer.get("compare", base="v1", head="v2"))
    assert "2 fields are the same Field v1 v2 data.set forms-1 forms-2" in text
    assert "Same lineage, different output" in words(as_viewer.get("compare", base="v1", head="v3"))
    answering(project, "v4", dict.fromkeys(TEXTS, "positive"), lineage=first)
    assert "the same output for every example" in words(as_viewer.get("compare", base="v1", head="v4"))
    make_model(project, "v5", lineage=first)
    assert "the same output is not known" in words(as_viewer.get("compare", base="v1", head="v5"))


def test_what_is_stale_says_so_and_can_be_asked_for(
    scene: Scene, as_triager: Visitor, as_viewer: Visitor
) -> None:
    make_patterns(scene.problem, [equals("something new")])
    text = words(as_triager.get("compare", base="v1", head="v2"))
    assert "One of the two is not evaluated on 1 problem as it stands now" in text
    assert "Evaluate now" in text
    assert "Evaluate now" not in words(as_viewer.get("compare", base="v1", head="v2"))
    assert "1 problem is left out: not both are evaluated on its newest test patterns." in text


def test_what_an_archived_model_is_not_evaluated_on_is_not_awaited(scene: Scene, as_triager: Visitor) -> None:
    update_model(SYSTEM, scene.v2, {"stage": "archived"})
    make_patterns(make_problem(scene.project), [equals("something new")])
    evaluate(scene.project)
    for asked in ({"base": "v1", "head": "v2"}, {"base": "v2", "head": "v1"}):
        text = words(as_triager.get("compare", **asked))
        assert "v2 is archived and not evaluated on 1 problem as it stands now." in text
        assert "Evaluate now" not in text
        assert "follows by itself" not in text
    # one model at two moments is named once
    once = words(as_triager.get("compare", base="v2", head="v2", base_at="2019-01-01"))
    assert once.count("v2 is archived and not evaluated") == 1


def test_nothing_to_compare_teaches_the_next_step(project: Project, as_viewer: Visitor) -> None:
    assert "Two models are needed" in words(as_viewer.get("compare"))
    make_model(project, "v1")
    assert "Two models are needed" in words(as_viewer.get("compare"))
    make_model(project, "v2")
    text = words(as_viewer.get("compare"))
    assert "Nothing can be compared yet: no case is scored under both v1 and v2." in text
    assert "No problem is evaluated under both" in text
    assert "This is one model at one moment" in words(as_viewer.get("compare", base="v1", head="v1"))


def test_what_an_address_says_wrong_is_told(scene: Scene, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("compare", base="nobody", head="v2"))
    assert "There is no model “nobody” in this project: choose one from the list." in text
    text = words(as_viewer.get("compare", base="v1", head="v2", base_at="2026-02-31"))
    assert "“2026-02-31” is no day, so the comparison is of now." in text
    assert "v2 is better" in text


def test_a_long_name_of_no_model_does_not_fill_the_page(scene: Scene, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("compare", base="v" * 3_000, head="v2"))
    assert f"There is no model “{'v' * 120}” in this project" in text


def chosen(answer: Any, name: str) -> list[str]:
    """Return the versions that a list of models has chosen."""
    lists = re.findall(rf'<select[^>]*name="{name}".*?</select>', answer.content.decode(), flags=re.DOTALL)
    return re.findall(r'<option value="([^"]*)" selected>', lists[-1])


def test_what_was_chosen_well_is_kept_where_the_other_side_makes_no_sense(
    scene: Scene, as_viewer: Visitor
) -> None:
    answer = as_viewer.get("compare", base="nobody", head="v1", head_at="2020-02-03")
    assert (chosen(answer, "base"), chosen(answer, "head")) == ([], ["v1"])
    assert 'value="2020-02-03"' in answer.content.decode()


def test_the_list_of_models_offers_two_that_differ(scene: Scene, as_viewer: Visitor) -> None:
    """The active one with the newest other one, also where the active one is the newest."""
    answer = as_viewer.get("models")
    assert (chosen(answer, "base"), chosen(answer, "head")) == (["v1"], ["v2"])
    activate_model(SYSTEM, scene.v2)
    answer = as_viewer.get("models")
    assert (chosen(answer, "base"), chosen(answer, "head")) == (["v2"], ["v1"])


def test_a_case_whose_key_is_its_input_is_not_named_twice(project: Project, as_viewer: Visitor) -> None:
    problem = make_problem(project)
    patterns = [
        {**equals("fine", "positive"), "case": "fine"},
        {**equals("good", "positive"), "case": "praise"},
    ]
    make_patterns(problem, patterns)
    answering(project, "v1", {"fine": "negative", "good": "negative"})
    answering(project, "v2", {"fine": "positive", "good": "positive"})
    evaluate(project)
    text = words(as_viewer.get("compare", base="v1", head="v2"))
    assert "case praise" in text
    assert "case fine" not in text


def test_archived_models_can_be_chosen(scene: Scene, as_viewer: Visitor) -> None:
    update_model(SYSTEM, scene.v2, {"stage": "archived"})
    assert "v2 is better" in words(as_viewer.get("compare", base="v1", head="v2"))


def test_it_is_reached_from_board_models_and_model(scene: Scene, as_viewer: Visitor) -> None:
    link = 'href="/projects/reviews/compare/?base=v1&amp;head=v2"'
    assert link in as_viewer.get("board").content.decode()
    assert link in as_viewer.get("activate_model", "v2").content.decode()
    assert 'href="/projects/reviews/compare/?head=v2"' in as_viewer.get("model", "v2").content.decode()
    assert 'action="/projects/reviews/compare/"' in as_viewer.get("models").content.decode()


def test_it_takes_no_more_queries_with_more_rows(scene: Scene, as_viewer: Visitor) -> None:
    asked: list[dict[str, str]] = [
        {"base": "v1", "head": "v2"},
        {"base": "v1", "head": "v2", "base_at": "2026-01-01", "head_at": "2026-01-02"},
        {"base": "v1", "head": "v2", "show": "newly_passing"},
    ]
    few = [as_viewer.queries("compare", **query) for query in asked]
    for number in range(3):
        problem: Problem = make_problem(scene.project, title=f"More {number}")
        texts = [f"more {number} {each}" for each in range(9)]
        make_patterns(problem, [equals(text) for text in texts])
        make_outputs(scene.v1, dict.fromkeys(texts, "negative"))
        make_outputs(scene.v2, dict.fromkeys(texts, "positive"))
        make_model(scene.project, f"another-{number}")
    evaluate(scene.project)
    assert [as_viewer.queries("compare", **query) for query in asked] <= few
    assert max(few) <= 15


def test_a_flip_shows_what_its_expectation_reads(project: Project, as_viewer: Visitor) -> None:
    problem = make_problem(project, title="A stronger word weakens the score")
    expectation = {"type": "directional", "label": "positive", "direction": "increase"}
    make_patterns(problem, [{"input": "very good", "base": "good", "expectation": expectation}])
    for version, score in (("v1", 0.9), ("v2", 0.4)):
        lines = [
            {"input": text, "label": "positive", "scores": {"positive": each, "negative": 1 - each}}
            for text, each in (("good", 0.7), ("very good", score))
        ]
        import_outputs(SYSTEM, make_model(project, version), enumerate(lines, start=1))
    evaluate(project)
    text = words(as_viewer.get("compare", base="v1", head="v2"))
    assert (
        "v1 passes positive score 0.9, of the base 0.7 v2 fails positive score 0.4, of the base 0.7" in text
    )
