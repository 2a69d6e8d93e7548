import math
from typing import Any

import pytest

from evaluation.types import InvalidOutput, Output

LABELS = ("negative", "neutral", "positive")


def read(data: Any, labels: Any = LABELS) -> Any:
    return Output.from_json(data, labels)


def errors(data: Any, labels: Any = LABELS) -> Any:
    with pytest.raises(InvalidOutput) as refusal:
        read(data, labels)
    return refusal.value.errors


def test_a_bare_string_is_a_label() -> None:
    assert read("neutral") == Output(label="neutral")


def test_every_field() -> None:
    output = read({"label": "neutral", "scores": {"neutral": 1}, "value": 3, "text": ""})
    assert output == Output("neutral", {"neutral": 1.0}, 3.0, "")


def test_scores_alone_give_the_arg_max() -> None:
    assert read({"scores": {"positive": 0.2, "negative": 0.7}}).label == "negative"


def test_ties_go_to_the_first_in_project_order() -> None:
    scores = {"positive": 0.5, "neutral": 0.5, "negative": 0.0}
    assert read({"scores": scores}).label == "neutral"
    assert read({"scores": scores}, ("positive", "neutral", "negative")).label == "positive"


def test_ties_without_project_labels_go_to_the_first_named() -> None:
    assert read({"scores": {"b": 1, "a": 1}}, ()).label == "b"


def test_a_label_that_is_given_stays() -> None:
    assert read({"label": "neutral", "scores": {"positive": 0.9, "neutral": 0.1}}).label == "neutral"


def test_null_is_not_there() -> None:
    assert read({"label": "neutral", "scores": None, "value": None}) == Output("neutral")


def test_without_project_labels_any_label() -> None:
    assert read("anything", ()).label == "anything"


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({}, {"output"}),
        ({"label": None}, {"output"}),
        (None, {"output"}),
        (["neutral"], {"output"}),
        (7, {"output"}),
        ("unknown", {"label"}),
        ({"label": 1}, {"label"}),
        ({"label": ["neutral"]}, {"label"}),
        ({"scores": {}}, {"scores"}),
        ({"scores": [0.1]}, {"scores"}),
        ({"scores": {"neutral": "1"}}, {"scores"}),
        ({"scores": {"neutral": True}}, {"scores"}),
        ({"scores": {"neutral": None}}, {"scores"}),
        ({"scores": {"neutral": math.nan}}, {"scores"}),
        ({"scores": {"neutral": math.inf}}, {"scores"}),
        ({"scores": {"unknown": 1.0}}, {"scores"}),
        ({"value": math.nan}, {"value"}),
        ({"value": "3"}, {"value"}),
        ({"value": True}, {"value"}),
        ({"value": 10**400}, {"value"}),
        ({"text": 3}, {"text"}),
        ({"text": "\x00"}, {"text"}),
        ({"text": "\ud800"}, {"text"}),
        ({"label": "neutral", "error": "timeout"}, {"error"}),
        ({"label": "unknown", "value": "x", "extra": 1}, {"label", "value", "extra"}),
    ],
    ids=lambda value: repr(sorted(value)) if isinstance(value, set) else repr(value),
)
def test_refused_with_the_fields_named(data: Any, fields: Any) -> None:
    assert errors(data).keys() == fields


def test_refused_without_project_labels() -> None:
    assert errors("", ()).keys() == {"label"}
    assert errors({"scores": {"a\x00": 1}}, ()).keys() == {"scores"}


def test_all_bad_scores_are_named() -> None:
    assert len(errors({"scores": {"unknown": 1.0, "neutral": "x"}})["scores"]) == 2


def test_an_unknown_label_is_told_the_labels() -> None:
    assert "negative, neutral, positive" in errors("unknown")["label"][0]


@pytest.mark.parametrize("data", ["neutral", {"scores": {"neutral": 0.4}}, {"value": 3.5}, {"text": "hello"}])
def test_written_and_read_back(data: Any) -> None:
    output = read(data)
    assert read(output.to_json()) == output


def test_missing_fields_are_not_written() -> None:
    assert Output(text="x").to_json() == {"text": "x"}
