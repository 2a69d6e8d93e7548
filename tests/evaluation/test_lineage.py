from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.lineage import lineage_difference, lineage_fields, path_text


def told(base: dict[str, Any], head: dict[str, Any]) -> tuple[Any, ...]:
    difference = lineage_difference(base, head)
    return (
        {field.name: (field.base, field.head) for field in difference.changed},
        {field.name: field.value for field in difference.only_in_base},
        {field.name: field.value for field in difference.only_in_head},
        difference.n_same,
    )


def test_field_by_field() -> None:
    base = {
        "data": {"name": "reviews-2025", "rows": 4000},
        "code": "4f2c1e9",
        "parameters": {"C": 1.0, "solver": "lbfgs"},
        "seed": 7,
    }
    head = {
        "data": {"name": "reviews-2026", "rows": 4000},
        "code": "4f2c1e9",
        "parameters": {"C": 1, "penalty": "l2"},
        "environment": {"python": "3.12"},
        "seed": 7,
    }
    # The same: data.rows, code, parameters.C (1 is 1.0), seed.
    assert told(base, head) == (
        {"data.name": ("reviews-2025", "reviews-2026")},
        {"parameters.solver": "lbfgs"},
        {"parameters.penalty": "l2", "environment.python": "3.12"},
        4,
    )


@pytest.mark.parametrize(
    ("base", "head", "changed", "only_in_base", "only_in_head", "n_same"),
    [
        # One step put in between is one difference, whatever stands behind it.
        (["lower", "stem"], ["lower", "strip", "stem"], {}, {}, {"steps[1]": "strip"}, 2),
        (["strip", "lower", "stem"], ["lower", "stem"], {}, {"steps[0]": "strip"}, {}, 2),
        (["lower", "stem"], ["lower", "lemmas"], {"steps[1]": ("stem", "lemmas")}, {}, {}, 1),
        (["a", "a"], ["a"], {}, {"steps[1]": "a"}, {}, 1),
        ([], ["a"], {}, {}, {"steps[0]": "a"}, 0),
        ([], [], {}, {}, {}, 1),
        ({}, {}, {}, {}, {}, 1),
        ([{"n": 1, "m": 1}], [{"n": 2, "m": 1}], {"steps[0].n": (1, 2)}, {}, {}, 1),
        ([None, 1], [2, 1], {"steps[0]": (None, 2)}, {}, {}, 1),
        # Another kind of value is another value; a truth value is no number.
        (["a"], "a", {"steps": (["a"], "a")}, {}, {}, 0),
        (1, True, {"steps": (1, True)}, {}, {}, 0),
        # A null in an object says nothing.
        (None, 1, {}, {}, {"steps": 1}, 0),
        ({"a": None}, {}, {}, {}, {}, 1),
    ],
)
def test_values_of_every_kind(
    base: Any, head: Any, changed: Any, only_in_base: Any, only_in_head: Any, n_same: int
) -> None:
    assert told({"steps": base}, {"steps": head}) == (changed, only_in_base, only_in_head, n_same)


def test_usual_parts_come_first() -> None:
    lineage = {"author": "emil", "environment": {"b": 1, "a": 1}, "data": "x"}
    assert [field.name for field in lineage_fields(lineage)] == [
        "data",
        "environment.a",
        "environment.b",
        "author",
    ]
    difference = lineage_difference(lineage, {})
    assert [field.name for field in difference.only_in_base] == [
        "data",
        "environment.a",
        "environment.b",
        "author",
    ]


def test_a_key_that_is_not_plain_is_quoted() -> None:
    assert path_text(("data", "a.b", 0, "", "größe")) == 'data."a.b"[0]."".größe'


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b"]),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.sampled_from("abc"), inside, max_size=3),
    max_leaves=12,
)
lineages = st.dictionaries(st.sampled_from(["data", "code", "a"]), json_values, max_size=3)


@given(lineages)
def test_a_lineage_is_the_same_as_itself(lineage: dict[str, Any]) -> None:
    difference = lineage_difference(lineage, lineage)
    assert difference.is_same


@given(lineages, lineages)
def test_turned_round_it_tells_the_same(base: dict[str, Any], head: dict[str, Any]) -> None:
    there, back = lineage_difference(base, head), lineage_difference(head, base)
    assert there.is_same == back.is_same
    assert there.n_same == back.n_same
    assert [(field.path, field.base, field.head) for field in there.changed] == [
        (field.path, field.head, field.base) for field in back.changed
    ]
    assert there.only_in_base == back.only_in_head


@given(lineages)
def test_against_nothing_every_field_is_on_one_side(lineage: dict[str, Any]) -> None:
    assert list(lineage_difference({}, lineage).only_in_head) == lineage_fields(lineage)
