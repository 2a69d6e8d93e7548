"""What the page says would change if a model went live."""

from __future__ import annotations

import pytest

from tests.triage.facts import activate, make_model, make_move, make_problem, make_project, make_result
from tracker.board.pages.activation_preview import activation_preview
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
