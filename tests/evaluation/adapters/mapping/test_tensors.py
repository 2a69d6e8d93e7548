"""Tensors of the Open Inference Protocol."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.adapters.mapping.faults import Unreadable, Unsendable
from evaluation.adapters.mapping.tensors import Shape, datatype_of, rows_of, tensor


def written(values: list[Any], datatype: str | None = None, dims: tuple[int, ...] = ()) -> tuple[Any, ...]:
    told = tensor(Shape("x", datatype, dims), values)
    assert told["name"] == "x"
    return told["shape"], told["datatype"], told["data"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["a", "b"], ([2], "BYTES", ["a", "b"])),
        ([1, 2.5], ([2, 1], "FP64", [1, 2.5])),
        ([True], ([1, 1], "BOOL", [True])),
        ([[1, 2], [3, 4], [5, 6]], ([3, 2], "FP64", [1, 2, 3, 4, 5, 6])),
        ([[[1, 2], [3, 4]]], ([1, 2, 2], "FP64", [1, 2, 3, 4])),
        ([["a", "b"]], ([1, 2], "BYTES", ["a", "b"])),
    ],
)
def test_what_nobody_described_is_written_by_its_values(values: list[Any], expected: tuple[Any, ...]) -> None:
    assert written(values) == expected


@pytest.mark.parametrize(
    ("values", "datatype", "dims", "expected"),
    [
        (["a", "b"], "BYTES", (-1, 1), ([2, 1], "BYTES", ["a", "b"])),
        (["a", "b"], "BYTES", (-1,), ([2], "BYTES", ["a", "b"])),
        ([[1, 2.0]], "INT64", (-1, 2), ([1, 2], "INT64", [1, 2])),
        ([[1, 2]], "FP32", (-1, -1, 1), ([1, 2, 1], "FP32", [1, 2])),
        ([[1, 2]], "FP32", (2,), ([1, 2], "FP32", [1, 2])),
    ],
)
def test_what_the_server_described_is_written_so(
    values: list[Any], datatype: str, dims: tuple[int, ...], expected: tuple[Any, ...]
) -> None:
    assert written(values, datatype, dims) == expected


@pytest.mark.parametrize(
    ("values", "datatype", "dims", "words"),
    [
        ([1.5], "INT32", (), "1.5' cannot be sent as INT32"),
        ([True], "FP32", (), "'True' cannot be sent as FP32"),
        ([1], "BOOL", (), "cannot be sent as BOOL"),
        ([1], "BYTES", (), "cannot be sent as BYTES"),
        ([None], "FP64", (), r"missing value \(null\) cannot"),
        ([[1, None]], "FP64", (), r"missing value \(null\) cannot"),
        ([[1, 2], [3]], None, (), "same shape"),
        ([[[1, 2], [3]]], None, (), "same length"),
        ([[]], None, (), "empty list"),
        ([[1, 2, 3]], "FP64", (-1, 4), "wants the dimensions 4 of “x” for each input; this one has 3"),
    ],
)
def test_what_does_not_fit_is_not_sent(
    values: list[Any], datatype: str | None, dims: tuple[int, ...], words: str
) -> None:
    with pytest.raises(Unsendable, match=words):
        written(values, datatype, dims)


@pytest.mark.parametrize(
    ("spelled", "datatype"),
    [
        ("FP32", "FP32"), ("fp64", "FP64"), ("TYPE_STRING", "BYTES"), ("TYPE_INT64", "INT64"), ("float32", "FP32"),
        ("tensor(double)", "FP64"), ("tensor(string)", "BYTES"), ("bool", "BOOL"), ("complex64", None), (None, None),
    ],
)  # fmt: skip
def test_other_spellings_are_understood(spelled: object, datatype: str | None) -> None:
    assert datatype_of(spelled) == datatype


@pytest.mark.parametrize(
    ("output", "count", "rows"),
    [
        ({"shape": [2], "data": ["a", "b"]}, 2, ["a", "b"]),
        ({"shape": [2, 2], "data": [1, 2, 3, 4]}, 2, [[1, 2], [3, 4]]),
        ({"data": [1, 2, 3, 4]}, 2, [[1, 2], [3, 4]]),
        ({"data": [[1, 2], [3, 4]]}, 2, [[1, 2], [3, 4]]),
        ({"data": [[1, 2, 3, 4]]}, 2, [[1, 2], [3, 4]]),
        ({"shape": [1, 2], "data": [1, 2]}, 1, [[1, 2]]),
        ({"shape": [1, 2], "data": [[1, 2]]}, 1, [[1, 2]]),
    ],
)
def test_data_are_read_flat_and_nested(output: dict[str, object], count: int, rows: list[object]) -> None:
    assert rows_of(output, count) == rows


@pytest.mark.parametrize(
    "output",
    [
        {},
        {"data": "x"},
        {"data": [1, 2, 3]},
        {"data": []},
        # four entries for two inputs are not two pairs
        {"shape": [4, 1], "data": [1, 2, 3, 4]},
        {"shape": [1, 4], "data": [1, 2, 3, 4]},
    ],
)
def test_data_that_cannot_be_shared_out_are_refused(output: dict[str, object]) -> None:
    with pytest.raises(Unreadable, match="The output"):
        rows_of(output, 2)


@given(st.integers(1, 5), st.integers(2, 4), st.integers(2, 4), st.data())
def test_rows_come_back_as_they_were_sent(count: int, rows: int, columns: int, data: st.DataObject) -> None:
    numbers = st.integers(-1000, 1000)
    matrix = st.lists(st.lists(numbers, min_size=columns, max_size=columns), min_size=rows, max_size=rows)
    values: list[Any] = data.draw(st.lists(matrix, min_size=count, max_size=count))

    told = tensor(Shape("x"), values)

    assert told["shape"] == [count, rows, columns]
    flat = [number for value in values for row in value for number in row]
    assert told["data"] == flat
    if count > 1:
        size = rows * columns
        assert rows_of(dict(told), count) == [
            flat[place * size : (place + 1) * size] for place in range(count)
        ]
