"""Merged problems with several writers at the same time: nobody waits for ever, no report is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests.triage.at_once import at_once
from tests.triage.facts import (
    TRIAGER,
    activate,
    make_model,
    make_move,
    make_problem,
    make_project,
    make_report,
    make_result,
)
from tracker.candidates.model_changes import activate_model
from tracker.candidates.models import CandidateModel
from tracker.problems.models import Problem
from tracker.problems.problem_changes import update_problem
from tracker.projects.models import Project
from tracker.projects.rights import SYSTEM
from tracker.projects.signals import evidence_changed
from tracker.triage import locks, merges
from tracker.triage.moves import move_problem
from tracker.triage.refresh import refresh_problems
from tracker.triage.report_links import link_report

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 15


def fresh(problem: Problem) -> Problem:
    return Problem.objects.get(pk=problem.pk)


@pytest.mark.parametrize("taken_back", [False, True])
def test_who_holds_a_merged_problem_waits_for_no_lower_number(taken_back: bool) -> None:
    """One writes to the later problem, which is or was merged into the earlier; others refresh both, in order."""
    project = make_project(active_users=100)
    models = [make_model(project, "v1"), make_model(project, "v2")]
    earlier, *_between, later = [make_problem(project, revision=1) for _ in range(12)]
    move_problem(TRIAGER, later, "duplicate", duplicate_of=earlier)
    if taken_back:
        move_problem(TRIAGER, later, "confirmed")
    reports = [make_report(project, reporter=f"user {number}") for number in range(ROUNDS)]

    def score(number: int) -> None:
        with transaction.atomic():
            make_result(models[0], later, "failing", revision=100 + number)
            Problem.objects.select_for_update(no_key=True).get(pk=later.pk)
            evidence_changed.send(sender=Project, project=project, problem_ids=[later.pk])

    writers: list[Callable[[int], object]] = [
        lambda n: update_problem(SYSTEM, fresh(later), {"title": f"title {n}"}),
        score,
        lambda n: link_report(TRIAGER, reports[n], fresh(later)),
        lambda n: activate_model(SYSTEM, CandidateModel.objects.get(pk=models[n % 2].pk)),
        lambda _n: refresh_problems(project),
    ]
    at_once(lambda writer: [writers[writer](number) for number in range(ROUNDS)], len(writers))
    assert fresh(later).reports_count == ROUNDS
    assert fresh(earlier).reports_count == (0 if taken_back else ROUNDS)


def test_merging_and_linking_at_once_lose_no_report() -> None:
    project = make_project(active_users=100)
    last, middle, first = (make_problem(project) for _ in range(3))
    reports = [make_report(project, reporter=f"user {number}") for number in range(6)]

    def work(number: int) -> object:
        if number == 6:
            return move_problem(TRIAGER, fresh(first), "duplicate", duplicate_of=middle)
        if number == 7:
            return move_problem(TRIAGER, fresh(middle), "duplicate", duplicate_of=last)
        return link_report(TRIAGER, reports[number], fresh(first))

    at_once(work, 8)
    assert [fresh(problem).reports_count for problem in (first, middle, last)] == [6, 6, 6]


@pytest.mark.parametrize("act", ["link", "move"])
def test_a_merge_that_comes_before_the_lock_is_seen(monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    """A problem is merged on after its targets were looked up and before they are locked."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time")
    project = make_project(active_users=100)
    target, problem, other = (make_problem(project) for _ in range(3))
    linked = make_report(project, reporter="anna", problem=other)
    report = make_report(project, reporter="bob")
    looked: list[set[int]] = []

    def look_and_lose_the_race(project: Project, problem_ids: list[int]) -> set[int]:
        found = merges.with_targets(project, problem_ids)
        looked.append(found)
        if len(looked) == 1:
            with ThreadPoolExecutor(1) as thread:
                thread.submit(merge_on).result(timeout=30)
        return found

    def merge_on() -> None:
        try:
            move_problem(TRIAGER, fresh(problem), "duplicate", duplicate_of=target)
        finally:
            connection.close()

    monkeypatch.setattr(locks, "with_targets", look_and_lose_the_race)
    if act == "link":
        link_report(TRIAGER, report, fresh(problem))
        assert (fresh(problem).reports_count, fresh(target).reports_count) == (1, 1)
    else:
        move_problem(TRIAGER, fresh(other), "duplicate", duplicate_of=problem)
        assert linked.problem_id == other.pk
        assert (fresh(problem).reports_count, fresh(target).reports_count) == (1, 1)


def test_refreshing_a_problem_leaves_what_it_is_merged_into_alone() -> None:
    project = make_project(active_users=100)
    target, problem = make_problem(project), make_problem(project)
    make_move(problem, "duplicate", duplicate_of=target)
    activate(make_model(project, "v1"), -1)
    make_report(project, problem=problem)
    refresh_problems(project, [problem.pk])
    assert (fresh(problem).reports_count, fresh(target).reports_count) == (1, 0)
    refresh_problems(project)
    assert fresh(target).reports_count == 1
