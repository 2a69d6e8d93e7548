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
