"""What the page says would change if a model went live."""

from __future__ import annotations

import pytest

from tests.triage.facts import activate, make_model, make_move, make_problem, make_project, make_result
from tracker.board.pages.activation_preview import activation_preview
from tracker.triage.statuses import refresh_statuses

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
    refresh_statuses(project)
    preview = activation_preview(project, new)
    assert [row.then for row in preview.changing] == changing
    assert preview.n_unknown == (0 if changing else 1)
