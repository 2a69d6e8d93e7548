"""What a judgement says would settle it, in numbers; its sentences are the application's."""

import numpy as np
import pytest

from evaluation.types import Criterion
from evaluation.verdicts import Judgement, judge


def judged(passed: int, failed: int, unscored: int, rule: str = "bound") -> Judgement:
    errors = np.array([0.0] * passed + [1.0] * failed + [np.nan] * unscored)
    return judge(errors, Criterion(rule=rule))


@pytest.mark.parametrize(
    ("passed", "failed", "unscored", "missing", "if_answered", "allowed"),
    [
        # 0 of 22 is the first to prove it: 1 - 0.1 ** (1 / 22) = 0.0994; of 21: 0.1038
        (6, 0, 0, 16, 16, None),
        (22, 0, 0, 0, 0, 0),
        # 1 of 38: 0.0985, of 37: 0.1011
        (3, 1, 0, 34, 34, None),
        # the unscored one counts as failed until it is answered: 1 of 38 needs 16 more than these 22
        (21, 0, 1, 16, 0, 0),
        # of 60, 2 may fail (upper bound 0.0863), 3 may not (0.1080)
        (30, 30, 0, None, None, 2),
    ],
)
def test_what_would_settle_it(
    passed: int, failed: int, unscored: int, missing: int | None, if_answered: int | None, allowed: int | None
) -> None:
    judgement = judged(passed, failed, unscored)
    assert judgement.inference
    assert judgement.failures_allowed == allowed
    if missing is not None:
        assert judgement.clean_cases_missing == missing
        assert judgement.clean_cases_missing_if_answered == if_answered


def test_every_case_claims_no_inference() -> None:
    judgement = judged(6, 0, 0, rule="every_case")
    assert not judgement.inference
    assert judgement.failures_allowed is None
    assert judged(0, 0, 0, rule="every_case").clean_cases_missing == 1
