"""Rows that somebody deletes between the look-up and the change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Caller, TokenMaker
from tests.api.test_problem_details import assert_problem
from tests.factories import make_problem
from tracker.api.v1.problems import ProblemView
from tracker.problems.models import Problem
from tracker.projects.models import Project


@pytest.fixture
def deleted_meanwhile(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A problem that is there when it is looked up, and gone when its view begins."""
    make_problem(project, slug="negation")
    look_up: Callable[..., None] = ProblemView.initial

    def look_up_and_lose(self: ProblemView, *args: Any, **kwargs: Any) -> None:
        look_up(self, *args, **kwargs)
        Problem.objects.filter(pk=self.problem.pk).delete()

    monkeypatch.setattr(ProblemView, "initial", look_up_and_lose)


@pytest.mark.usefixtures("deleted_meanwhile")
def test_a_change_finds_nothing(writer: Caller) -> None:
    assert_problem(writer.patch("problems/negation/", {"title": "New"}), 404)


@pytest.mark.usefixtures("deleted_meanwhile")
def test_a_move_is_told_what_happened(writer: Caller) -> None:
    moved = writer.post("problems/negation/transition/", {"to": "confirmed"})
    assert "deleted" in assert_problem(moved, 409)["detail"]


@pytest.mark.usefixtures("deleted_meanwhile")
def test_a_second_deletion_is_no_error_of_ours(writer: Caller) -> None:
    assert "deleted" in assert_problem(writer.delete("problems/negation/"), 409)["detail"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "k"}], ids=["once", "with a key"])
def test_a_comment_has_nothing_to_stand_under(
    with_token: TokenMaker, request: pytest.FixtureRequest, headers: dict[str, str]
) -> None:
    # Both databases look at foreign keys when a transaction ends, so this test must end its own.
    writer = with_token("write")
    request.getfixturevalue("deleted_meanwhile")
    assert_problem(writer.post("problems/negation/comments/", {"text": "Hm."}, **headers), 404)
