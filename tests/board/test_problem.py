"""The page of a problem."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.board.conftest import TEXTS, Scene, report
from tests.board.visitors import Visitor, words
from tests.factories import equals, evaluate, make_model, make_outputs, make_patterns, make_problem
from tracker.problems.problem_changes import update_problem
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.runs.models import Run
from tracker.runs.requests import request_runs
from tracker.triage.comments import add_comment
from tracker.triage.history import problem_history
from tracker.triage.moves import move_problem
from tracker.triage.report_links import link_report


def test_the_head_says_what_set_the_status(scene: Scene, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("problem", 1))
    assert "#1 Negation read as anger Fix available Evidence: v2, a candidate, fixes it" in text


def test_the_sentence_under_the_chart(scene: Scene, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("problem", 1))
    assert "Fixed by v2 (0 of 24 judged cases fail). The active v1 fails 24 of 24." in text


def test_the_chart_has_its_numbers_and_a_table_of_the_same(scene: Scene, as_viewer: Visitor) -> None:
    page = as_viewer.get("problem", 1).content.decode()
    block = re.search(r'<script id="history" type="application/json">(.*?)</script>', page)
    assert block is not None
    history = json.loads(block[1])
    assert history == json.loads(json.dumps(problem_history(scene.problem)))
    assert [model["version"] for model in history["models"]] == ["v1", "v2"]
    assert 'data-chart="regression"' in page
    assert "v2 fixed 0 of 24 0 % (0 % – 14 %) 0 of 24" in words(as_viewer.get("problem", 1))


def test_each_factor_says_where_it_is_from(scene: Scene, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("problem", 1))
    assert "Users affected 0.1 % Distinct reporters in 28 days, of 1000 active users" in text
    assert "Error 1 Mean error of v1 over its judged cases" in text
    assert "Harm 5 major" in text


def test_a_factor_set_by_hand_says_why(scene: Scene, as_viewer: Visitor) -> None:
    changes = {"users_affected_percent": 12.5, "users_affected_reason": "a survey"}
    update_problem(SYSTEM, scene.problem, changes)
    assert "Users affected 12 % Set by hand: a survey" in words(as_viewer.get("problem", 1))


def test_a_missing_factor_says_what_to_do(project: Project, as_triager: Visitor) -> None:
    make_problem(project)
    text = words(as_triager.get("problem", 1))
    assert "Unknown: nobody has reported it. Link reports, or set a percentage by hand." in text
    assert "Not set. Say how bad one wrong answer is." in text


def test_a_problem_without_patterns_or_models_leads_on(project: Project, as_triager: Visitor) -> None:
    make_problem(project)
    assert "No model yet" in words(as_triager.get("problem", 1))
    make_model(project, "v1")
    text = words(as_triager.get("problem", 1))
    assert "Not described yet" in text
    assert "No test pattern yet" in text
    assert "No report yet" in text


def test_patterns_show_what_the_active_model_made_of_them(scene: Scene, as_viewer: Visitor) -> None:
    text = words(as_viewer.get("problem", 1))
    assert "Test patterns 24" in text
    assert "not bad at all 23 should be “positive” fails" in text
    assert "1 to 10 of 24" in text
    assert "not bad at all 0 should" in words(as_viewer.get("problem", 1, page=3))


def test_what_differs_from_the_base_is_marked(scene: Scene, as_viewer: Visitor) -> None:
    line = {"input": "Maria was kind", "base": "John was kind", "expectation": {"type": "invariant"}}
    make_patterns(scene.problem, [line])
    page = as_viewer.get("problem", 1).content.decode()
    assert '<mark title="not in the base">Maria</mark>' in page
    assert "should stay as for the base" in page


def test_reports_stand_newest_first(scene: Scene, as_viewer: Visitor) -> None:
    link_report(SYSTEM, report(scene.project, "newer one"), scene.problem)
    text = words(as_viewer.get("problem", 1))
    assert text.index("newer one said negative expected positive") < text.index("I meant it kindly")
    for number in range(5):
        link_report(SYSTEM, report(scene.project, f"more {number}"), scene.problem)
    page = as_viewer.get("problem", 1)
    assert "All reports" in words(page)
    assert "I meant it kindly" not in words(page)
    assert "I meant it kindly" in words(as_viewer.get("problem_reports", 1))


def test_the_timeline_has_events_and_comments(scene: Scene, as_viewer: Visitor) -> None:
    add_comment(SYSTEM, scene.problem, "Look at <b>this</b>")
    page = as_viewer.get("problem", 1)
    assert "Look at &lt;b&gt;this&lt;/b&gt;" in page.content.decode()
    assert "created the problem" in words(page)


def test_an_older_part_of_the_timeline_is_a_page_away(scene: Scene, as_viewer: Visitor) -> None:
    for number in range(31):
        add_comment(SYSTEM, scene.problem, f"comment {number}")
    page = as_viewer.get("problem", 1).content.decode()
    assert "created the problem" not in page
    older = re.search(r'href="(\?before=\d+)#timeline"', page)
    assert older is not None
    text = words(as_viewer.client.get(as_viewer.url("problem", 1) + older[1]))
    assert "created the problem" in text
    assert "comment 30" not in text


def test_a_comment_is_added(scene: Scene, as_reporter: Visitor) -> None:
    answer = as_reporter.post("comment", 1, text="Seen again\r\ntoday")
    assert answer["Location"].endswith("/problems/1/#timeline")
    comment = scene.problem.comments.get()
    assert (comment.author, comment.text) == ("reporter", "Seen again\ntoday")


def test_an_empty_comment_is_refused_beside_its_field(scene: Scene, as_reporter: Visitor) -> None:
    answer = as_reporter.post("comment", 1, text=" ")
    assert answer.status_code == 400
    assert "This field is required." in words(answer)
    assert not scene.problem.comments.exists()


def test_who_may_only_read_cannot_comment_and_loses_no_word(scene: Scene, as_viewer: Visitor) -> None:
    answer = as_viewer.post("comment", 1, text="Let me in")
    assert answer.status_code == 400
    assert "This needs the right to file reports and comment" in words(answer)
    assert not scene.problem.comments.exists()


def test_while_models_are_stale_the_page_watches(scene: Scene, as_viewer: Visitor) -> None:
    assert "hx-get" not in as_viewer.get("problem_freshness", 1).content.decode()
    make_patterns(scene.problem, [equals("another one")])
    page = as_viewer.get("problem", 1)
    assert "0 of 2, 2 models left" in words(page)
    going = as_viewer.get("problem_freshness", 1)
    assert 'hx-trigger="every 2s"' in going.content.decode()
    assert "HX-Trigger" not in going
    evaluate(scene.project)
    ended = as_viewer.get("problem_freshness", 1)
    assert ended["HX-Trigger"] == "results-changed"
    assert "every 2s" not in ended.content.decode()


def test_a_run_that_failed_is_told_and_not_waited_for(scene: Scene, as_viewer: Visitor) -> None:
    make_patterns(scene.problem, [equals("another one")])
    for model in (scene.v1, scene.v2):
        Run.objects.create(project=scene.project, model=model, status="failed")
    page = as_viewer.get("problem_freshness", 1)
    assert "2 models are not evaluated on the newest test patterns" in words(page)
    assert "every 2s" not in page.content.decode()


def test_evaluating_by_hand_asks_for_runs(scene: Scene, as_triager: Visitor) -> None:
    as_triager.post("evaluate_problem", 1)
    runs = scene.project.runs.under_way()
    assert sorted((run.model.version, run.problems) for run in runs) == [
        ("v1", [scene.problem.pk]),
        ("v2", [scene.problem.pk]),
    ]


def test_a_problem_that_nobody_described_can_be_deleted(scene: Scene, as_triager: Visitor) -> None:
    empty = make_problem(scene.project, title="A slip")
    assert "Delete the problem" in words(as_triager.get("edit_problem", empty.number))
    as_triager.post("delete_problem", empty.number)
    assert not scene.project.problems.filter(title="A slip").exists()
    as_triager.post("delete_problem", 1)
    assert scene.project.problems.filter(number=1).exists()


def test_a_duplicate_leads_to_the_other_problem(scene: Scene, as_viewer: Visitor) -> None:
    other = make_problem(scene.project, title="The same again")
    move_problem(SYSTEM, other, "duplicate", duplicate_of=scene.problem)
    assert "Duplicate of #1 Negation read as anger" in words(as_viewer.get("problem", other.number))
    assert "Duplicates #2" in words(as_viewer.get("problem", 1))


def grow(scene: Scene) -> None:
    make_patterns(scene.problem, [equals(f"extra {number}", case=f"case {number}") for number in range(12)])
    for number in range(5):
        link_report(SYSTEM, report(scene.project, f"extra {number}", reporter=f"r{number}"), scene.problem)
        add_comment(SYSTEM, scene.problem, "hello")
        model: Any = make_model(scene.project, f"extra-{number}")
        make_outputs(model, dict.fromkeys(TEXTS, "positive"))
    evaluate(scene.project)


def test_the_number_of_queries_does_not_grow(scene: Scene, as_triager: Visitor) -> None:
    add_comment(SYSTEM, scene.problem, "hello")
    few = as_triager.queries("problem", 1)
    few_reports = as_triager.queries("problem_reports", 1)
    grow(scene)
    assert as_triager.queries("problem", 1) <= few
    assert as_triager.queries("problem_reports", 1) <= few_reports


def test_the_newest_revision_is_shown_not_the_last_evaluated(scene: Scene, as_viewer: Visitor) -> None:
    request_runs(SYSTEM, scene.project)
    make_patterns(scene.problem, [equals("another one")])
    assert "The active v1 is not evaluated on this yet." in words(as_viewer.get("problem", 1))
