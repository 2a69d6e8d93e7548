"""`mlflow` against MLflow's scoring server. Every expected answer is what the model itself says in its own process."""

from __future__ import annotations

import pytest

from evaluation.adapters import Failure
from evaluation.types import Output
from tests.servers.conftest import Opener, Served, close_to

pytestmark = [pytest.mark.real_servers, pytest.mark.slow, pytest.mark.timeout(900)]

SENTIMENT = ["negative", "positive"]
SPECIES = ["setosa", "versicolor", "virginica"]


@pytest.mark.parametrize("form", ["instances", "inputs"])
def test_texts(mlflow: Served, opened: Opener, form: str) -> None:
    adapter = opened(SENTIMENT, kind="mlflow", url=mlflow.urls["words"], format=form)
    said = mlflow.said["words"]

    assert adapter.predict(said["asked"]) == [Output(label=label) for label in said["labels"]]
    assert adapter.predict(said["asked"][:1]) == [Output(label=said["labels"][0])]


def test_rows_of_probabilities(mlflow: Served, opened: Opener) -> None:
    adapter = opened(SENTIMENT, kind="mlflow", url=mlflow.urls["scores"], format="instances")
    said = mlflow.said["scores"]

    assert adapter.predict(said["asked"]) == [
        Output(
            label=SENTIMENT[row.index(max(row))],
            scores=close_to(dict(zip(SENTIMENT, row, strict=True))),
        )
        for row in said["scores"]
    ]


@pytest.mark.parametrize("form", ["dataframe_split", "instances", "inputs"])
def test_the_rows_of_a_table(mlflow: Served, opened: Opener, form: str) -> None:
    adapter = opened(
        SPECIES,
        kind="mlflow",
        url=f"{mlflow.urls['flowers']}/invocations",
        format=form,
        numbers="label_index",
    )
    said = mlflow.said["flowers"]

    assert adapter.predict(said["asked"]) == [Output(label=SPECIES[label]) for label in said["labels"]]
    assert adapter.predict(said["asked"][:1]) == [Output(label=SPECIES[said["labels"][0]])]


def test_plain_rows_get_the_names_of_columns(mlflow: Served, opened: Opener) -> None:
    said = mlflow.said["flowers"]
    adapter = opened(
        SPECIES,
        kind="mlflow",
        url=mlflow.urls["flowers"],
        columns=list(said["asked"][0]),
        numbers="label_index",
    )

    assert adapter.predict([list(row.values()) for row in said["asked"]]) == [
        Output(label=SPECIES[label]) for label in said["labels"]
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_a_text_model_that_reads_the_columns_of_a_table_is_noticed(
    mlflow: Served, opened: Opener, count: int
) -> None:
    """A pipeline for texts goes through a data frame by its columns and answers for their names: one answer."""
    adapter = opened(SENTIMENT, kind="mlflow", url=mlflow.urls["words"])

    for answer in adapter.predict(mlflow.said["words"]["asked"][:count]):
        assert isinstance(answer, Failure)
        assert "needs the format “instances”" in answer.message


def test_an_input_that_does_not_fit_the_signature_fails_alone(mlflow: Served, opened: Opener) -> None:
    adapter = opened(SPECIES, kind="mlflow", url=mlflow.urls["flowers"], numbers="label_index")
    said = mlflow.said["flowers"]
    bad = {**said["asked"][0], "petal width (cm)": "wide"}

    first, failed, second = adapter.predict([said["asked"][0], bad, said["asked"][1]])

    assert [first, second] == [Output(label=SPECIES[label]) for label in said["labels"][:2]]
    assert isinstance(failed, Failure)
    assert "status 400" in failed.message
