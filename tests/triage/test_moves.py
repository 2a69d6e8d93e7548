"""People moving problems: which moves are legal, what each needs, what it leaves behind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.triage.facts import (
    NOW,
    REPORTER,
    STRANGER,
    TRIAGER,
    VIEWER,
    activate,
    at,
    make_model,
    make_move,
    make_problem,
    make_project,
    make_report,
    make_result,
)
from tracker.problems.models import Problem
from tracker.projects.errors import Conflict, Invalid, NotAllowed
from tracker.projects.models import Event, Project
from tracker.triage.models import Move
from tracker.triage.moves import legal_moves, legal_moves_of, move_problem
from tracker.triage.refresh import refresh_problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project(active_users=100)


@pytest.fixture
def problem(project: Project) -> Problem:
    return make_problem(project, revision=1)


def events(problem: Problem) -> list[tuple[str, dict[str, Any]]]:
    """Return the problem's events, oldest first."""
    return list(Event.objects.about("problem", problem.pk).order_by("pk").values_list("kind", "evidence"))


def test_a_move_is_written_and_the_status_follows(problem: Problem) -> None:
    moved = move_problem(TRIAGER, problem, "confirmed", now=NOW)
    assert (moved.status, moved.status_since) == ("confirmed", NOW)
    assert moved.status_evidence["why"] == "moved"
    move = Move.objects.get()
    assert (move.to, move.actor, move.at) == ("confirmed", "triager", NOW)
    (moved_kind, told), (status_kind, changed) = events(problem)
    assert (moved_kind, told["to"]) == ("moved", "confirmed")
    assert (status_kind, changed["from"], changed["to"]) == ("status_changed", "triage", "confirmed")


@pytest.mark.parametrize("actor", [REPORTER, VIEWER, STRANGER])
def test_who_may_not_write_is_refused(problem: Problem, actor: Any) -> None:
    with pytest.raises(NotAllowed):
        move_problem(actor, problem, "confirmed")
    assert not Move.objects.exists()


