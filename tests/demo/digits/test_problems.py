from __future__ import annotations

import numpy as np
import pytest

from evaluation.expectations import parse_expectation
from tracker.demo.digits.corpus import Corpus, Scan
from tracker.demo.digits.problems import PROBLEMS, STRAIGHT_NINES, WIDE_ONES, DemoProblem, patterns_of
from tracker.demo.digits.strokes import is_wide_one

LABELS = list("0123456789")
DESCRIBED = [problem for problem in PROBLEMS if problem.drawing is not None]
described = pytest.mark.parametrize("problem", DESCRIBED, ids=[problem.slug for problem in DESCRIBED])


def drawn(problem: DemoProblem, pool: tuple[Scan, ...], seed: int = 1) -> list[dict]:
    return patterns_of(problem, pool, rng=np.random.default_rng(seed))


@described
def test_patterns_are_unselected_and_well_formed(problem: DemoProblem, corpus: Corpus) -> None:
    for line in drawn(problem, corpus.patterns):
        assert line["source"] in {"sampled", "generated"}
        assert np.array(line["input"]).shape == (8, 8)
        assert 0 <= np.min(line["input"]) <= np.max(line["input"]) <= 16
        parse_expectation(line["expectation"], labels=LABELS, has_base="base" in line)


@described
def test_there_are_enough_cases_for_the_bound_rule_to_decide(problem: DemoProblem, corpus: Corpus) -> None:
    cases = {line["case"] for line in drawn(problem, corpus.patterns)}
    # 22 clean cases prove "fixed" (DESIGN.md, section 5); there are too few straight nines.
    assert len(cases) >= (10 if problem is STRAIGHT_NINES else 22)


@described
def test_the_drawing_follows_its_seed_alone(problem: DemoProblem, corpus: Corpus) -> None:
    assert drawn(problem, corpus.patterns) == drawn(problem, corpus.patterns)


@described
def test_patterns_come_from_the_pattern_pool(problem: DemoProblem, corpus: Corpus) -> None:
    pool = {scan.number for scan in corpus.patterns}
    assert {line["meta"]["scan"] for line in drawn(problem, corpus.patterns)} <= pool


def test_a_rule_looks_at_the_scan(corpus: Corpus) -> None:
    wide = {scan.number for scan in corpus.patterns if is_wide_one(scan)}
    assert {line["meta"]["scan"] for line in drawn(WIDE_ONES, corpus.patterns)} <= wide


def test_what_is_made_of_one_scan_is_one_case(corpus: Corpus) -> None:
    for problem in DESCRIBED:
        for line in drawn(problem, corpus.patterns):
            assert line["case"] == f"scan-{line['meta']['scan']}"
