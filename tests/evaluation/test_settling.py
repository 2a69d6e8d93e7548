import numpy as np
import pytest

from evaluation.types import Criterion
from evaluation.verdicts import judge


@pytest.mark.parametrize(
    ("passed", "failed", "unscored", "text"),
    [
        (6, 0, 0, "all 6 pass; 16 more clean cases would prove it"),
        (21, 0, 0, "all 21 pass; 1 more clean case would prove it"),
        (1, 0, 0, "the only one passes; 21 more clean cases would prove it"),
        (22, 0, 0, "all 22 pass"),
        (60, 2, 0, "2 of 62 fail, few enough"),
        (3, 1, 0, "1 of 4 fails; 34 more clean cases would prove it"),  # 1 of 38: 0.0991
        (0, 0, 0, "no clean case to judge by; 22 clean cases that pass would prove it"),
        (0, 0, 1, "the only judged case could not be scored; answers are needed first"),
        (0, 0, 3, "none of the 3 judged cases could be scored; answers are needed first"),
        (21, 0, 1, "all 21 pass where scored, 1 is unscored; an answer that passes would prove it"),
        (
            18,
            0,
            2,
            (
                "all 18 pass where scored, 2 are unscored; "
                "answers that pass and 2 more clean cases would prove it"
            ),
        ),
        (7, 17, 0, "17 of 24 fail; none may"),
        (30, 30, 0, "30 of 60 fail; at most 2 may"),
        (1, 5, 0, "5 of 6 fail; too few cases to prove a fix yet"),
    ],
)
def test_rule_bound(passed: int, failed: int, unscored: int, text: str) -> None:
    errors = np.array([0.0] * passed + [1.0] * failed + [np.nan] * unscored)
    assert judge(errors, Criterion()).settles == text


@pytest.mark.parametrize(
    ("passed", "failed", "unscored", "text"),
    [
        (6, 0, 0, "all 6 pass"),
        (5, 1, 0, "1 of 6 fails; every case must pass"),
        (5, 0, 1, "all 5 pass where scored, 1 is unscored; an answer that passes would settle it"),
        (0, 0, 0, "no clean case to judge by; 1 clean case that passes would settle it"),
    ],
)
def test_rule_every_case(passed: int, failed: int, unscored: int, text: str) -> None:
    errors = np.array([0.0] * passed + [1.0] * failed + [np.nan] * unscored)
    assert judge(errors, Criterion(rule="every_case")).settles == text
