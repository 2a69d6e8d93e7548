"""`open_inference` against MLServer. Every expected answer is what the model itself says in its own process."""

from __future__ import annotations

import json

import pytest

from evaluation.adapters import AdapterUnavailable, Failure
from evaluation.types import JSON, Output
from tests.servers.conftest import Opener, Served, close_to

pytestmark = [pytest.mark.real_servers, pytest.mark.slow, pytest.mark.timeout(900)]

SENTIMENT = ["negative", "positive"]
SPECIES = ["setosa", "versicolor", "virginica"]
BOTH = {"label": "predict", "scores": "predict_proba"}


def expected(served: Served, name: str, labels: list[str]) -> list[object]:
    """The model's own labels (numbers are places in `labels`) and scores."""
    said = served.said[name]
    return [
        Output(
            label=label if isinstance(label, str) else labels[label],
            scores=close_to(dict(zip(labels, row, strict=True))),
        )
        for label, row in zip(said["labels"], said["scores"], strict=True)
    ]


def test_texts(mlserver: Served, opened: Opener) -> None:
    adapter = opened(
        SENTIMENT, kind="open_inference", url=mlserver.urls["words"], model="words", outputs=BOTH
    )

    assert adapter.predict(mlserver.said["words"]["asked"]) == expected(mlserver, "words", SENTIMENT)


def test_numbers_and_the_places_of_labels(mlserver: Served, opened: Opener) -> None:
    adapter = opened(
        SPECIES,
        kind="open_inference",
        url=mlserver.urls["flowers"],
        model="flowers",
        model_version="v1",
        outputs=BOTH,
        numbers="label_index",
    )
    asked = mlserver.said["flowers"]["asked"]

    assert adapter.predict(asked) == expected(mlserver, "flowers", SPECIES)
    assert adapter.predict(asked[:1]) == expected(mlserver, "flowers", SPECIES)[:1]


def test_the_rows_of_a_table(mlserver: Served, opened: Opener) -> None:
    adapter = opened(
        SPECIES,
        kind="open_inference",
        url=mlserver.urls["flowers"],
        model="flowers",
        outputs=BOTH,
        numbers="label_index",
        content_type="pd",
    )
    rows = [dict(zip("abcd", row, strict=True)) for row in mlserver.said["flowers"]["asked"]]

    assert adapter.predict(rows) == expected(mlserver, "flowers", SPECIES)


def test_without_names_the_first_output_is_read(mlserver: Served, opened: Opener) -> None:
    adapter = opened(SENTIMENT, kind="open_inference", url=mlserver.urls["words"], model="words")
    said = mlserver.said["words"]

    assert adapter.predict(said["asked"]) == [Output(label=label) for label in said["labels"]]


def test_the_server_describes_its_inputs(mlserver: Served, opened: Opener) -> None:
    """Its metadata name the tensor and its two dimensions, which nothing in the settings does."""
    adapter = opened(
        SENTIMENT, kind="open_inference", url=mlserver.urls["described"], model="described", outputs=BOTH
    )
    asked = mlserver.said["described"]["asked"]

    assert adapter.predict(asked) == expected(mlserver, "described", SENTIMENT)
    exchange = adapter.explain(asked[0])
    assert json.loads(exchange.request)["inputs"] == [
        {"name": "reviews", "shape": [1, 1], "datatype": "BYTES", "data": [asked[0]]}
    ]
    assert (exchange.status, exchange.output) == (200, expected(mlserver, "described", SENTIMENT)[0])


SUMS = {"value": "total", "label": "is_large", "scores": "shares"}


