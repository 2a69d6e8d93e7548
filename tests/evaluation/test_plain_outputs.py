"""Reading many outputs at once says of each what reading it by itself says, or leaves it to that."""

import math
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from evaluation.labels import Labels
from evaluation.plain_outputs import plain_outputs
from evaluation.types import InvalidOutput, Output

LABELS = ["no", "maybe", "yes"]
names = st.sampled_from([*LABELS, "other", "", "a\x00b", "\ud800"])
numbers = st.one_of(st.floats(), st.integers(), st.booleans(), st.sampled_from([0.5, 10**400, "1"]))
fields = st.fixed_dictionaries(
    {},
    optional={
        "label": st.one_of(st.none(), names),
        "scores": st.one_of(st.none(), st.dictionaries(names, numbers, max_size=3), st.just([1])),
        "value": st.one_of(st.none(), numbers),
        "text": st.one_of(st.none(), names),
        "unknown": st.none(),
    },
)


def by_itself(item: Any, labels: list[str]) -> Output | None:
    try:
        return Output.from_json(item, labels)
    except InvalidOutput:
        return None


@given(st.lists(st.one_of(names, fields), max_size=4), st.sampled_from([LABELS, []]))
def test_what_is_read_at_once_is_what_each_is_by_itself(items: list[Any], labels: list[str]) -> None:
    together = plain_outputs(items, labels)
    if together is not None:
        assert together == [by_itself(item, labels) for item in items]


@pytest.mark.parametrize(
    "items",
    [
        ["yes", "no"],
        [{"scores": {"yes": 0.5, "no": 0.5}}, {"scores": {"no": 0, "yes": 1}}],
        [{"label": "no", "scores": {"yes": 0.9}}, {"value": 3, "text": "three"}],
    ],
)
def test_what_is_plainly_good_is_read_at_once(items: list[Any]) -> None:
    assert plain_outputs(items, Labels.of(LABELS)) == [by_itself(item, LABELS) for item in items]


def test_the_first_label_of_the_project_wins_a_tie() -> None:
    [output] = plain_outputs([{"scores": {"yes": 0.5, "no": 0.5}}], LABELS) or []
    assert output.label == "no"


@pytest.mark.parametrize(
    "item",
    [
        *(
            "other",
            {"label": "other"},
            {"scores": {"other": 1.0}},
            {"scores": {}},
            {"unknown": 1},
            {},
            5,
            None,
        ),
        *({"value": math.nan}, {"value": math.inf}, {"scores": {"yes": math.nan}}, {"value": True}),
        *({"text": "a\x00b"}, {"text": "\ud800"}, {"value": np.float32(1)}, {"label": np.str_("yes")}),
    ],
)
def test_anything_else_is_left_to_a_closer_look(item: object) -> None:
    assert plain_outputs([{"label": "yes"}, item], LABELS) is None
