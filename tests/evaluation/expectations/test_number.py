import math
from typing import Any

import pytest

from tests.evaluation.expectations.reading import errors, expectation, output


@pytest.mark.parametrize(
    ("fields", "score", "error"),
    [
        ({"min": 0.5}, 0.5, 0.0),
        ({"min": 0.5}, 0.49, 1.0),
        ({"max": 0.5}, 0.5, 0.0),
        ({"max": 0.5}, 0.51, 1.0),
        ({"min": 0.2, "max": 0.3}, 0.25, 0.0),
        ({"min": 0.2, "max": 0.3}, 0.31, 1.0),
        ({"min": 0.2, "max": 0.3}, 0.19, 1.0),
        ({"min": 0.2, "max": 0.2}, 0.2, 0.0),
        ({"min": 0}, -0.1, 1.0),
    ],
)
def test_score(fields: Any, score: Any, error: Any) -> None:
    said = output({"scores": {"neutral": score, "positive": 0.9}})
    assert expectation("score", label="neutral", **fields).check(said) == error


@pytest.mark.parametrize("said", [None, "neutral", {"value": 0.5}, {"scores": {"positive": 0.9}}], ids=repr)
def test_score_unscored(said: Any) -> None:
    assert expectation("score", label="neutral", min=0.5).check(output(said)) is None


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        ({"label": "neutral"}, {"min"}),
        ({"label": "neutral", "min": 0.6, "max": 0.5}, {"min"}),
        ({"label": "neutral", "min": math.nan}, {"min"}),
        ({"label": "neutral", "min": "0.5"}, {"min"}),
        ({"label": "neutral", "max": None}, {"max"}),
        ({"label": "neutral", "max": True}, {"max"}),
        ({"label": "neutral", "max": math.inf}, {"max"}),
        ({"min": 0.5}, {"label"}),
        ({"label": "unknown", "min": 0.5}, {"label"}),
    ],
    ids=repr,
)
def test_score_bad_fields(fields: Any, bad: Any) -> None:
    assert errors("score", **fields).keys() == bad


@pytest.mark.parametrize(
    ("fields", "value", "error"),
    [
        ({"abs_tol": 1}, 11, 0.0),
        ({"abs_tol": 1}, 11.5, 1.0),
        ({"abs_tol": 0}, 10, 0.0),
        ({"abs_tol": 0}, 10.000001, 1.0),
        ({"rel_tol": 0.1}, 11, 0.0),  # 1 <= 0.1 * 11
        ({"rel_tol": 0.1}, 8.9, 1.0),  # 1.1 > 0.1 * 10
        ({"rel_tol": 0.01, "abs_tol": 2}, 12, 0.0),
        ({"abs_tol": 1, "scale": 20}, 11, 0.0),
        ({"abs_tol": 1, "scale": 20}, 15, 0.25),  # 5 / 20
        ({"abs_tol": 1, "scale": 20}, -10, 1.0),  # 20 / 20
        ({"abs_tol": 1, "scale": 20}, 1e300, 1.0),
    ],
)
def test_close_to(fields: Any, value: Any, error: Any) -> None:
    assert expectation("close_to", value=10, **fields).check(output({"value": value})) == error


def test_close_to_a_failure_stays_one_whatever_the_scale() -> None:
    error = expectation("close_to", value=0, abs_tol=0, scale=1e308).check(output({"value": 1e-300}))
    assert error is not None
    assert error > 0


def test_close_to_far_beyond_the_largest_float() -> None:
    error = expectation("close_to", value=-1e308, abs_tol=0, scale=1).check(output({"value": 1e308}))
    assert error == 1.0


@pytest.mark.parametrize("said", [None, "neutral", {"text": "10"}, {"scores": {"neutral": 10}}], ids=repr)
def test_close_to_unscored(said: Any) -> None:
    assert expectation("close_to", value=10, abs_tol=1).check(output(said)) is None


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        ({"value": 10}, {"abs_tol"}),
        ({"value": 10, "scale": 1}, {"abs_tol"}),
        ({"abs_tol": 1}, {"value"}),
        ({"value": math.nan, "abs_tol": 1}, {"value"}),
        ({"value": "10", "abs_tol": 1}, {"value"}),
        ({"value": 10, "abs_tol": -1}, {"abs_tol"}),
        ({"value": 10, "rel_tol": -0.1}, {"rel_tol"}),
        ({"value": 10, "rel_tol": math.nan}, {"rel_tol"}),
        ({"value": 10, "abs_tol": 1, "scale": 0}, {"scale"}),
        ({"value": 10, "abs_tol": 1, "scale": -1}, {"scale"}),
        ({"value": 10**400, "abs_tol": 1}, {"value"}),
    ],
    ids=repr,
)
def test_close_to_bad_fields(fields: Any, bad: Any) -> None:
    assert errors("close_to", **fields).keys() == bad