def test_whole_numbers_in_nested_lists(mlserver: Served, opened: Opener) -> None:
    """INT64 there and back, BOOL as a label, nested scores: sums of 10, of 1, and of all that JSON is sure to hold."""
    url = mlserver.urls["words"]
    adapter = opened(["false", "true"], kind="open_inference", url=url, model="counts", outputs=SUMS)
    largest = 2**53 - 1

    assert adapter.predict([[[1, 2], [3, 4]], [[0, 0], [0, 1]], [[largest, 0], [0, 0]]]) == [
        Output(label="true", scores=close_to({"false": 0.0, "true": 1.0}), value=10.0),
        Output(label="false", scores=close_to({"false": 0.9, "true": 0.1}), value=1.0),
        Output(label="true", scores=close_to({"false": 0.0, "true": 1.0}), value=float(largest)),
    ]
    exchange = adapter.explain([[1, 2], [3, 4]])
    assert json.loads(exchange.request)["inputs"] == [
        {"name": "x", "shape": [1, 2, 2], "datatype": "INT64", "data": [1, 2, 3, 4]}
    ]
    answer = {output["name"]: output for output in json.loads(exchange.answer)["outputs"]}
    assert answer["shares"]["data"] == [[0.0, 1.0]], "it is nested indeed"
    assert answer["is_large"]["data"] == [True]


def test_true_and_false(mlserver: Served, opened: Opener) -> None:
    url = mlserver.urls["words"]
    adapter = opened(["false", "true"], kind="open_inference", url=url, model="flags", outputs=SUMS)

    assert adapter.predict([[True, False, True], [False, False, False]]) == [
        Output(label="false", scores=close_to({"false": 0.8, "true": 0.2}), value=2.0),
        Output(label="false", scores=close_to({"false": 1.0, "true": 0.0}), value=0.0),
    ]
    exchange = adapter.explain([True, False, True])
    assert json.loads(exchange.request)["inputs"] == [
        {"name": "x", "shape": [1, 3], "datatype": "BOOL", "data": [True, False, True]}
    ]
    assert "got BOOL as bool" in exchange.answer


@pytest.mark.parametrize(
    ("model", "good", "bad", "words"),
    [
        ("counts", [[1, 2], [3, 4]], [[1, 2], [3, 2**63]], "out of the range of INT64"),
        ("counts", [[1, 2], [3, 4]], [[1, 2], [3, 0.5]], "'0.5' cannot be sent as INT64"),
        ("counts", [[1, 2], [3, 4]], [1, 2], "wants the dimensions 2, 2"),
        ("flags", [True, True, True], [True, True, 1], "'1' cannot be sent as BOOL"),
    ],
)
def test_what_the_tensor_cannot_hold_fails_alone(
    mlserver: Served, opened: Opener, model: str, good: JSON, bad: JSON, words: str
) -> None:
    url = mlserver.urls["words"]
    adapter = opened([], kind="open_inference", url=url, model=model, outputs={"value": "total"})

    first, failed, last = adapter.predict([good, bad, good])

    assert first == last
    assert isinstance(first, Output)
    assert isinstance(failed, Failure)
    assert words in failed.message


def test_an_input_that_breaks_the_server_fails_alone(mlserver: Served, opened: Opener) -> None:
    """MLServer answers 500 to four features too few, as it would if it were broken itself."""
    adapter = opened(
        SPECIES,
        kind="open_inference",
        url=mlserver.urls["flowers"],
        model="flowers",
        outputs=BOTH,
        numbers="label_index",
    )
    asked: list[JSON] = mlserver.said["flowers"]["asked"]

    first, bad, second = adapter.predict([asked[0], [1.0, 2.0, 3.0], asked[1]])

    assert [first, second] == expected(mlserver, "flowers", SPECIES)[:2]
    assert isinstance(bad, Failure)
    assert "status 500" in bad.message


def test_a_model_that_is_not_there_is_unavailable(mlserver: Served, opened: Opener) -> None:
    adapter = opened(SENTIMENT, kind="open_inference", url=mlserver.urls["words"], model="gone")

    with pytest.raises(AdapterUnavailable, match=r"404.*gone"):
        adapter.predict(["a"])
