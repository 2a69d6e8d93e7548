from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.expectations import parse_expectation
from evaluation.scoring import score_cases, score_patterns
from evaluation.types import Output
from tests.evaluation.naive_scoring import naive_case_errors

ERRORS = st.none() | st.sampled_from([0.0, 0.25, 0.5, 1.0])
PROBLEMS = st.integers(1, 5).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(st.tuples(ERRORS, st.integers(0, n - 1)), max_size=15))
)
SAID = st.none() | st.builds(
    Output,
    label=st.none() | st.sampled_from("ab"),
    scores=st.none() | st.fixed_dictionaries({"a": st.sampled_from([0.0, 0.5, 0.6])}),
    value=st.none() | st.sampled_from([1.0, 2.0]),
    text=st.none() | st.sampled_from(["x", "xy"]),
)
EXPECTATIONS = [
    parse_expectation(data, labels=[], has_base=True)
    for data in (
        {"type": "equals", "label": "a"},
        {"type": "not_equals", "label": "a"},
        {"type": "one_of", "labels": ["a"]},
        {"type": "score", "label": "a", "min": 0.55},
        {"type": "close_to", "value": 1, "abs_tol": 0.5, "scale": 4},
        {"type": "invariant", "tolerance": 0.1},
        {"type": "directional", "label": "a", "direction": "increase"},
        {"type": "contains", "text": "y"},
        {"type": "matches", "pattern": "y$"},
    )
]


def as_errors(errors: Any) -> np.ndarray:
    return np.array(errors, dtype=float)


def as_list(errors: np.ndarray) -> list[float | None]:
    return [None if np.isnan(error) else float(error) for error in errors]


def test_patterns() -> None:
    equals, invariant = EXPECTATIONS[0], EXPECTATIONS[5]
    a, b = Output("a"), Output("b")
    errors = score_patterns(
        [equals, equals, equals, invariant, invariant], [a, b, None, a, a], [None, None, None, b, None]
    )
    assert as_list(errors) == [0.0, 1.0, None, 1.0, None]
    assert errors.dtype == np.float64


def test_patterns_need_parallel_lists() -> None:
    with pytest.raises(ValueError, match="shorter"):
        score_patterns(EXPECTATIONS[:2], [None], [None, None])


def test_no_patterns() -> None:
    assert score_patterns([], [], []).shape == (0,)


@pytest.mark.parametrize(
    ("patterns", "case"),
    [
        ([0.0, 0.0], 0.0),
        ([0.0, 0.5, 1.0], 1.0),
        ([0.5, None], 0.5),
        ([0.0, None], None),
        ([None, None], None),
        ([], None),
    ],
)
def test_one_case(patterns: list[float | None], case: float | None) -> None:
    scores = score_cases(as_errors(patterns), np.zeros(len(patterns), dtype=np.intp), 1)
    assert as_list(scores.errors) == [case]


def test_counts() -> None:
    scores = score_cases(as_errors([0, 0.5, None, 1, 0, 0]), np.array([0, 1, 2, 3, 3, 4]), 6)
    assert (scores.n_cases, scores.n_scored, scores.n_failed) == (6, 4, 2)
    assert scores.error == pytest.approx(1.5 / 4)
    assert scores.passed.tolist() == [True, False, False, False, True, False]
    assert scores.failed.tolist() == [False, True, False, True, False, False]
    assert scores.unscored.tolist() == [False, False, True, False, False, True]


def test_nothing_scored_has_no_error() -> None:
    assert score_cases(as_errors([None]), np.array([0]), 1).error is None
    assert score_cases(as_errors([]), np.array([], dtype=np.intp), 0).error is None


def test_each_pattern_needs_a_case() -> None:
    with pytest.raises(ValueError, match="exactly one case"):
        score_cases(as_errors([0, 1]), np.array([0]), 1)


@given(PROBLEMS)
def test_cases_agree_with_the_naive_implementation(problem: Any) -> None:
    n_cases, patterns = problem
    errors, cases = [error for error, _ in patterns], [case for _, case in patterns]
    scores = score_cases(as_errors(errors), np.array(cases, dtype=np.intp), n_cases)
    assert as_list(scores.errors) == naive_case_errors(errors, cases, n_cases)
    assert (scores.passed ^ scores.failed ^ scores.unscored).all()


@given(st.lists(st.tuples(st.sampled_from(EXPECTATIONS), SAID, SAID), max_size=20))
def test_patterns_agree_with_one_check_at_a_time(rows: Any) -> None:
    errors = score_patterns(*([row[i] for row in rows] for i in range(3)))
    assert as_list(errors) == [expectation.check(output, base) for expectation, output, base in rows]


@given(PROBLEMS, st.data())
def test_an_error_is_never_counted_as_right_or_wrong(problem: Any, data: st.DataObject) -> None:
    n_cases, patterns = problem
    lost = [data.draw(st.booleans()) for _ in patterns]
    cases = np.array([case for _, case in patterns], dtype=np.intp)
    full = score_cases(as_errors([error for error, _ in patterns]), cases, n_cases)
    left = score_cases(
        as_errors([None if gone else error for (error, _), gone in zip(patterns, lost, strict=True)]),
        cases,
        n_cases,
    )
    assert not (left.failed & ~full.failed).any()
    # What fails may look unscored, never passed; and no case is scored that was not.
    assert not (left.passed & ~full.passed).any()
    assert left.n_scored <= full.n_scored


@given(PROBLEMS)
def test_the_error_of_a_case_is_its_worst_pattern(problem: Any) -> None:
    n_cases, patterns = problem
    scores = score_cases(
        as_errors([error for error, _ in patterns]),
        np.array([case for _, case in patterns], dtype=np.intp),
        n_cases,
    )
    for number, error in enumerate(as_list(scores.errors)):
        scored = [error for error, case in patterns if case == number and error is not None]
        if not scored:
            assert error is None
        elif error is not None:
            assert error == max(scored)
        else:
            assert max(scored) == 0


def test_a_hundred_thousand_outputs() -> None:
    n = 100_000
    outputs = [Output(label=str(number % 3)) for number in range(n)]
    expectations = [
        parse_expectation({"type": "equals", "label": str(number % 2)}, labels=(), has_base=False)
        for number in range(n)
    ]
    errors = score_patterns(expectations, outputs, [None] * n)
    scores = score_cases(errors, np.arange(n) // 5, n // 5)
    # Label number % 3 equals number % 2 where number % 6 is 0 or 1: of 100,000 that is 16,667 + 16,667.
    assert np.count_nonzero(errors == 0) == 33_334
    assert scores.n_failed == n // 5
