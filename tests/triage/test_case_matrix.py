"""The matrix of cases x models, from the lists that results hold."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from tests.factories import day, equals, make_model, make_patterns, make_problem
from tracker.candidates.models import CandidateModel
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.runs.models import Result
from tracker.triage.case_matrix import CaseMatrix, Outcome, matrix_at, matrix_of
from tracker.triage.case_pieces import After, CaseOrder, Order, Show, all_pieces


def result(*, failed: Sequence[int] = (), unscored: Sequence[int] = (), out: Sequence[int] = ()) -> Result:
    return Result(
        n_cases=6, failed_cases=list(failed), unscored_cases=list(unscored), not_judged_cases=list(out)
    )


def outcomes(matrix: CaseMatrix, case: int) -> list[str]:
    return [str(cell.outcome) for cell in matrix.cells(case)]


def models(n: int) -> list[CandidateModel]:
    return [CandidateModel(version=f"v{number}") for number in range(n)]


def test_what_no_result_names_passed_where_it_was_evaluated() -> None:
    matrix = matrix_of(models(3), [result(failed=[3]), None, result(unscored=[5])], 6)
    assert outcomes(matrix, 3) == ["fail", "not_evaluated", "pass"]
    assert outcomes(matrix, 5) == ["pass", "not_evaluated", "unscored"]
    assert outcomes(matrix, 4) == ["pass", "not_evaluated", "pass"]
    assert not any(cell.flips for cell in matrix.cells(4))


def test_a_flip_is_an_answer_other_than_the_last_one_there_was() -> None:
    # case 1: fail, unscored, fail, pass, (not evaluated), fail; what says nothing is passed over
    matrix = matrix_of(
        models(6),
        [result(failed=[1]), result(unscored=[1]), result(failed=[1]), result(), None, result(failed=[1])],
        6,
    )
    assert [cell.flips for cell in matrix.cells(1)] == [False, False, False, True, False, True]


def test_a_case_that_is_not_judged_keeps_its_outcome() -> None:
    matrix = matrix_of(models(2), [result(failed=[2], out=[2]), result(out=[4])], 6)
    assert [(str(cell.outcome), cell.judged) for cell in matrix.cells(2)] == [("fail", False), ("pass", True)]
    assert [cell.judged for cell in matrix.cells(4)] == [True, False]


@pytest.fixture
def described(project: Project) -> Problem:
    problem = make_problem(project)
    make_patterns(problem, [equals(f"text {number}") for number in range(30)])
    return problem


def evaluated(problem: Problem, seed: int) -> list[Result]:
    """Five models with results drawn by chance."""
    chance = random.Random(seed)
    cases = sorted(problem.cases.values_list("pk", flat=True))
    rows = []
    for number in range(5):
        model = make_model(problem.project, f"v{number}", trained_at=day(number + 1))
        failed = sorted(chance.sample(cases, 8))
        unscored = [case for case in chance.sample(cases, 4) if case not in failed]
        rows.append(
            Result.objects.create(
                project=problem.project, model=model, problem=problem, revision=problem.revision,
                criterion=problem.project.fix_criterion, facts_version=0, n_cases=30, n_scored=30 - len(unscored),
                n_failed=8, failed_cases=failed, unscored_cases=sorted(unscored), n_judged=30, n_judged_scored=30,
                n_judged_failed=8, verdict="failing", not_judged_cases=sorted(chance.sample(cases, 3)),
            )
        )  # fmt: skip
    return rows


def is_kept(case: int, rows: list[Result], show: Show) -> bool:
    if show == Show.FAILING:
        return case in rows[2].failed_cases
    if show == Show.NOT_JUDGED:
        return any(case in row.not_judged_cases for row in rows)
    if show == Show.FLIPS:
        return len({case in row.failed_cases for row in rows if case not in row.unscored_cases}) == 2
    return True


def naively(problem: Problem, rows: list[Result], show: Show, order: Order) -> list[int]:
    """Case by case from the definition."""
    cases = list(problem.cases.values_list("pk", flat=True))
    failures = {case: sum(case in row.failed_cases for row in rows) for case in cases}
    newest = sorted((case for case in cases if is_kept(case, rows, show)), reverse=True)
    return newest if order == Order.NEWEST else sorted(newest, key=lambda case: -failures[case])


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("show", Show)
@pytest.mark.parametrize("size", [1, 7, 40])
def test_pieces_together_are_the_whole_in_order(
    described: Problem, show: Show, order: Order, size: int
) -> None:
    rows = evaluated(described, seed=size)
    CandidateModel.objects.filter(pk=rows[2].model_id).update(stage="active")
    cases = CaseOrder(described, described.revision, matrix_at(described, described.revision), show, order)
    pieces = list(all_pieces(cases, size))
    assert [case for piece in pieces for case in piece] == naively(described, rows, show, order)
    assert all(len(piece) == size for piece in pieces[:-1])
    assert cases.n_cases == sum(map(len, pieces))


def test_cases_are_those_of_the_revision(described: Problem) -> None:
    make_patterns(described, [equals("one more")])
    now = CaseOrder(described, 2, matrix_at(described, 2))
    then = CaseOrder(described, 1, matrix_at(described, 1))
    assert (now.n_cases, then.n_cases) == (31, 30)
    assert set(now.piece(None, 40).case_ids) - set(then.piece(None, 40).case_ids) == {
        described.cases.latest("pk").pk
    }


def test_where_a_piece_begins_is_read_back_or_passed_over() -> None:
    assert After.read(str(After(3, 120))) == After(3, 120)
    assert [After.read(text) for text in ("", "3", "x-1", "3--1", "3-" + "9" * 30)] == [None] * 5


def test_outcomes_keep_the_order_that_the_arrays_use() -> None:
    assert list(Outcome) == ["pass", "fail", "unscored", "not_evaluated"]