@pytest.mark.parametrize(
    ("to", "fields", "field"),
    [
        ("regressed", {}, "to"),
        ("nowhere", {}, "to"),
        ("rejected", {}, "reason"),
        ("rejected", {"reason": "  "}, "reason"),
        ("fixed", {}, "reason"),
        ("confirmed", {"reason": "a\0b"}, "reason"),
        ("confirmed", {"reason": "half \ud800"}, "reason"),
        ("duplicate", {}, "duplicate_of"),
    ],
)
def test_what_is_missing_is_named(problem: Problem, to: str, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        move_problem(TRIAGER, problem, to, **fields)
    assert list(refused.value.errors) == [field]
    assert not Move.objects.exists()


def test_an_illegal_move_says_which_are_legal(problem: Problem) -> None:
    move_problem(TRIAGER, problem, "rejected", reason="label error")
    with pytest.raises(Conflict, match="triage, confirmed, in_progress"):
        move_problem(TRIAGER, problem, "fixed", reason="done")
    assert Move.objects.count() == 1


def test_to_where_it_stands_is_no_move(problem: Problem) -> None:
    assert legal_moves_of(problem) == {"confirmed", "in_progress", "rejected", "duplicate", "fixed"}
    with pytest.raises(Conflict):
        move_problem(TRIAGER, problem, "triage")


def test_a_failing_problem_is_not_closed_by_hand(project: Project, problem: Problem) -> None:
    model = make_model(project, "v1")
    activate(model, -10)
    make_move(problem, "confirmed")
    make_result(model, problem, "failing")
    assert "fixed" not in legal_moves_of(problem)
    with pytest.raises(Conflict):
        move_problem(TRIAGER, problem, "fixed", reason="looks fine")


def test_an_undecided_problem_is_closed_by_hand_until_another_model_goes_live(
    project: Project, problem: Problem
) -> None:
    first, second = make_model(project, "v1"), make_model(project, "v2")
    activate(first, -10)
    make_move(problem, "confirmed")
    make_result(first, problem, "inconclusive")
    make_result(second, problem, "inconclusive")
    closed = move_problem(TRIAGER, problem, "fixed", reason="looked at 40 outputs", now=at(-5))
    assert (closed.status, closed.closed_by_hand) == ("fixed", True)
    assert closed.status_evidence["why"] == "closed_by_hand"
    activate(second, -1)
    refresh_problems(project, [problem.pk])
    problem.refresh_from_db()
    assert (problem.status, problem.closed_by_hand) == ("confirmed", False)


def test_a_clock_set_back_does_not_reorder_moves(problem: Problem) -> None:
    move_problem(TRIAGER, problem, "confirmed", now=at(0))
    moved = move_problem(TRIAGER, problem, "in_progress", now=at(-1))
    assert moved.status == "in_progress"


class TestDuplicates:
    """A merge is a link: logged at both ends, taken back without loss."""

    @pytest.fixture
    def target(self, project: Project) -> Problem:
        return make_problem(project, title="target", harm=3)

    def test_reports_count_for_the_target_until_it_is_taken_back(
        self, project: Project, problem: Problem, target: Problem
    ) -> None:
        make_report(project, problem=problem, reporter="anna", day=-1)
        make_report(project, problem=target, reporter="bob", day=-1)
        refresh_problems(project, now=NOW)
        merged = move_problem(TRIAGER, problem, "duplicate", duplicate_of=target, now=NOW)
        target.refresh_from_db()
        assert (merged.status, merged.duplicate_of) == ("duplicate", target)
        assert (target.reports_count, target.users_affected_percent) == (2, 2.0)
        # 2 % of users x error 1 (nothing scored) x harm 3
        assert target.priority == 6.0
        assert events(target)[-1] == ("merged_in", {"problem": problem.slug})

        back = move_problem(TRIAGER, problem, "triage", now=NOW)
        target.refresh_from_db()
        assert (back.status, back.duplicate_of) == ("triage", None)
        assert (target.reports_count, target.users_affected_percent) == (1, 1.0)
        assert events(target)[-1] == ("merge_undone", {"problem": problem.slug})

    def test_merging_elsewhere_passes_by_way_of_reopening(
        self, project: Project, problem: Problem, target: Problem
    ) -> None:
        move_problem(TRIAGER, problem, "duplicate", duplicate_of=target)
        with pytest.raises(Conflict):
            move_problem(TRIAGER, problem, "duplicate", duplicate_of=make_problem(project))

    def test_a_chain_counts_at_its_end(self, project: Project, problem: Problem, target: Problem) -> None:
        middle = make_problem(project)
        for where, who in ((problem, "anna"), (middle, "bob"), (target, "anna")):
            make_report(project, problem=where, reporter=who, day=-1)
        move_problem(TRIAGER, problem, "duplicate", duplicate_of=middle, now=NOW)
        move_problem(TRIAGER, middle, "duplicate", duplicate_of=target, now=NOW)
        target.refresh_from_db()
        # Three reports by two people.
        assert (target.reports_count, target.users_affected_percent) == (3, 2.0)

    def test_no_circle(self, project: Project, problem: Problem, target: Problem) -> None:
        middle = make_problem(project)
        move_problem(TRIAGER, target, "duplicate", duplicate_of=middle)
        move_problem(TRIAGER, middle, "duplicate", duplicate_of=problem)
        with pytest.raises(Conflict):
            move_problem(TRIAGER, problem, "duplicate", duplicate_of=target)
        problem.refresh_from_db()
        assert problem.status == "triage"

    def test_only_of_another_problem_of_the_project(self, problem: Problem) -> None:
        for other in (problem, make_problem(make_project())):
            with pytest.raises(Invalid) as refused:
                move_problem(TRIAGER, problem, "duplicate", duplicate_of=other)
            assert list(refused.value.errors) == ["duplicate_of"]

    def test_no_other_move_names_a_target(self, problem: Problem, target: Problem) -> None:
        with pytest.raises(Invalid):
            move_problem(TRIAGER, problem, "confirmed", duplicate_of=target)


@pytest.mark.django_db
def test_a_problem_deleted_meanwhile_is_a_conflict() -> None:
    project = make_project()
    problem, target = make_problem(project), make_problem(project)
    Problem.objects.filter(pk=target.pk).delete()
    with pytest.raises(Conflict):
        move_problem(TRIAGER, problem, "duplicate", duplicate_of=target)
    Problem.objects.filter(pk=problem.pk).delete()
    with pytest.raises(Conflict):
        move_problem(TRIAGER, problem, "confirmed")


def test_pages_read_the_legal_moves_that_were_stored_with_the_status(
    project: Project, problem: Problem, django_assert_num_queries: Any
) -> None:
    # from confirmed to anywhere else, and closed by hand: no active model fails it
    legal = {"duplicate", "fixed", "in_progress", "rejected", "triage"}
    moved = move_problem(TRIAGER, problem, "confirmed", now=NOW)
    with django_assert_num_queries(0):
        assert legal_moves(project, [moved]) == {moved.pk: legal}
    Problem.objects.update(legal_moves=None)  # as in a database of before they were stored
    moved.refresh_from_db()
    assert legal_moves(project, [moved]) == {moved.pk: legal}
