"""What people are shown of one input that was asked."""

from __future__ import annotations

import pytest

from evaluation.adapters import AdapterUnavailable, Exchange, Failure
from evaluation.adapters.explaining import MAX_SHOWN, exchange_of, shown
from evaluation.types import JSON, Output


def test_a_raw_answer_is_shown_beside_how_it_was_read() -> None:
    assert exchange_of("a", lambda asked: {"label": "yes"}, ["yes"]) == Exchange(
        request="a", answer='{"label": "yes"}', output=Output(label="yes")
    )


def test_an_answer_that_cannot_be_read_says_why() -> None:
    exchange = exchange_of({"x": 1}, lambda asked: "maybe", ["yes"])

    assert (exchange.request, exchange.answer, exchange.output) == ('{"x": 1}', "maybe", None)
    assert "not a label of this project" in str(exchange.fault)


@pytest.mark.parametrize(
    ("answer", "exchange"),
    [
        (Output(value=2.5), Exchange("a", answer='{"value": 2.5}', output=Output(value=2.5))),
        (Failure("too short"), Exchange("a", answer="too short", fault="too short")),
    ],
)
def test_what_was_read_already_is_taken_as_it_is(answer: object, exchange: Exchange) -> None:
    assert exchange_of("a", lambda asked: answer, []) == exchange


def test_what_cannot_be_asked_is_a_fault() -> None:
    def ask(asked: JSON) -> object:
        raise AdapterUnavailable("its process was killed")

    assert exchange_of("a", ask, []) == Exchange("a", fault="its process was killed")


def test_long_json_is_broken_up_where_people_would() -> None:
    numbers = list(range(40))

    assert shown({"name": "x", "rows": [numbers, numbers], "empty": {}, "short": {"a": [1]}}) == (
        '{\n  "name": "x",\n  "rows": [\n    '
        + ",\n    ".join([str(numbers)] * 2)
        + '\n  ],\n  "empty": {},\n  "short": {"a": [1]}\n}'
    )


def test_what_is_long_is_cut_and_what_is_unprintable_replaced() -> None:
    assert len(shown(["x" * 10_000])) == MAX_SHOWN
    assert shown("a\x00\ud800") == "a\ufffd?"
