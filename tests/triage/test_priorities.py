"""Stored priorities: the three factors worked out by hand, and where each is from."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.facts import (
    NOW,
    activate,
    at,
    make_model,
    make_problem,
    make_project,
    make_report,
    make_result,
)
from tracker.candidates.models import Stage
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.runs.models import Result
from tracker.triage.refresh import refresh_problems
from tracker.triage.result_cases import case_errors


@pytest.fixture
def project(db: None) -> Project:
    return make_project(active_users=100)


@pytest.fixture
def problem(project: Project) -> Problem:
    return make_problem(project, revision=1, harm=3)


def refreshed(problem: Problem, day: float = 0) -> Problem:
    refresh_problems(problem.project, [problem.pk], now=at(day))
    problem.refresh_from_db()
    return problem


class TestUsersAffected:
    """Distinct reporters in the window by active users."""

    def test_distinct_reporters_in_the_window(self, project: Project, problem: Problem) -> None:
        for reporter, day in [
            ("anna", -1),
            ("anna", -2),
            ("bob", -27.9),
            ("carl", -28.1),
            ("", -3),
            ("", -4),
        ]:
            make_report(project, problem=problem, reporter=reporter, day=day)
        make_report(project, reporter="new, not linked", day=-1)
        refreshed(problem)
        # anna, bob and, together, those without a name: 3 of 100 users.
        assert (problem.users_affected_percent, problem.users_affected_source) == (3.0, "reports")
        assert problem.users_affected_as_of is None
        assert problem.reports_count == 6

    def test_by_the_time_that_the_report_speaks_of(self, project: Project, problem: Problem) -> None:
        make_report(project, problem=problem, reporter="anna", occurred_at=at(-40), received_at=at(-1))
        make_report(project, problem=problem, reporter="bob", occurred_at=at(-2), received_at=at(-1))
        assert refreshed(problem).users_affected_percent == 1.0

    def test_the_window_is_the_projects(self, project: Project, problem: Problem) -> None:
        for number in range(10):
            make_report(project, problem=problem, reporter=f"user {number}", day=-number - 0.5)
        assert refreshed(problem).users_affected_percent == 10.0
        Project.objects.update(window_days=7)
        # The project that the caller holds is older than what stands: what stands counts.
        refresh_problems(project, [problem.pk], now=NOW)
        problem.refresh_from_db()
        assert (project.window_days, problem.users_affected_percent) == (28, 7.0)

    def test_never_more_than_all(self, project: Project, problem: Problem) -> None:
        Project.objects.update(active_users=2)
        for reporter in "abc":
            make_report(project, problem=problem, reporter=reporter)
        assert refreshed(problem).users_affected_percent == 100.0

    def test_the_last_known_value_stays_and_says_of_when_it_is(
        self, project: Project, problem: Problem
    ) -> None:
        # The last report is of day -50: the window that ends there, from day -78, holds anna and bob.
        for reporter, day in [("anna", -50), ("bob", -70), ("carl", -79)]:
            make_report(project, problem=problem, reporter=reporter, day=day)
        for today in (-20, 0, 300):
            refreshed(problem, today)
            assert problem.users_affected_percent == 2.0
            assert problem.users_affected_source == "reports"
            assert problem.users_affected_as_of == at(-50)
        make_report(project, problem=problem, reporter="dora", day=-1)
        refreshed(problem)
        assert (problem.users_affected_percent, problem.users_affected_as_of) == (1.0, None)

    @pytest.mark.parametrize("year", [1, 9, 1970])
    def test_no_stored_time_is_too_early_for_any_window(
        self, project: Project, problem: Problem, year: int
    ) -> None:
        Project.objects.update(window_days=3650)
        long_ago = datetime(year, 1, 5, tzinfo=UTC)
        make_report(project, problem=problem, reporter="anna", occurred_at=long_ago)
        refreshed(problem)
        assert (problem.users_affected_percent, problem.users_affected_as_of) == (1.0, long_ago)

    @pytest.mark.parametrize("active_users", [None, 100])
    def test_unknown_is_not_zero(self, project: Project, problem: Problem, active_users: int | None) -> None:
        Project.objects.update(active_users=active_users)
        if active_users is None:
            make_report(project, problem=problem, reporter="anna")
        refreshed(problem)
        assert (problem.users_affected_percent, problem.priority) == (None, None)
        assert problem.users_affected_source == "unknown"

    def test_by_hand_wins(self, project: Project, problem: Problem) -> None:
        make_report(project, problem=problem, reporter="anna")
        Problem.objects.update(users_affected_by_hand=40.0)
        refreshed(problem)
        assert (problem.users_affected_percent, problem.users_affected_source) == (40.0, "manual")
        assert problem.reports_count == 1
        Problem.objects.update(users_affected_by_hand=None)
        assert refreshed(problem).users_affected_percent == 1.0

    def test_merged_reporters_are_counted_once(self, project: Project, problem: Problem) -> None:
        merged = make_problem(project, status="duplicate", duplicate_of=problem)
        for where, reporter in ((problem, "anna"), (merged, "anna"), (merged, "bob")):
            make_report(project, problem=where, reporter=reporter)
        refreshed(problem)
        assert (problem.users_affected_percent, problem.reports_count) == (2.0, 3)
        refreshed(merged)
        assert (merged.users_affected_percent, merged.reports_count) == (2.0, 2)


class TestNormalizedError:
    """The mean error of the active model on the newest revision."""

    def test_over_the_judged_cases(self, project: Project, problem: Problem) -> None:
        model = make_model(project, "v1")
        activate(model, -1)
        # Cases 1 to 5 fail, 1 to 4 are not judged: 1 of 6 judged ones fails.
        make_result(model, problem, "failing", not_judged_cases=[1, 2, 3, 4])
        refreshed(problem)
        assert problem.normalized_error == pytest.approx(1 / 6)
        assert not problem.provisional

    def test_over_all_scored_ones_while_too_few_are_judged(self, project: Project, problem: Problem) -> None:
        model = make_model(project, "v1")
        activate(model, -1)
        # 4 judged cases are fewer than min_cases 5. Of ten, 5 fail and 2 are unscored: 5 / 8.
        make_result(model, problem, "failing", not_judged_cases=[1, 2, 3, 4, 5, 6], unscored_cases=[9, 10])
        refreshed(problem)
        assert (problem.normalized_error, problem.provisional) == (0.625, True)

    def test_errors_between_0_and_1(self, project: Project, problem: Problem) -> None:
        model = make_model(project, "v1")
        activate(model, -1)
        make_result(model, problem, "inconclusive", partial_errors={"1": 0.25})
        # Cases 1 and 2 fail with errors 0.25 and 1.
        assert refreshed(problem).normalized_error == 0.125

    def test_the_problems_own_criterion_counts(self, project: Project, problem: Problem) -> None:
        model = make_model(project, "v1")
        activate(model, -1)
        own = '{"confidence":0.9,"max_error":0.1,"min_cases":11,"rule":"bound"}'
        Problem.objects.update(fix_criterion=own)
        make_result(model, problem, "failing")
        assert refreshed(problem).provisional

    def test_nothing_scored_is_the_provisional_one(self, project: Project, problem: Problem) -> None:
        model = make_model(project, "v1")
        activate(model, -1)
        assert (refreshed(problem).normalized_error, problem.provisional) == (1.0, True)
        make_result(model, problem, "unscored")
        assert (refreshed(problem).normalized_error, problem.provisional) == (1.0, True)

    def test_until_the_newest_revision_is_evaluated_what_stood_stays_provisionally(
        self, project: Project, problem: Problem
    ) -> None:
        model = make_model(project, "v1")
        activate(model, -1)
        make_result(model, problem, "fixed", revision=0)
        assert (refreshed(problem).normalized_error, problem.provisional) == (0.0, True)

    def test_of_the_active_model_only(self, project: Project, problem: Problem) -> None:
        active, later = make_model(project, "v1"), make_model(project, "v2")
        activate(active, -1)
        make_result(later, problem, "failing")
        assert refreshed(problem).provisional
        make_result(active, problem, "fixed")
        assert refreshed(problem).normalized_error == 0.0

    def test_without_one_the_last_evaluated_in_model_order(self, project: Project, problem: Problem) -> None:
        last = make_model(project, "trained last, not evaluated", day=-1)
        late, early = make_model(project, "late", day=-2), make_model(project, "early", day=-3)
        gone = make_model(project, "archived", stage=Stage.ARCHIVED, day=-1)
        make_result(gone, problem, "fixed")
        make_result(late, problem, "failing")
        make_result(early, problem, "inconclusive")
        assert refreshed(problem).normalized_error == 0.5
        make_result(last, problem, "fixed")
        assert refreshed(problem).normalized_error == 0.0


def test_priority_is_the_product(project: Project, problem: Problem) -> None:
    model = make_model(project, "v1")
    activate(model, -1)
    make_result(model, problem, "failing", failed_cases=[1, 2, 3, 4, 5, 6], n_failed=6)
    for number in range(5):
        make_report(project, problem=problem, reporter=f"user {number}")
    # The design's own example: 5 % of users x error 0.6 x moderate 3.
    assert refreshed(problem).priority == pytest.approx(9.0)
    Problem.objects.update(harm=None)
    assert refreshed(problem).priority is None
    Problem.objects.update(harm=0)
    assert refreshed(problem).priority == 0.0


def test_repeating_it_writes_nothing(project: Project, problem: Problem) -> None:
    make_report(project, problem=problem, reporter="anna")
    refreshed(problem)
    with CaptureQueriesContext(connection) as captured:
        refresh_problems(project, now=NOW)
    assert not [query for query in captured if query["sql"].startswith(("UPDATE", "INSERT"))]


@pytest.mark.django_db
@pytest.mark.parametrize("has_active", [True, False])
def test_queries_do_not_grow_with_problems(has_active: bool) -> None:
    def queries(count: int) -> int:
        project = make_project(active_users=100)
        models = [make_model(project, f"v{number}") for number in range(3)]
        if has_active:
            activate(models[0], -10)
        target = make_problem(project, revision=1, harm=1)
        for number in range(count):
            problem = make_problem(project, revision=1, harm=2, fix_criterion=target.project.fix_criterion)
            for model in models:
                make_result(model, problem, "failing")
            make_report(project, problem=problem, reporter=str(number), day=-50 * (number % 2))
        with CaptureQueriesContext(connection) as captured:
            refresh_problems(project, now=NOW)
        return len(captured)

    assert queries(30) == queries(2) <= 20


CASE = st.sampled_from([0.0, 1.0, 0.25, float("nan")])


@given(cases=st.lists(st.tuples(CASE, st.booleans()), min_size=1, max_size=20), n_hidden=st.integers(0, 5))
def test_the_cases_of_a_result_are_those_it_was_made_of(
    cases: list[tuple[float, bool]], n_hidden: int
) -> None:
    """A result names failed, unscored and not judged cases only; its arrays must hold the same cases."""
    errors = np.array([error for error, _judged in cases] + [0.0] * n_hidden)
    judged = np.array([is_judged for _error, is_judged in cases] + [True] * n_hidden)
    ids = np.arange(100, 100 + len(errors))
    fields: dict[str, Any] = {
        "n_cases": len(errors),
        "failed_cases": ids[errors > 0].tolist(),
        "unscored_cases": ids[np.isnan(errors)].tolist(),
        "partial_errors": {str(ids[i]): errors[i] for i in np.flatnonzero((errors > 0) & (errors < 1))},
        "not_judged_cases": ids[~judged].tolist(),
    }
    read, read_judged = case_errors([Result(**fields)])
    found = Counter(zip(map(repr, read[0].tolist()), read_judged[0].tolist(), strict=True))
    assert found == Counter(zip(map(repr, errors.tolist()), judged.tolist(), strict=True))
