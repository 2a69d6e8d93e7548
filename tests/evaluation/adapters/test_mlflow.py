"""`mlflow` against a small server of the tests'; tests/servers asks a real one."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.adapters import Failure
from evaluation.types import JSON, Output
from tests.evaluation.adapters.conftest import ModelServer, Opener

ROWS: list[JSON] = [{"age": 41, "job": "baker"}, {"job": None, "age": 5}]
YES_NO = [Output(label="yes"), Output(label="no")]


@pytest.mark.parametrize(
    ("form", "inputs", "sent"),
    [
        ("dataframe_split", ROWS, {"columns": ["age", "job"], "data": [[41, "baker"], [5, None]]}),
        ("dataframe_split", ["a", "b"], {"columns": ["text"], "data": [["a"], ["b"]]}),
        ("dataframe_split", [[1, 2], [3, 4]], {"columns": ["0", "1"], "data": [[1, 2], [3, 4]]}),
        ("instances", ROWS, ROWS),
        ("instances", ["a", "b"], ["a", "b"]),
        ("inputs", ["a", "b"], ["a", "b"]),
        ("inputs", [[1, 2], [3, 4]], [[1, 2], [3, 4]]),
        ("inputs", ROWS, {"age": [41, 5], "job": ["baker", None]}),
    ],
)
def test_inputs_are_sent_in_one_of_its_forms(
    opened: Opener, model_server: ModelServer, form: str, inputs: list[JSON], sent: JSON
) -> None:
    model_server.says({"predictions": ["yes", "no"]})

    assert opened(model_server.base, kind="mlflow", format=form).predict(inputs) == YES_NO
    assert [(path, body) for path, _, body in model_server.asked] == [("/invocations", {form: sent})]


def test_columns_and_params_of_the_settings(opened: Opener, model_server: ModelServer) -> None:
    model_server.says({"predictions": ["yes", "no"]})
    adapter = opened(
        f"{model_server.base}/m/invocations/", kind="mlflow", columns=["job", "age"], params={"top_k": 1}
    )

    assert adapter.predict(ROWS) == YES_NO
    assert [(path, body) for path, _, body in model_server.asked] == [
        (
            "/m/invocations",
            {
                "dataframe_split": {"columns": ["job", "age"], "data": [["baker", 41], [None, 5]]},
                "params": {"top_k": 1},
            },
        )
    ]


@pytest.mark.parametrize(
    ("answer", "settings"),
    [
        (["yes", "no"], {}),
        ({"predictions": [["yes"], ["no"]]}, {}),
        ({"predictions": [1, 0]}, {"numbers": "label_index"}),
        ({"predictions": [{"label": "yes", "score": 0.9}, {"label": "no", "score": 0.8}]}, {}),
        ({"predictions": [{"0": "yes"}, {"0": "no"}]}, {}),
        ({"predictions": {"label": ["yes", "no"]}}, {}),
        ({"predictions": [{"out": {"l": "yes"}}, {"out": {"l": "no"}}]}, {"label_at": "out.l"}),
    ],
)
def test_predictions_come_in_many_forms(
    opened: Opener, model_server: ModelServer, answer: JSON, settings: dict[str, Any]
) -> None:
    model_server.says(answer)

    assert opened(model_server.base, kind="mlflow", **settings).predict(["a", "b"]) == YES_NO


@pytest.mark.parametrize(
    "predictions",
    [
        [[0.25, 0.75], [0.75, 0.25]],
        [{"no": 0.25, "yes": 0.75}, {"no": 0.75, "yes": 0.25}],
        {"no": [0.25, 0.75], "yes": [0.75, 0.25]},
    ],
)
def test_probabilities_come_in_rows_objects_and_columns(
    opened: Opener, model_server: ModelServer, predictions: JSON
) -> None:
    model_server.says({"predictions": predictions})

    assert opened(model_server.base, kind="mlflow", format="instances").predict(["a", "b"]) == [
        Output(label="yes", scores={"no": 0.25, "yes": 0.75}),
        Output(label="no", scores={"no": 0.75, "yes": 0.25}),
    ]


def test_a_single_row_of_a_table_is_sent_twice(opened: Opener, model_server: ModelServer) -> None:
    """So that a text model, which answers once for the one column, is noticed."""
    adapter = opened(model_server.base, kind="mlflow")
    model_server.says({"predictions": ["yes", "yes"]})
    assert adapter.predict(["a"]) == [Output(label="yes")]
    assert model_server.asked[0][2]["dataframe_split"]["data"] == [["a"], ["a"]]

    model_server.says({"predictions": ["yes"]})
    [answer] = adapter.predict(["a"])
    assert isinstance(answer, Failure)
    assert "1 predictions for 2 rows" in answer.message


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ([ROWS[0], {"age": 3}], "has no “job”"),
        ([ROWS[0], {"age": 3, "job": "x", "town": "y"}], "has “town”, which is not one of the columns"),
        ([ROWS[0], [1, 2, 3]], "3 values for 2 columns"),
    ],
)
def test_a_row_with_other_columns_fails_alone(
    opened: Opener, model_server: ModelServer, inputs: list[JSON], words: str
) -> None:
    model_server.says({"predictions": ["yes", "yes"]})

    first, second = opened(model_server.base, kind="mlflow", columns=["age", "job"]).predict(inputs)

    assert first == Output(label="yes")
    assert words in str(second)
