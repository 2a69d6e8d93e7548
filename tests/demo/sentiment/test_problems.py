from __future__ import annotations

import numpy as np
import pytest

from evaluation.expectations import parse_expectation
from tracker.demo.sentiment.moods import LABELS
from tracker.demo.sentiment.posts import everyday_posts
from tracker.demo.sentiment.problems import PROBLEMS, DemoProblem, patterns_of
from tracker.demo.sentiment.training import BALANCED, FIRST_POSTS, WITH_DENIALS_AND_TYPOS

DESCRIBED = [problem for problem in PROBLEMS if problem.generate is not None]
described = pytest.mark.parametrize("problem", DESCRIBED, ids=[problem.slug for problem in DESCRIBED])


def generated(problem: DemoProblem, seed: int = 1) -> list[dict]:
    return patterns_of(problem, rng=np.random.default_rng(seed))


@described
def test_patterns_are_unselected_and_well_formed(problem: DemoProblem) -> None:
    for line in generated(problem):
        assert line["source"] == "generated"
        parse_expectation(line["expectation"], labels=LABELS, has_base="base" in line)
        for text in (line["input"], line.get("base", "")):
            assert "{" not in text


@described
def test_there_are_enough_cases_for_the_bound_rule_to_decide(problem: DemoProblem) -> None:
    # 22 clean cases prove "fixed" (docs/verdicts.md).
    assert len({line["case"] for line in generated(problem)}) >= 22


@described
def test_patterns_follow_their_seed_alone(problem: DemoProblem) -> None:
    assert generated(problem) == generated(problem)


@described
def test_nobody_was_trained_on_a_pattern_and_nobody_posts_one(problem: DemoProblem) -> None:
    tested = {text for line in generated(problem) for text in (line["input"], line.get("base")) if text}
    for training_set in (FIRST_POSTS, WITH_DENIALS_AND_TYPOS, BALANCED):
        assert not tested & set(training_set.rows().texts)
    posted = {post.text for post in everyday_posts(3000, rng=np.random.default_rng(1))}
    assert not tested & posted


def test_all_ways_of_expecting_are_used() -> None:
    kinds = {line["expectation"]["type"] for problem in DESCRIBED for line in generated(problem)}
    assert kinds == {"equals", "not_equals", "invariant", "directional"}
