"""Answers that are JSON and yet hardly anything: each costs its own input an error, never the worker its life."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from evaluation.adapters import Failure, Policy, open_adapter
from evaluation.adapters.mapping.faults import Unsendable
from evaluation.adapters.server import Reply
from evaluation.types import JSON, Output

URL = "https://models.example.org"
DIGITS = 10**400  # no float holds it
MANY_DIGITS = 10**4299  # so many digits as JSON may have
# Deeper than JSON is read, the recursion of a reader has no place left.
DEEP: Any = "yes"
for _level in range(980):
    DEEP = [DEEP]
DEEP_OBJECT: Any = "yes"
for _level in range(980):
    DEEP_OBJECT = {"a": DEEP_OBJECT}
CONFIGS: list[dict[str, Any]] = [
    {"kind": "http"},
    {"kind": "http", "numbers": "label"},
    {"kind": "http", "numbers": "label_index"},
    {"kind": "http", "label_at": "a", "scores_at": "b"},
    {"kind": "mlflow", "format": "instances"},
    {"kind": "open_inference", "model": "m"},
    {"kind": "open_inference", "model": "m", "outputs": {"label": "a", "scores": "b"}},
]
ODD: list[Any] = [
    DIGITS,
    -DIGITS,
    MANY_DIGITS,
    DEEP,
    DEEP_OBJECT,
    [DEEP, DEEP],
    {"label": DIGITS},
    {"label": DEEP},
    {"a": DIGITS, "b": DEEP},
    {"a": DEEP, "b": [DIGITS, DEEP]},
    {"scores": [DEEP, 1]},
    {"scores": {"yes": DIGITS, "no": 0.5}},
    {"label": [{"label": DIGITS, "score": DEEP}]},
    {"scores": [{"label": DEEP, "score": 1}]},
    {"error": DEEP},
    {"value": DEEP},
]


def opened(**config: Any) -> Any:
    return open_adapter({"url": URL, **config}, labels=["no", "yes"], policy=Policy(), file=None)


def read(adapter: Any, answer: object, count: int) -> list[Output | Failure]:
    """What is read in a thread of its own, as a worker does it: of the stack's places few are taken there."""
    with ThreadPoolExecutor(1) as thread:
        said: list[Output | Failure] = thread.submit(
            lambda: adapter._read(Reply(200, msgspec.json.encode(answer)), count)
        ).result()
    return said


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_whatever_is_said_of_one_input_is_an_output_or_a_failure(config: dict[str, Any], odd: Any) -> None:
    if config["kind"] == "open_inference":
        answers: list[Any] = [
            {"outputs": [{"name": name, "data": [odd, odd]} for name in "ab"]},
            {"outputs": [{"name": name, "data": [1, 2], "shape": [odd, odd]} for name in "ab"]},
            {"outputs": [{"name": odd, "data": odd}]},
        ]
    else:
        answers = [[odd, odd], {"predictions": [odd, odd]}, odd]
    for answer in answers:
        said = read(opened(**config), answer, 2)
        assert len(said) == 2
        assert all(isinstance(item, Output | Failure) for item in said)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_so_it_is_with_a_chat(odd: Any) -> None:
    adapter = opened(kind="openai", model="m", label_extraction="contains")
    for message in (odd, {"content": odd}, {"refusal": odd}, {"content": [{"text": odd}]}):
        [said] = read(adapter, {"choices": [{"message": message}]}, 1)
        assert isinstance(said, Output | Failure)


@pytest.mark.parametrize(
    ("numbers", "odd", "words"),
    [
        ("label", DIGITS, "is not a label of this project"),
        ("label_index", DIGITS, "the labels have the numbers 0 to 1"),
        ("value", DIGITS, "Must be a finite number"),
        ("value", DEEP_OBJECT, "nested too deeply"),
    ],
    ids=range(4),
)
def test_the_guilty_one_fails_alone_and_is_told_why(numbers: str, odd: JSON, words: str) -> None:
    first, failed, last = read(
        opened(kind="http", numbers=numbers), [{"label": "yes"}, odd, {"label": "no"}], 3
    )

    assert (first, last) == (Output(label="yes"), Output(label="no"))
    assert isinstance(failed, Failure)
    assert words in failed.message


def test_an_error_of_our_own_in_reading_costs_errors_and_is_logged_without_what_was_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody knows of one; should there be one, its text may repeat the key that a server was sent."""

    def fails(answer: object, count: int) -> None:
        raise ZeroDivisionError(f"not for {answer}")

    adapter = opened(kind="http")
    monkeypatch.setattr(adapter._mapper, "read", fails)
    with caplog.at_level(logging.ERROR):
        said = read(adapter, ["sk-secret", "no"], 2)

    told = (
        "The model could not be asked, or its answer not read, by a fault of the tracker: ZeroDivisionError."
    )
    assert said == [Failure(told)] * 2
    assert "ZeroDivisionError" in caplog.text
    assert "in fails" in caplog.text  # the place
    assert "sk-secret" not in caplog.text


def test_an_input_that_is_too_deep_to_be_arranged_cannot_be_sent() -> None:
    adapter = opened(kind="open_inference", model="m", inputs=[{"name": "x"}])
    with pytest.raises(Unsendable, match="nested too deeply"):
        adapter._body([DEEP])
