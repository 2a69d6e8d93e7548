"""What the page says would change if a model went live."""

from __future__ import annotations

import pytest

from tests.triage.facts import activate, make_model, make_move, make_problem, make_project, make_result
from tracker.board.pages.activation_preview import activation_preview
from tracker.board.pages.activation_words import activation_event_words
from tracker.triage.refresh import refresh_problems

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("revision", "changing"), [(1, []), (2, ["fixed"])], ids=["behind", "up to date"])
def test_a_model_that_is_behind_changes_nothing_yet(revision: int, changing: list[str]) -> None:
    project = make_project()
    was, new = make_model(project, "v1"), make_model(project, "v2")
    problem = make_problem(project, revision=2)
    make_move(problem, "confirmed")
    activate(was, -10)
    make_result(was, problem, "failing")
    make_result(new, problem, "fixed", revision=revision)
    refresh_problems(project)
    preview = activation_preview(project, new)
    assert [row.then for group in preview.groups if group.kind == "fixed" for row in group.rows] == changing
    assert preview.outlook.n_stale == (0 if changing else 1)


def test_every_problem_is_counted_in_one_group() -> None:
    project = make_project()
    older, was, new = (make_model(project, version) for version in ("v0", "v1", "v2"))
    activate(older, -20)
    activate(was, -10)
    for title, (old, now, then) in {
        "fixed": ("failing", "failing", "fixed"),
        "regressed": ("fixed", "fixed", "failing"),
        "unknown": ("failing", "failing", "inconclusive"),
        "same": ("failing", "failing", "failing"),
    }.items():
        problem = make_problem(project, title=title, revision=1)
        make_move(problem, "confirmed")
        for model, verdict in ((older, old), (was, now), (new, then)):
            make_result(model, problem, verdict)
    unevaluated = make_problem(project, title="never evaluated", revision=1)
    make_move(unevaluated, "confirmed")
    undescribed = make_problem(project, title="not described")
    make_move(undescribed, "confirmed")
    refresh_problems(project)
    preview = activation_preview(project, new)
    assert {group.kind: sorted(row.problem.title for row in group.rows) for group in preview.groups} == {
        "regressed": ["regressed"],
        "fixed": ["fixed"],
        "unknown": ["never evaluated", "unknown"],
    }
    assert preview.sentence == (
        "With v2 active, 1 problem would be fixed, 1 would regress, 2 stay unknown, 2 stay as they are."
    )
    assert preview.outlook.n_stale == 1


def test_what_is_fixed_and_fails_under_it_would_regress_whatever_its_status_is_called_then() -> None:
    project = make_project()
    was, new = make_model(project, "v1"), make_model(project, "v2")
    activate(was, -10)
    by_hand = make_problem(project, title="by hand", revision=1)
    make_move(by_hand, "confirmed")
    make_result(was, by_hand, "inconclusive")
    make_result(new, by_hand, "failing")
    make_move(by_hand, "fixed", -5)
    proven = make_problem(project, title="proven", revision=1)
    make_move(proven, "confirmed")
    make_result(was, proven, "fixed")
    make_result(new, proven, "failing")
    refresh_problems(project)
    preview = activation_preview(project, new)
    assert {group.kind: sorted(row.problem.title for row in group.rows) for group in preview.groups} == {
        "regressed": ["by hand", "proven"]
    }
    assert "0 problems would be fixed, 2 would regress" in preview.sentence
    assert preview.gate.verdict == "fail"


def test_back_to_the_model_before_the_fix_regresses() -> None:
    project = make_project()
    old, new = make_model(project, "v1"), make_model(project, "v2")
    problem = make_problem(project, revision=1)
    make_move(problem, "confirmed")
    activate(new, -10)
    make_result(old, problem, "failing")
    make_result(new, problem, "fixed")
    refresh_problems(project)
    preview = activation_preview(project, old)
    assert "1 would regress" in preview.sentence
    assert [group.kind for group in preview.groups] == ["regressed"]


def test_the_timeline_counts_what_changed_otherwise() -> None:
    told = {
        "former": "v1",
        "gate": "fail",
        "problems": {"fixed": 1, "regressed": 0, "other": 2, "unknown": 3},
    }
    assert activation_event_words("activated", told) == (
        "activated it in place of v1: gate failed; 1 problem fixed, 2 changed otherwise, 3 unknown"
    )
    told["problems"] = {"fixed": 0, "regressed": 0, "other": 1, "unknown": 0}
    assert activation_event_words("activated", told).endswith("gate failed; 1 changed otherwise")
