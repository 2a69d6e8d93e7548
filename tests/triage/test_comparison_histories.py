"""Seeded histories through the database: what is stored is tested as the engine tests the arrays it was drawn as.

tests/evaluation/test_comparison.py shows on 2,000 histories each, as arrays, how often equal models are called
different. That speaks for stored patterns, case sources and outputs as long as these come to the same tests.
"""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.comparison import Change, Family, compare_flips, flips_of
from tests.evaluation.histories import Errors, by_chance, filed_on_v8
from tests.factories import (
    day,
    equals,
    evaluate,
    make_model,
    make_outputs,
    make_patterns,
    make_problem,
    make_project,
)
from tracker.triage.comparison import Comparison, compare_models

pytestmark = pytest.mark.django_db

EVERY_CASE = None


def stored(v8: Errors, v9: Errors, unselected: Errors, *, filed_on: str = "v8") -> Comparison:
    """Store what the two models fail, by problem and case, evaluate it and compare them. Problems keep their order."""
    project = make_project()
    n_problems, n_cases = v8.shape
    texts = [[f"text {row} {number}" for number in range(n_cases)] for row in range(n_problems)]
    for row in texts:
        sources = ["sampled" if each else {"selected_on": filed_on} for each in unselected]
        lines = [equals(text, source=source) for text, source in zip(row, sources, strict=True)]
        make_patterns(make_problem(project), lines)
    models = [
        make_model(project, version, trained_at=day(number)) for number, version in ((8, "v8"), (9, "v9"))
    ]
    for model, fails in zip(models, (v8, v9), strict=True):
        said = np.where(fails, "negative", "positive").ravel().tolist()
        make_outputs(model, dict(zip((text for row in texts for text in row), said, strict=True)))
    evaluate(project)
    for model in models:
        model.refresh_from_db()
    return compare_models(project, *models)


def of_arrays(v8: Errors, v9: Errors, tested: Errors | None) -> Family:
    errors = zip(v8.astype(np.float64), v9.astype(np.float64), strict=True)
    return compare_flips([flips_of(base, head, tested) for base, head in errors])


def assert_same(found: Comparison, family: Family) -> None:
    rows = sorted(found.problems, key=lambda row: row.problem.number)
    assert [row.test for row in rows] == list(family.problems)
    assert found.overall == family.overall
    assert found.tests.n_tests == family.n_tests


def test_equal_models_over_twelve_problems() -> None:
    v8, v9 = by_chance(30, 0.3)
    for history in range(4):
        found = stored(v8[history], v9[history], np.ones(30, dtype=np.bool_))
        assert_same(found, of_arrays(v8[history], v9[history], EVERY_CASE))
        assert found.overall.flips.n_pairs == 360


@pytest.mark.parametrize("filed_on", ["v8", "v7"], ids=["one of the two", "a relative"])
def test_cases_filed_on_the_failures_of_a_model_decide_nothing(filed_on: str) -> None:
    v8, v9, unselected = filed_on_v8()
    n_if_all_decided = 0
    for history in range(6):
        base, head = v8[[history]], v9[[history]]
        found = stored(base, head, unselected, filed_on=filed_on)
        assert_same(found, of_arrays(base, head, unselected))
        assert found.overall.flips.n_pairs == 60
        assert found.overall.change == Change.UNPROVEN
        # They are listed and scored all the same.
        assert (found.n_cases, found.n_newly_passing) == (90, int(np.count_nonzero(base & ~head)))
        n_if_all_decided += of_arrays(base, head, EVERY_CASE).overall.change == Change.IMPROVED
    assert n_if_all_decided > 3
