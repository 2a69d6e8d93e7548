"""Answers as tables of scores are read as the same answers one by one are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.adapters.answers import read_answers
from evaluation.adapters.base import Failure
from evaluation.adapters.score_table import ScoreTable
from evaluation.types import Output

LABELS = ["no", "maybe", "yes"]
NAMES = st.lists(st.sampled_from([*LABELS, "other", ""]), min_size=1, max_size=4)
SCORES = st.sampled_from([0.0, 0.25, 0.25, 0.5, 1.0, float("nan"), float("inf")])


def table_of(names: list[str], rows: list[list[float]], said: list[str] | None = None) -> ScoreTable:
    return ScoreTable(names, np.array(rows, dtype=float).reshape(-1, len(names)), said)


@st.composite
def tables(draw: st.DrawFn) -> ScoreTable:
    names = draw(NAMES)
    rows = draw(st.lists(st.lists(SCORES, min_size=len(names), max_size=len(names)), max_size=4))
    said = draw(
        st.none() | st.lists(st.sampled_from([*LABELS, "other"]), min_size=len(rows), max_size=len(rows))
    )
    return table_of(names, rows, said)


@given(table=tables(), labels=st.sampled_from([LABELS, []]))
def test_a_table_is_read_as_the_objects_of_its_rows(table: ScoreTable, labels: list[str]) -> None:
    n_rows = len(table.scores)

    assert read_answers(table, n_rows, labels) == read_answers(table.items(), n_rows, labels)


@given(table=tables())
def test_a_table_survives_the_way_between_processes(table: ScoreTable) -> None:
    arrived = ScoreTable.from_message(table.to_message())

    assert arrived is not None
    assert (arrived.labels, arrived.said) == (table.labels, table.said)
    np.testing.assert_array_equal(arrived.scores, table.scores)


def test_equal_scores_are_the_first_in_project_order() -> None:
    table = table_of(["yes", "no"], [[0.5, 0.5]])

    assert read_answers(table, 1, LABELS) == [Output("no", {"yes": 0.5, "no": 0.5})]
    assert read_answers(table, 1, []) == [Output("yes", {"yes": 0.5, "no": 0.5})]


def test_a_label_with_two_scores_has_none() -> None:
    said = read_answers(table_of(["yes", "no", "yes"], [[0.9, 0.5, 0.1]]), 1, LABELS)

    assert said == [Failure("The answer has scores for one label twice.")]


def test_one_bad_row_fails_alone() -> None:
    good, bad = read_answers(table_of(["no", "yes"], [[0.25, 0.75], [0.5, float("nan")]]), 2, LABELS)

    assert good == Output("yes", {"no": 0.25, "yes": 0.75})
    assert isinstance(bad, Failure)


def test_a_table_of_another_length_fails_every_input() -> None:
    assert (
        read_answers(table_of(["no"], [[1.0]]), 2, LABELS)
        == [Failure("The answer has 1 outputs for 2 inputs.")] * 2
    )


def test_the_columns_of_a_data_frame_are_labels() -> None:
    frame = pd.DataFrame(np.array([[0.25, 0.75]]), columns=np.array([0, 1]))
    table = ScoreTable.from_frame(frame)

    assert table is not None
    assert table.items() == [{"scores": {"0": 0.25, "1": 0.75}}]


@pytest.mark.parametrize(
    "answer",
    [
        [{"label": "yes"}],
        {"labels": ["yes"]},
        {"scores": {"yes": 1.0}},
        pd.DataFrame({"no": ["low"], "yes": ["high"]}),
        pd.DataFrame({"prediction": [3.7]}),
        pd.DataFrame([[0.5, 0.5]], columns=pd.MultiIndex.from_tuples([("a", "no"), ("a", "yes")])),
        None,
        *(
            {"labels": ["no", "yes"], "scores": scores, "said": None}
            for scores in (b"1", bytes(24), [[0.5, 0.5]])
        ),
        {"labels": [], "scores": b"", "said": None},
        {"labels": ["no"], "scores": bytes(8), "said": ["no", "no"]},
    ],
)
def test_what_is_no_table_is_none(answer: Any) -> None:
    assert ScoreTable.from_frame(answer) is None
    assert ScoreTable.from_message(answer) is None
