"""Remaining impact, worked out by hand."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.triage.facts import activate, make_model, make_problem, make_project, make_result
from tracker.candidates.models import Stage
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.triage.remaining_impact import (
    best_candidate,
    impact_change,
    impact_facts,
    remaining_impact_by_model,
    remaining_impacts_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project(active_users=100)


def problem_of(project: Project, percent: float | None, harm: float | None, **fields: str) -> Problem:
    return make_problem(project, revision=1, users_affected_percent=percent, harm=harm, **fields)


def test_it_sums_the_priorities_that_problems_would_have(project: Project) -> None:
    model, other = make_model(project, "v1"), make_model(project, "v2")
    make_model(project, "gone", stage=Stage.ARCHIVED)
    first, second = problem_of(project, 10, 3), problem_of(project, 20, 1, status="fixed")
    make_result(model, first, "failing")  # error 0.5
    make_result(model, second, "inconclusive")  # error 0.2
    make_result(other, first, "fixed")
    make_result(other, second, "fixed")
    found = remaining_impact_by_model(impact_facts(project))
    # 10 x 0.5 x 3 + 20 x 0.2 x 1
    assert {version: impact.total for version, impact in found.items()} == {
        "v1": pytest.approx(19.0),
        "v2": 0.0,
    }
    assert all((impact.n_problems, impact.n_left_out) == (2, 0) for impact in found.values())


def test_what_cannot_be_summed_is_left_out_and_counted(project: Project) -> None:
    model = make_model(project, "v1")
    make_result(model, problem_of(project, 10, 3), "failing")
    make_result(model, problem_of(project, None, 3), "failing")  # reach unknown
    make_result(model, problem_of(project, 10, None), "failing")  # harm unknown
    make_result(model, problem_of(project, 10, 3), "unscored")
    make_result(model, problem_of(project, 10, 3), "failing", revision=0)  # an older revision
    make_result(
        model, problem_of(project, 10, 3, status="rejected"), "failing"
    )  # not open: not counted at all
    impact = remaining_impact_by_model(impact_facts(project))["v1"]
    assert impact.total == pytest.approx(15.0)
    assert (impact.n_problems, impact.n_left_out) == (1, 4)


def test_missing_is_not_zero(project: Project) -> None:
    make_model(project, "v1")
    problem_of(project, 10, 3)
    assert remaining_impact_by_model(impact_facts(project))["v1"].total is None


def test_two_models_are_compared_over_the_same_cases(project: Project) -> None:
    one, two = make_model(project, "v1"), make_model(project, "v2")
    both, only_one = problem_of(project, 10, 1), problem_of(project, 50, 1)
    # v1 fails cases 1 to 5, v2 cases 6 and 7; v2 is unscored on 1 to 4, which therefore count for neither.
    make_result(one, both, "failing")
    make_result(two, both, "inconclusive", failed_cases=[6, 7], unscored_cases=[1, 2, 3, 4])
    make_result(one, only_one, "failing")
    before, after = remaining_impacts_of(impact_facts(project), [one, two])
    # Of the cases 5 to 10, v1 fails one and v2 two.
    assert [before.total, after.total] == pytest.approx([10 / 6, 20 / 6])
    assert (before.n_problems, before.n_left_out) == (1, 1)


class TestSideBySide:
    """The impacts of all models in one table: over the same cases."""

    def test_what_one_is_not_scored_on_counts_for_none(self, project: Project) -> None:
        one, two = make_model(project, "v1"), make_model(project, "v2")
        both, only_one = problem_of(project, 10, 1), problem_of(project, 50, 1)
        make_result(one, both, "failing")
        make_result(two, both, "inconclusive", failed_cases=[6, 7], unscored_cases=[1, 2, 3, 4])
        make_result(one, only_one, "failing")
        found = remaining_impact_by_model(impact_facts(project))
        # Of the cases 5 to 10 of the one problem, v1 fails one and v2 two; without v2, v1 would have 5 + 25.
        assert [found["v1"].total, found["v2"].total] == pytest.approx([10 / 6, 20 / 6])
        assert [(impact.n_problems, impact.n_left_out) for impact in found.values()] == [(1, 1), (1, 1)]

    @pytest.mark.parametrize(("n_scored", "compares"), [(0, False), (1, False), (2, True)])
    def test_a_model_scored_on_fewer_than_half_is_left_out(
        self, project: Project, n_scored: int, compares: bool
    ) -> None:
        full, sparse = make_model(project, "full"), make_model(project, "sparse")
        activate(sparse, -1)
        problems = [problem_of(project, 10, 1) for _ in range(4)]
        for problem in problems:
            make_result(full, problem, "failing")  # error 0.5
        for number, problem in enumerate(problems):
            make_result(sparse, problem, "inconclusive" if number < n_scored else "unscored")  # error 0.2
        found = remaining_impact_by_model(impact_facts(project))
        assert ("sparse" in found) is compares
        # All four problems under the full one alone: 4 x 10 x 0.5; else two of them, and two left out.
        assert found["full"].total == pytest.approx(10.0 if compares else 20.0)
        assert found["full"].n_left_out == (2 if compares else 0)

    def test_only_problems_that_can_be_summed_count_for_the_half(self, project: Project) -> None:
        full, sparse = make_model(project, "full"), make_model(project, "sparse")
        for reach, harm in ((None, 1), (10, None), (None, None)):
            make_result(full, problem_of(project, reach, harm), "failing")
        known = problem_of(project, 10, 1)
        make_result(full, known, "failing")
        make_result(sparse, known, "fixed")
        found = remaining_impact_by_model(impact_facts(project))
        assert [found["full"].total, found["sparse"].total] == pytest.approx([5.0, 0.0])
        assert found["full"].n_left_out == 3

    def test_without_models_there_is_none(self, project: Project) -> None:
        problem_of(project, 10, 1)
        assert remaining_impact_by_model(impact_facts(project)) == {}

    def test_of_two_that_share_nothing_the_later_one_is_shown(self, project: Project) -> None:
        for version in ("v1", "v2"):
            make_result(make_model(project, version), problem_of(project, 10, 1), "failing")
        assert list(remaining_impact_by_model(impact_facts(project))) == ["v2"]


class TestBestCandidate:
    """The candidate that would leave the least."""

    def test_it_cuts_most(self, project: Project) -> None:
        active, good, better = (make_model(project, version) for version in ("v1", "v2", "v3"))
        make_model(project, "v4, not evaluated")
        activate(active, -1)
        first, second, third = (problem_of(project, 10, harm) for harm in (4, 1, 1))
        for problem, verdicts in (
            (first, ("failing", "inconclusive", "fixed")),
            (second, ("fixed", "fixed", "failing")),
            (third, ("inconclusive", "inconclusive", "inconclusive")),
        ):
            for model, verdict in zip((active, good, better), verdicts, strict=True):
                make_result(model, problem, verdict)
        best = best_candidate(impact_facts(project))
        assert best is not None
        # v1: 20 + 0 + 2; v2: 8 + 0 + 2; v3: 0 + 5 + 2.
        assert (best.version, best.active) == ("v3", "v1")
        assert [best.active_impact, best.candidate_impact] == pytest.approx([22, 7])
        assert best.cut == pytest.approx(15 / 22)
        assert (best.newly_fixed, best.regressed) == ((first.pk,), (second.pk,))
        assert (best.n_problems, best.n_left_out) == (3, 0)

    def test_ties_go_to_the_later_one(self, project: Project) -> None:
        active, *others = (make_model(project, version) for version in ("v1", "v2", "v3"))
        activate(active, -1)
        problem = problem_of(project, 10, 1)
        for model in (active, *others):
            make_result(model, problem, "fixed")
        best = best_candidate(impact_facts(project))
        assert best is not None
        assert (best.version, best.cut) == ("v3", None)

    def test_silence_does_not_cut(self, project: Project) -> None:
        """v2 is silent on four of the five cases that v1 fails, and passes the fifth; v3 fails three of them."""
        active, silent, open_one = (make_model(project, version) for version in ("v1", "v2", "v3"))
        activate(active, -1)
        problem = problem_of(project, 10, 1)
        make_result(active, problem, "failing")  # cases 1 to 5 of 10
        make_result(silent, problem, "inconclusive", failed_cases=[], unscored_cases=[1, 2, 3, 4])
        make_result(open_one, problem, "inconclusive", failed_cases=[1, 2, 3])
        best = best_candidate(impact_facts(project))
        assert best is not None
        assert (best.version, best.n_silent) == ("v3", 0)
        assert best.cut == pytest.approx(2 / 5)
        change = impact_change(impact_facts(project), active, silent)
        assert change.before is not None
        # 10 % x 5/10, and at worst 10 % x 4/10
        assert [change.before.total, change.after.total] == pytest.approx([5, 4])
        assert change.n_silent == 4
        assert change.cut == pytest.approx(1 / 5)

    def test_there_may_be_none(self, project: Project) -> None:
        candidate = make_model(project, "v2")
        problem = problem_of(project, 10, 1)
        make_result(candidate, problem, "fixed")
        assert best_candidate(impact_facts(project)) is None
        active = make_model(project, "v1")
        activate(active, -1)
        assert best_candidate(impact_facts(project)) is None  # the active one is not evaluated


def test_queries_do_not_grow() -> None:
    def queries(count: int) -> int:
        project = make_project()
        models = [make_model(project, f"v{number}") for number in range(count)]
        activate(models[0], -1)
        for _ in range(count):
            problem = problem_of(project, 10, 1)
            for model in models:
                make_result(model, problem, "failing")
        with CaptureQueriesContext(connection) as captured:
            remaining_impact_by_model(impact_facts(project))
            best_candidate(impact_facts(project))
        return len(captured)

    assert queries(6) == queries(2) <= 6
