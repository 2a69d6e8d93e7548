"""The `python` adapter."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluation.adapters import (
    Adapter,
    AdapterRefused,
    AdapterUnavailable,
    Failure,
    Policy,
    open_adapter,
)
from evaluation.types import Output

Opener = Callable[[Callable[[list[Any]], Any]], Adapter]


def opened(name: str, allowed: str, labels: list[str] | None = None) -> Adapter:
    policy = Policy(python_callables=frozenset({allowed}))
    return open_adapter({"kind": "python", "callable": name}, labels=labels or [], policy=policy, file=None)


@pytest.fixture
def adapter_of(monkeypatch: pytest.MonkeyPatch) -> Opener:
    """Opens an adapter of a function, as if an operator's package held it."""

    def open_one(function: Callable[[list[Any]], Any]) -> Adapter:
        module = ModuleType("operators_models")
        module.predict = function  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "operators_models", module)
        return opened("operators_models:predict", "operators_models:predict", ["no", "yes"])

    return open_one


def test_it_reads_labels_numbers_and_objects(adapter_of: Opener) -> None:
    answers = {"a": "yes", "b": 2, "c": {"text": "hm"}, "d": {"scores": {"no": 0.75, "yes": 0.25}}}
    adapter = adapter_of(lambda inputs: [answers[name] for name in inputs])

    assert adapter.predict(["a", "b", "c", "d"]) == [
        Output(label="yes"),
        Output(value=2.0),
        Output(text="hm"),
        Output(label="no", scores={"no": 0.75, "yes": 0.25}),
    ]


def test_it_reads_a_data_frame_of_scores(adapter_of: Opener) -> None:
    adapter = adapter_of(
        lambda inputs: pd.DataFrame({"no": [0.25] * len(inputs), "yes": [0.75] * len(inputs)})
    )
    said = Output(label="yes", scores={"no": 0.25, "yes": 0.75})

    assert adapter.predict(["a", "b"]) == [said, said]
    assert adapter.explain("a").output == said


def test_it_reads_outputs_as_if_they_were_objects(adapter_of: Opener) -> None:
    """A callable may keep them, so that none is changed; each is checked by itself."""
    wrong_scores: Any = {"no": "x"}
    kept = {
        "a": Output(scores={"yes": 0.5, "no": 0.5}),
        "b": Output("maybe"),
        "c": Output(scores=wrong_scores),
    }
    adapter = adapter_of(lambda inputs: [kept[name] for name in inputs])

    good, unknown, wrong = adapter.predict(["a", "b", "c"])
    assert good == Output("no", {"yes": 0.5, "no": 0.5})
    assert isinstance(unknown, Failure)
    assert isinstance(wrong, Failure)
    assert kept["a"].label is None
    assert adapter.explain("b").fault is not None


def test_it_reads_numpy(adapter_of: Opener) -> None:
    assert adapter_of(lambda inputs: np.array([1.5, 2.5])).predict([0, 0]) == [
        Output(value=1.5),
        Output(value=2.5),
    ]
    assert adapter_of(lambda inputs: [{"scores": {"yes": np.float32(0.5)}}]).predict([0]) == [
        Output(label="yes", scores={"yes": 0.5})
    ]


def test_only_the_input_that_raises_fails(adapter_of: Opener) -> None:
    def predict(inputs: list[Any]) -> list[str]:
        return ["yes" if 6 / number else "no" for number in inputs]

    assert adapter_of(predict).predict([1, 0, 2]) == [
        Output(label="yes"),
        Failure("ZeroDivisionError: division by zero"),
        Output(label="yes"),
    ]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (["yes"], "The answer has 1 outputs for 2 inputs."),
        ({"label": "yes"}, "The answer is an object; a list of outputs is needed."),
        (None, "The answer is null; a list of outputs is needed."),
        ("ye", "The answer is a text; a list of outputs is needed."),
    ],
)
def test_a_wrong_shape_fails_every_input(adapter_of: Opener, answer: object, words: str) -> None:
    assert adapter_of(lambda inputs: answer).predict([1, 2]) == [Failure(words)] * 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("maybe", "“maybe” is not a label of this project"),
        (True, "true or false"),
        (None, "null"),
        ({}, "at least one of"),
        ({"scores": {"yes": float("nan")}}, "finite number"),
        ({"label": "yes", "colour": "red"}, "colour"),
        ({"error": "no idea\x00"}, "no idea"),
        ({"error": ""}, "without words"),
    ],
)
def test_a_bad_output_fails_alone(adapter_of: Opener, answer: object, words: str) -> None:
    good, bad = adapter_of(lambda inputs: ["yes", answer]).predict([1, 2])

    assert good == Output(label="yes")
    assert isinstance(bad, Failure)
    assert words in bad.message
    assert "\x00" not in bad.message


def test_a_null_error_beside_an_output_is_none(adapter_of: Opener) -> None:
    assert adapter_of(lambda inputs: [{"label": "yes", "error": None}]).predict([1]) == [Output(label="yes")]


def test_a_long_error_is_cut(adapter_of: Opener) -> None:
    [failed] = adapter_of(lambda inputs: [{"error": "x" * 10_000}]).predict([1])

    assert isinstance(failed, Failure)
    assert len(failed.message) == 500


@pytest.mark.parametrize("name", ["os:getcwd", "os.path:join", "operators_models:predict_other"])
def test_a_callable_that_is_not_named_exactly_is_refused(name: str) -> None:
    with pytest.raises(AdapterRefused, match=name):
        opened(name, "operators_models:predict")


@pytest.mark.parametrize("name", ["no_such_package.at_all:predict", "math:no_such_function", "math:pi"])
def test_a_callable_that_is_not_there_is_unavailable(name: str) -> None:
    with pytest.raises(AdapterUnavailable, match=name):
        opened(name, name)


def test_nothing_is_asked_of_an_empty_batch(adapter_of: Opener) -> None:
    assert adapter_of(lambda inputs: 1 / 0).predict([]) == []
