"""Whatever JSON a server answers and people ask, each input gets an output or a failure, and nothing else happens."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.adapters import Failure, Policy, open_adapter
from evaluation.adapters.mapping.faults import Unsendable
from evaluation.adapters.server import Reply
from evaluation.types import Output

URL = "https://models.example.org"
CONFIGS: list[dict[str, Any]] = [
    {"kind": "http", "url": URL},
    {"kind": "http", "url": URL, "numbers": "label_index", "label_names": {"a": "yes"}},
    {"kind": "http", "url": URL, "answers_at": "outputs", "label_at": "label", "scores_at": "data[*]"},
    {"kind": "open_inference", "url": URL, "model": "m"},
    {"kind": "open_inference", "url": URL, "model": "m", "outputs": {"label": "label", "scores": "yes"}},
    {"kind": "mlflow", "url": URL},
    {"kind": "mlflow", "url": URL, "format": "instances", "numbers": "label"},
]
ONE_A_REQUEST: list[dict[str, Any]] = [
    {"kind": "http", "url": URL, "many": False, "text_at": "label"},
    {"kind": "openai", "url": URL, "model": "m", "label_extraction": "contains"},
    {"kind": "openai", "url": URL, "model": "m", "label_extraction": "regex", "label_pattern": "(y)(e)?"},
]

# The words that mappers look for, so that answers are nearly right often.
_WORDS = st.sampled_from(
    ("outputs", "predictions", "data", "name", "label", "score", "scores", "value", "text", "error", "yes", "no",
     "choices", "message", "content", "refusal", "shape", "a")
)  # fmt: skip
_ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=15,
)
_TENSORS = st.fixed_dictionaries(
    {"name": _WORDS | _ANYTHING, "data": _ANYTHING}, optional={"shape": _ANYTHING}
)
_ANSWERS = st.one_of(
    _ANYTHING,
    st.fixed_dictionaries({"predictions": _ANYTHING}),
    st.fixed_dictionaries({"outputs": st.lists(_TENSORS, max_size=3)}),
    st.fixed_dictionaries({"outputs": _ANYTHING, "data": _ANYTHING}),
)


def _reads(config: dict[str, Any], answer: object, count: int) -> None:
    adapter: Any = open_adapter(config, labels=["no", "yes"], policy=Policy(), file=None)
    read = adapter._read(Reply(200, msgspec.json.encode(answer)), count)

    assert len(read) == count
    for item in read:
        assert isinstance(item, Output | Failure)
        if isinstance(item, Output):
            assert Output.from_json(item.to_json(), ["no", "yes"]) == item


@pytest.mark.parametrize("config", CONFIGS, ids=str)
@given(answer=_ANSWERS, count=st.integers(1, 3))
def test_an_answer_about_many(config: dict[str, Any], answer: object, count: int) -> None:
    _reads(config, answer, count)


@pytest.mark.parametrize("config", ONE_A_REQUEST, ids=str)
@given(answer=_ANSWERS)
def test_an_answer_about_one(config: dict[str, Any], answer: object) -> None:
    _reads(config, answer, 1)
    _reads(config, {"choices": [{"message": answer}]}, 1)


_INPUTS = st.one_of(
    st.lists(_ANYTHING, min_size=1, max_size=3),
    st.lists(st.fixed_dictionaries({"a": _ANYTHING, "text": _ANYTHING}), min_size=1, max_size=3),
    st.lists(st.lists(st.floats() | st.integers() | st.booleans(), max_size=3), min_size=1, max_size=3),
)


@pytest.mark.parametrize(
    "config",
    [
        *CONFIGS,
        *ONE_A_REQUEST,
        {"kind": "http", "url": URL, "request": ["{input.text}"]},
        {"kind": "mlflow", "url": URL, "format": "inputs"},
        {"kind": "openai", "url": URL, "model": "m", "prompt": "Say {input.a}"},
        *(
            {
                "kind": "open_inference",
                "url": URL,
                "model": "m",
                "inputs": [{"name": "text", "datatype": datatype}],
            }
            for datatype in ("BYTES", "INT64", "FP32", "BOOL")
        ),
    ],
    ids=str,
)
@given(inputs=_INPUTS)
def test_inputs_can_be_sent_or_are_to_blame(config: dict[str, Any], inputs: list[Any]) -> None:
    adapter: Any = open_adapter(config, labels=["no", "yes"], policy=Policy(), file=None)
    if config["kind"] == "open_inference" and "inputs" not in config:
        adapter._mapper._shapes.confirm()  # as if the server told nothing of them
    try:
        body = adapter._body(inputs if adapter._mapper.many else inputs[:1])
    except Unsendable:
        return
    assert isinstance(msgspec.json.decode(body), dict | list | str | int | float | None)
