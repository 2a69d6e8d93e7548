"""Adding a model never changes another model's result."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evaluation.expectations import parse_expectation
from evaluation.scoring import score_cases, score_patterns
from evaluation.types import Criterion, Output
from evaluation.verdicts import Judgement, judge, judged_mask

N_CASES = 30
EXPECTATION = parse_expectation({"type": "equals", "label": "a"}, labels=["a", "b"], has_base=False)
SOURCES = st.sets(st.sampled_from(["sampled", "m1", "m2", "m3"]), min_size=1)
ANSWERS = st.sampled_from(["a", "a", "a", "b", None])


def results(sources: list[set[str]], answers: dict[str, list[str | None]]) -> dict[str, Judgement]:
    """What an application does: every model on every case, judged by what is known of the cases."""
    found = {}
    for version, said in answers.items():
        outputs = [None if label is None else Output(label) for label in said]
        errors = score_patterns([EXPECTATION] * N_CASES, outputs, [None] * N_CASES)
        judged = judged_mask(
            unselected=np.array(["sampled" in case for case in sources]),
            selected_on_model=np.array([version in case for case in sources]),
            trained_on=np.zeros(N_CASES, dtype=bool),
            criterion=Criterion(),
        )
        found[version] = judge(score_cases(errors, np.arange(N_CASES), N_CASES).errors[judged], Criterion())
    return found


@given(
    st.lists(SOURCES, min_size=N_CASES, max_size=N_CASES),
    st.fixed_dictionaries(
        {version: st.lists(ANSWERS, min_size=N_CASES, max_size=N_CASES) for version in ("m1", "m2", "m3")}
    ),
)
def test_adding_a_model_never_changes_another_result(sources: Any, answers: Any) -> None:
    before = results(sources, {version: answers[version] for version in ("m1", "m2")})
    after = results(sources, answers)
    assert {version: after[version] for version in before} == before
