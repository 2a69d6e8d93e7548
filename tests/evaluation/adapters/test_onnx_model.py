"""What is asked of a loaded ONNX model, and how its outputs are read; without a child process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from onnx import helper
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_digits
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC

from evaluation.adapters.onnx_model import OnnxModel, answer, load_model
from evaluation.adapters.uploaded_child import FileRefused
from tests.evaluation.adapters.onnx_files import (
    BOOL,
    FLOAT,
    INT64,
    STRING,
    content,
    graph,
    of_sklearn,
    passing_through,
    weight,
)

DEFAULTS: dict[str, Any] = {"columns": [], "classes": [], "output": "", "softmax": False, "labels": []}


def load(written: bytes, **settings: Any) -> OnnxModel:
    return load_model(written, DEFAULTS | settings)


def said(written: bytes, inputs: Sequence[Any], **settings: Any) -> list[dict[str, Any]]:
    return answer(load(written, **settings), inputs)


def test_images_are_classified_as_scikit_learn_does() -> None:
    images, digits = load_digits(return_X_y=True)
    fitted = LogisticRegression(max_iter=200, C=0.01).fit(images[:500], digits[:500])
    written = of_sklearn(fitted, [("pixels", FloatTensorType([None, 64]))])
    # As rows of 64 and as pictures of 8 x 8.
    inputs = [*images[500:550].tolist(), *images[550:600].reshape(-1, 8, 8).tolist()]

    answers = said(written, inputs)

    expected = fitted.predict_proba(images[500:600])
    for given, label, row in zip(answers, fitted.predict(images[500:600]), expected, strict=True):
        assert given["label"] == str(label)
        assert given["scores"] == pytest.approx({str(digit): row[digit] for digit in range(10)}, abs=1e-5)


TABLE = {"age": [20.0, 30.0, 40.0, 50.0] * 5, "town": ["Ulm", "Bonn", "Ulm", "Kiel"] * 5}
ROWS = [dict(zip(TABLE, values, strict=True)) for values in zip(*TABLE.values(), strict=True)]


def test_a_row_is_put_into_one_input_for_each_column() -> None:
    import pandas as pd  # noqa: PLC0415 - slow to import

    columns = make_column_transformer((StandardScaler(), ["age"]), (OneHotEncoder(), ["town"]))
    fitted = make_pipeline(columns, LogisticRegression()).fit(
        pd.DataFrame(TABLE), ["no", "no", "yes", "yes"] * 5
    )
    kinds = [("age", FloatTensorType([None, 1])), ("town", StringTensorType([None, 1]))]

    good, short, text = said(of_sklearn(fitted, kinds), [ROWS[0], {"age": 3}, "Ulm"])

    [expected] = fitted.predict_proba(pd.DataFrame([ROWS[0]]))
    assert good["scores"] == pytest.approx({"no": expected[0], "yes": expected[1]}, abs=1e-5)
    assert short == {"error": 'The input has no "town"; the model takes "age", "town".'}
    assert text == {"error": 'The input must be an object with "age", "town".'}


def test_a_row_is_put_into_one_matrix_in_the_order_of_the_columns() -> None:
    # y = 10 a + b
    fitted = LinearRegression().fit([[0, 0], [1, 0], [0, 1]], [0, 10, 1])
    written = of_sklearn(fitted, [("x", FloatTensorType([None, 2]))])
    rows = [{"b": 2, "a": 3, "unused": "x"}, {"a": 1}]

    first, second = said(written, rows, columns=["a", "b"])
    [without] = said(written, [{"a": 3, "b": 2}])

    assert first == {"value": pytest.approx(32, abs=1e-4)}
    assert second == {"error": 'The input has no "b"; the model takes "a", "b".'}
    assert without["error"].endswith("name its columns in the setting columns.")


@pytest.mark.parametrize(
    ("kind", "shape", "given", "value"),
    [
        (FLOAT, [None, 1], 2.5, 2.5),
        (FLOAT, [None], 2.5, 2.5),
        (FLOAT, ["batch", 1], [2], 2.0),
        (FLOAT, [1, 1], 2.5, 2.5),
        (INT64, [None, 1], 3, 3.0),
        (INT64, [None, 1], 3.0, 3.0),
    ],
)
def test_a_number_alone_is_a_value(kind: int, shape: list[Any], given: Any, value: float) -> None:
    assert said(passing_through(kind, shape), [given, given]) == [{"value": value}] * 2


@pytest.mark.parametrize("shape", [[None, 1], [None], [1, 1]])
def test_a_text_alone_is_a_label(shape: list[Any]) -> None:
    assert said(passing_through(STRING, shape), ["good", "böse"]) == [{"label": "good"}, {"label": "böse"}]


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        (STRING, 3, "takes texts"),
        (STRING, None, "takes texts"),
        (FLOAT, "3", "takes numbers"),
        (FLOAT, {"a": "3"}, "name its columns in the setting columns"),
        (FLOAT, [1, 2], 'has 2 values; the model takes 1 for "x"'),
        (FLOAT, [], 'has 0 values; the model takes 1 for "x"'),
        (INT64, 1.5, "takes whole numbers"),
        (INT64, None, "takes whole numbers"),
        (INT64, "1", "takes whole numbers"),
        (INT64, 2**63, "takes whole numbers from -9223372036854775808 to"),
        (BOOL, 1, "takes true or false"),
    ],
)
def test_what_a_model_does_not_take_fails_alone_and_says_why(kind: int, given: Any, words: str) -> None:
    fine: dict[int, Any] = {STRING: "x", FLOAT: 1, INT64: 1, BOOL: True}
    first, second = said(passing_through(kind, [None, 1]), [given, fine[kind]], classes=["0", "1"])
    assert words in first["error"]
    assert "error" not in second


def test_a_missing_number_is_nan_and_never_zero() -> None:
    [one] = said(passing_through(FLOAT, [None, 1]), [None])
    assert np.isnan(one["value"])


def matrix(count: int) -> bytes:
    return passing_through(FLOAT, [None, count])


def test_columns_of_scores_are_named_by_the_settings() -> None:
    assert said(matrix(2), [[0.25, 0.75]], classes=["no", "yes"], labels=["yes", "no"]) == [
        {"scores": {"no": 0.25, "yes": 0.75}}
    ]


def test_columns_of_scores_are_named_by_the_file() -> None:
    """Without its maps, skl2onnx gives labels and a matrix; the classifier in the file still names its classes."""
    fitted = LogisticRegression().fit([[0.0], [1.0]], ["no", "yes"])
    written = of_sklearn(fitted, [("x", FloatTensorType([None, 1]))], zipmap=False)
    [given] = said(written, [[1.0]], labels=["yes", "no"])
    no, yes = fitted.predict_proba([[1.0]])[0]
    assert given == {"label": "yes", "scores": pytest.approx({"no": no, "yes": yes}, abs=1e-6)}


def test_columns_of_scores_are_named_by_the_project_where_nothing_else_does() -> None:
    assert said(matrix(2), [[0.25, 0.75]], labels=["no", "yes"]) == [{"scores": {"no": 0.25, "yes": 0.75}}]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_name_from_the_project_that_the_model_s_own_label_contradicts_is_not_believed() -> None:
    fitted = MLPClassifier((3,), max_iter=50, random_state=0).fit([[0.0], [1.0]] * 20, ["no", "yes"] * 20)
    written = of_sklearn(fitted, [("x", FloatTensorType([None, 1]))], zipmap=False)
    assert said(written, [[1.0]], labels=["no", "yes"])[0]["label"] == "yes"
    [wrong] = said(written, [[1.0]], labels=["yes", "no"])
    assert "name its classes, in its own order, in the setting classes" in wrong["error"]


@pytest.mark.parametrize(
    ("settings", "words"), [({}, "does not say of what"), ({"classes": ["a"]}, "names 1")]
)
def test_scores_without_names_are_not_guessed(settings: dict[str, Any], words: str) -> None:
    [given] = said(matrix(3), [[1, 2, 3]], labels=["no", "yes"], **settings)
    assert words in given["error"]


def test_exponents_become_probabilities() -> None:
    # e^0 / (e^0 + e^ln3) = 1/4
    [given] = said(matrix(2), [[0, float(np.log(3))]], classes=["no", "yes"], softmax=True)
    assert given["scores"] == pytest.approx({"no": 0.25, "yes": 0.75})


def test_one_probability_is_that_of_the_second_of_two_classes() -> None:
    [given] = said(matrix(1), [[0.75]], classes=["no", "yes"])
    assert given == {"scores": {"no": 0.25, "yes": 0.75}}


def test_a_class_is_told_by_its_name_or_by_its_place() -> None:
    fitted = LinearSVC().fit([[0.0], [1.0]], [3, 4])
    written = of_sklearn(fitted, [("x", FloatTensorType([None, 1]))])
    only = {"output": load(written).outputs[0]}
    assert said(written, [[0], [1]], labels=["3", "4"], **only) == [{"label": "3"}, {"label": "4"}]
    indexes = passing_through(INT64, [None, 1])
    assert said(indexes, [0, 1], classes=["no", "yes"]) == [{"label": "no"}, {"label": "yes"}]
    assert said(indexes, [0, 1], labels=["no", "yes"]) == [{"value": 0.0}, {"value": 1.0}]


def two_outputs() -> bytes:
    nodes = [helper.make_node("Identity", ["x"], ["a"]), helper.make_node("Neg", ["x"], ["b"])]
    one: list[Any] = [None, 1]
    return content(graph(nodes, [("x", FLOAT, one)], [("a", FLOAT, one), ("b", FLOAT, one)]))


def test_of_several_outputs_one_is_chosen() -> None:
    assert said(two_outputs(), [2], output="b") == [{"value": -2.0}]
    [unclear] = said(two_outputs(), [2])
    assert unclear["error"] == "The model has several outputs; name the one to read in the setting output."
    with pytest.raises(FileRefused, match='no output "c"; its outputs are a, b'):
        load(two_outputs(), output="c")


def test_outputs_that_are_not_one_row_an_input_are_told() -> None:
    reduced = helper.make_node("ReduceSum", ["x"], ["y"], keepdims=0)
    written = content(graph([reduced], [("x", FLOAT, [None, 2])], [("y", FLOAT, [])]))
    assert "a row for each input is needed" in said(written, [[1, 2]])[0]["error"]
    written = passing_through(FLOAT, [None, 2, 3])
    assert "The model gives 2 x 3 values for an input" in said(written, [[[1, 2, 3], [4, 5, 6]]])[0]["error"]


def test_axes_of_one_do_not_matter() -> None:
    assert said(passing_through(FLOAT, [None, 1, 2, 1]), [[1, 2]], classes=["no", "yes"]) == [
        {"scores": {"no": 1.0, "yes": 2.0}}
    ]


def test_texts_of_different_lengths_in_one_model_are_asked_one_by_one() -> None:
    """Token ids: each input has a length of its own."""
    total = helper.make_node("ReduceSum", ["ids", "axes"], ["y"], keepdims=1)
    weights = [weight("axes", [1], np.int64)]
    written = content(graph([total], [("ids", INT64, [None, None])], [("y", INT64, [None, 1])], weights))
    assert said(written, [[1, 2], [3], [4, 5, 6]]) == [{"value": 3.0}, {"value": 3.0}, {"value": 15.0}]


def test_a_model_that_takes_no_plain_values_is_refused() -> None:
    node = helper.make_node("SequenceLength", ["x"], ["y"])
    info = helper.make_tensor_sequence_value_info("x", FLOAT, None)
    made = helper.make_graph([node], "tests", [info], [helper.make_tensor_value_info("y", INT64, [])])
    with pytest.raises(FileRefused, match=r'input "x" is a seq\(tensor\(float\)\)'):
        load(content(made))


def test_a_model_without_inputs_or_batch_axis_is_refused() -> None:
    node = helper.make_node("Constant", [], ["y"], value_float=1.0)
    with pytest.raises(FileRefused, match="takes no input"):
        load(content(graph([node], [], [("y", FLOAT, [])])))
    with pytest.raises(FileRefused, match="no axis for the inputs of a batch"):
        load(passing_through(FLOAT, []))


def test_a_model_for_batches_of_one_size_is_refused() -> None:
    with pytest.raises(FileRefused, match="takes exactly 8 inputs at once"):
        load(passing_through(FLOAT, [8, 1]))


def test_a_model_that_onnxruntime_does_not_understand_is_refused() -> None:
    node = helper.make_node("NoSuchOperator", ["x"], ["y"])
    with pytest.raises(FileRefused, match=r"cannot be loaded with onnxruntime [0-9.]+: .*NoSuchOperator"):
        load(content(graph([node], [("x", FLOAT, [None])], [("y", FLOAT, [None])])))
