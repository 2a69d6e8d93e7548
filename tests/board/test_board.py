"""The board: columns, cards, filters, the figures above it, cards that are dropped."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.board.conftest import TEXTS, Scene, report
from tests.board.visitors import Visitor, words
from tests.factories import make_model, make_problem
from tracker.board.pages.activation_words import impact_words
from tracker.board.pages.board_cards import badges, column, in_column_order
from tracker.board.pages.head_strip import best_basis, best_sentence
from tracker.candidates.model_changes import activate_model
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.triage.moves import move_problem
from tracker.triage.remaining_impact import BestCandidate
from tracker.triage.report_links import link_report


def columns(answer: Any) -> dict[str, list[str]]:
    """Return the titles of the cards by column, as they stand in the page."""
    found = {}
    for part in answer.content.decode().split('data-board-column="')[1:]:
        found[part.split('"')[0]] = re.findall(r"data-keys-open[^>]*>([^<]*)</a>", part)
    return found


def test_columns_stand_in_order_with_their_cards(scene: Scene, as_viewer: Visitor) -> None:
    assert list(columns(as_viewer.get("board")).items()) == [
        ("regressed", []),
        ("triage", []),
        ("confirmed", []),
        ("in_progress", []),
        ("fix_available", ["Negation read as anger"]),
        ("fixed", []),
    ]


def test_a_card_says_what_one_needs_to_decide(scene: Scene, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("board"))
    # one reporter of 1000 users: 0.1 %, all cases fail, major weighs 5
    assert "#1 Negation read as anger Priority 0.50 users affected 0.1 % × error 1 × harm 5 failing" in text
    assert "1 report this week" in text
    assert "v1: 24 of 24 judged cases fail" in as_viewer.get("board").content.decode()
    assert "Error over 2 models, last 0 %" in text
    assert "nlp" in text


def test_the_strip_tells_of_the_active_model_and_the_best_candidate(scene: Scene, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("board"))
    assert "Active model v1 Overall error 100 % 24 of 24 cases Remaining impact 0.50" in text
    assert "Best candidate v2 would remove 100 % of the impact: 1 problem fixed" in text


@pytest.mark.parametrize(
    ("impact", "fixed", "regressed", "sentence"),
    [
        # 1 - 6.2 / 10 = 0.38
        (6.2, (1, 2, 3, 4), (5,), "would remove 38 % of the impact: 4 problems fixed, 1 regressed"),
        (10.0, (), (), "would change nothing in the impact: no verdict changes"),
        (15.0, (), (5,), "comes closest and would add 50 % to the impact: 1 regressed"),
    ],
)
def test_the_best_candidate_in_a_sentence(
    impact: float, fixed: tuple[int, ...], regressed: tuple[int, ...], sentence: str
) -> None:
    best = BestCandidate(
        version="v2", active="v1", candidate_impact=impact, active_impact=10.0, n_problems=5, n_left_out=0,
        newly_fixed=fixed, regressed=regressed,
    )  # fmt: skip
    assert best_sentence(best).replace("\N{NO-BREAK SPACE}", " ") == sentence


@pytest.mark.parametrize(
    ("impact", "sentence"),
    [
        (6.2, "would remove at least 38 % of the impact: no verdict changes"),
        (15.0, "comes closest and might add up to 50 % to the impact: no verdict changes"),
    ],
)
def test_the_best_candidate_that_leaves_cases_unscored(impact: float, sentence: str) -> None:
    best = BestCandidate(
        version="v2", active="v1", candidate_impact=impact, active_impact=10.0, n_problems=5, n_left_out=0,
        newly_fixed=(), regressed=(), n_silent=3,
    )  # fmt: skip
    assert best_sentence(best).replace("\N{NO-BREAK SPACE}", " ") == sentence


@pytest.mark.parametrize(
    ("changes", "basis"),
    [
        ({}, "Remaining impact: 10.0 → 6.2. Summed over 5 problems, on the cases that v1 is scored on."),
        (
            {"n_problems": 1},
            "Remaining impact: 10.0 → 6.2. Summed over 1 problem, on the cases that v1 is scored on.",
        ),
        (
            {"n_silent": 3, "n_left_out": 1},
            (
                "Remaining impact: 10.0 → 6.2. Summed over 5 problems, on the cases that v1 is scored on. "
                "3 of them that v2 is not scored on count as failed. "
                "1 problem is left out: unknown reach or harm, or no scored case."
            ),
        ),
    ],
)
def test_what_the_best_candidate_is_counted_over(changes: dict[str, Any], basis: str) -> None:
    best = BestCandidate(
        version="v2", active="v1", candidate_impact=6.2, active_impact=10.0, n_problems=5, n_left_out=0,
        newly_fixed=(), regressed=(),
    )  # fmt: skip
    assert best_basis(replace(best, **changes)) == basis


def test_the_strip_explains_the_best_candidate_to_eyes_and_ears(scene: Scene, as_viewer: Visitor) -> None:
    # one problem of priority 0.50, which v2 fixes: 24 cases, all scored under both
    basis = "Remaining impact: 0.50 → 0. Summed over 1 problem, on the cases that v1 is scored on."
    answer = as_viewer.get("board")
    assert f'title="{basis}"' in answer.content.decode()
    assert basis in words(answer)


@pytest.mark.parametrize(
    ("new", "cut", "sentence"),
    [
        (6.0, 0.4, "the remaining impact falls by at least 40 % (10.0 → 6.0)"),
        (15.0, -0.5, "the remaining impact may rise by up to 50 % (10.0 → 15.0)"),
        (10.0, 0.0, "the remaining impact goes from 10.0 to 10.0 at most"),
    ],
)
def test_an_impact_with_unscored_cases_is_told_at_worst(new: float, cut: float, sentence: str) -> None:
    told = impact_words(10.0, new, cut, 3).replace("\N{NO-BREAK SPACE}", " ")
    assert told == f"{sentence}; 3 cases that it leaves unscored count as failed"


def problem(number: int, priority: float | None, **fields: Any) -> Problem:
    return Problem(
        number=number, title=f"Problem {number}", priority=priority, **{"provisional": False} | fields
    )


def test_an_unknown_priority_is_first_in_triage_and_last_elsewhere() -> None:
    some = [problem(1, 2.0), problem(2, None), problem(3, 7.0)]
    assert [each.number for each in in_column_order("triage", some)] == [2, 3, 1]
    assert [each.number for each in in_column_order("confirmed", some)] == [3, 1, 2]


def test_a_fixed_problem_that_people_still_report_is_first() -> None:
    some = [problem(1, 2.0), problem(2, 1.0, reports_since_fixed=3)]
    assert [each.number for each in in_column_order("fixed", some)] == [2, 1]


def test_a_column_of_unknown_priorities_has_no_sum() -> None:
    assert column("triage", [problem(1, None)], []).impact is None


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"provisional": True}, "provisional"),
        ({"closed_by_hand": True}, "closed by hand"),
        ({"not_proven_again": True}, "not proven again"),
        ({"reports_since_fixed": 1}, "1 report since fixed"),
        ({"reports_since_fixed": 2}, "2 reports since fixed"),
        ({"status": "regressed", "status_evidence": {"fixed_by": ["v3"]}}, "fixed again by v3"),
    ],
)
def test_badges_say_what_the_figures_do_not(fields: dict[str, Any], word: str) -> None:
    assert [badge.text for badge in badges(problem(1, 1.0, **fields))] == [word]
    assert badges(problem(1, 1.0)) == []


def test_an_unknown_priority_asks_for_the_missing_factor(scene: Scene, as_viewer: Visitor) -> None:
    make_problem(scene.project, title="Nobody knows")
    text = words(as_viewer.get("board"))
    assert "#2 Nobody knows – Priority unknown: a factor is missing ? users × error 1 × ? harm" in text


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"status": "triage"}, ["Second"]),
        ({"harm": "major"}, ["Negation read as anger"]),
        ({"harm": "-"}, ["Second"]),
        ({"label": "nlp"}, ["Negation read as anger"]),
        ({"assignee": "triager"}, ["Second"]),
        ({"assignee": "-"}, ["Negation read as anger"]),
        ({"q": "NEGA"}, ["Negation read as anger"]),
        ({"q": "#2"}, ["Second"]),
        ({"q": "nothing like it"}, []),
        ({"q": "thrown out"}, ["Thrown out"]),
        ({"status": "rejected"}, ["Thrown out"]),
        ({"status": "no such status"}, ["Second", "Negation read as anger"]),
    ],
)
def test_filters_stand_in_the_address(
    scene: Scene, as_triager: Visitor, query: dict[str, str], titles: list[str]
) -> None:
    make_problem(scene.project, title="Second", assignee="triager")
    rejected = make_problem(scene.project, title="Thrown out", harm="minor")
    move_problem(SYSTEM, rejected, "rejected", reason="out of scope")
    shown = columns(as_triager.get("board", **query))
    assert [title for cards in shown.values() for title in cards] == titles


def test_reports_of_this_week_are_counted(scene: Scene, as_viewer: Visitor) -> None:
    old = report(scene.project, TEXTS[1], reporter="old", occurred_at=timezone.now() - timedelta(days=8))
    link_report(SYSTEM, old, scene.problem)
    assert "1 report this week" in words(as_viewer.get("board"))


def test_the_number_of_queries_does_not_grow(scene: Scene, as_triager: Visitor) -> None:
    few = as_triager.queries("board")
    for number in range(12):
        extra = make_problem(scene.project, title=f"More {number}", harm="minor", assignee="triager")
        link_report(SYSTEM, report(scene.project, f"text {number}"), extra)
    make_model(scene.project, "v3")
    assert as_triager.queries("board") <= few + 1  # older revisions are read once a model lags behind


def test_a_new_project_is_told_what_to_do_first(project: Project, as_triager: Visitor) -> None:
    text = words(as_triager.get("board"))
    assert "First steps" in text
    model = make_model(project, "v1")
    activate_model(SYSTEM, model)
    page = as_triager.get("board").content.decode()
    assert page.count('class="is-done"') == 2


def test_once_through_the_loop_the_first_steps_are_gone(scene: Scene, as_triager: Visitor) -> None:
    assert "First steps" not in words(as_triager.get("board"))


def test_work_under_way_is_seen_and_ends(scene: Scene, as_triager: Visitor) -> None:
    as_triager.post("request_evaluation")
    assert 'hx-trigger="every 2s"' in as_triager.get("board").content.decode()
    going = as_triager.get("work")
    assert "Waiting to start" in words(going)
    assert "HX-Trigger" not in going
    scene.project.runs.under_way().update(status="finished")
    ended = as_triager.get("work")
    assert "every 2s" not in ended.content.decode()
    assert ended["HX-Trigger"] == "results-changed"


DROP = {"HX-Target": "board", "HX-Current-URL": "http://testserver/projects/reviews/?harm=major"}


def test_a_dropped_card_answers_with_the_board_as_filtered(scene: Scene, as_triager: Visitor) -> None:
    make_problem(scene.project, title="Of other harm", harm="minor")
    other = make_problem(scene.project, title="Same harm", harm="major")
    answer = as_triager.post("move_problem", other.number, to="confirmed", htmx=DROP)
    assert answer.status_code == 200
    assert columns(answer)["confirmed"] == ["Same harm"]
    assert "Of other harm" not in words(answer)
    assert "#3 is now: Confirmed." in words(answer)


def test_a_drop_that_is_not_legal_says_why_in_plain_text(scene: Scene, as_triager: Visitor) -> None:
    answer = as_triager.post("move_problem", 1, to="regressed", htmx=DROP)
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/plain")
    answer = as_triager.post("move_problem", 1, to="confirmed", htmx=DROP)
    assert answer.status_code == 409
    assert "legal moves are: triage, in_progress" in answer.content.decode()


def test_a_reader_who_drops_a_card_is_refused(scene: Scene, as_viewer: Visitor) -> None:
    answer = as_viewer.post("move_problem", 1, to="in_progress", htmx=DROP)
    assert answer.status_code == 403
    scene.problem.refresh_from_db()
    assert scene.problem.status == "fix_available"
