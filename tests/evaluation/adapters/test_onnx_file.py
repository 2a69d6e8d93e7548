"""What an ONNX file may hold. Nothing is loaded here."""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import GraphProto, ModelProto, SparseTensorProto, TensorProto, TrainingInfoProto, helper
from skl2onnx.common.data_types import FloatTensorType
from sklearn.linear_model import LogisticRegression

from evaluation.adapters.onnx_file import check_file
from evaluation.adapters.uploaded_child import FileRefused
from tests.evaluation.adapters.onnx_files import (
    FLOAT,
    content,
    graph,
    looping,
    model,
    of_sklearn,
    outside,
    passing_through,
    weight,
)

ROW: list[Any] = [None, 2]


def adding(*weights: TensorProto, nodes: Any = ()) -> GraphProto:
    add = helper.make_node("Add", ["x", "w"], ["y"])
    return graph([add, *nodes], [("x", FLOAT, ROW)], [("y", FLOAT, ROW)], weights)


def constant(**attribute: Any) -> GraphProto:
    """A graph whose weight is an attribute of a node."""
    return adding(nodes=[helper.make_node("Constant", [], ["w"], **attribute)])


def sparse(values: TensorProto, indices: TensorProto) -> SparseTensorProto:
    return helper.make_sparse_tensor(values, indices, [2])


def in_a_branch() -> GraphProto:
    branch = helper.make_graph(
        [], "branch", [], [helper.make_tensor_value_info("w", FLOAT, [2])], [outside("w")]
    )
    return adding(nodes=[helper.make_node("If", ["c"], ["w"], then_branch=branch, else_branch=branch)])


def in_a_function() -> ModelProto:
    nodes = [
        helper.make_node("Constant", [], ["w"], value=outside("w")),
        helper.make_node("Add", ["x", "w"], ["y"]),
    ]
    opsets = [helper.make_opsetid("", 18)]
    function = helper.make_function("own", "AddIt", ["x"], ["y"], nodes, opsets)
    use = helper.make_node("AddIt", ["x"], ["y"], domain="own")
    return model(
        graph([use], [("x", FLOAT, ROW)], [("y", FLOAT, ROW)]), functions=[function], domains=["own"]
    )


def in_a_default() -> ModelProto:
    """A function's attribute may have a default, which may be a tensor."""
    default = helper.make_attribute("value", outside("w"))
    nodes = [helper.make_node("Identity", ["x"], ["y"])]
    function = helper.make_function(
        "own", "Same", ["x"], ["y"], nodes, [helper.make_opsetid("", 18)], attribute_protos=[default]
    )
    use = helper.make_node("Same", ["x"], ["y"], domain="own")
    return model(
        graph([use], [("x", FLOAT, ROW)], [("y", FLOAT, ROW)]), functions=[function], domains=["own"]
    )


def in_training() -> ModelProto:
    made = model(adding(weight("w", [1, 2])))
    made.training_info.append(TrainingInfoProto(algorithm=adding(outside("w"))))
    return made


def only_location() -> TensorProto:
    tensor = weight("w", [1, 2])
    tensor.data_location = TensorProto.EXTERNAL
    return tensor


def only_entries() -> TensorProto:
    tensor = weight("w", [1, 2])
    tensor.external_data.add(key="location", value="*/_ORT_MEM_ADDR_/*")
    return tensor


EXTERNAL: dict[str, Callable[[], GraphProto | ModelProto]] = {
    "a weight": lambda: adding(outside("w")),
    "only the location": lambda: adding(only_location()),
    "only an entry": lambda: adding(only_entries()),
    "a sparse weight's values": lambda: with_sparse_weight(outside("w"), weight("i", [0, 1], np.int64)),
    "a sparse weight's indices": lambda: with_sparse_weight(weight("w", [1, 2]), outside("i")),
    "an attribute": lambda: constant(value=outside("w")),
    "a sparse attribute": lambda: constant(sparse_value=sparse(outside("w"), weight("i", [0, 1], np.int64))),
    "a list of an attribute": lambda: adding(
        weight("w", [1, 2]),
        nodes=[helper.make_node("Identity", ["x"], ["z"], many=[weight("a", [1]), outside("b")])],
    ),
    "a branch": in_a_branch,
    "a function": in_a_function,
    "a function's default": in_a_default,
    "training": in_training,
}


def with_sparse_weight(values: TensorProto, indices: TensorProto) -> GraphProto:
    made = adding()
    made.sparse_initializer.append(sparse(values, indices))
    return made


@pytest.mark.parametrize("make", EXTERNAL.values(), ids=EXTERNAL.keys())
def test_external_data_is_refused_wherever_it_is(make: Callable[[], GraphProto | ModelProto]) -> None:
    made = make()
    written = made.SerializeToString() if isinstance(made, ModelProto) else content(made)
    with pytest.raises(
        FileRefused, match=r"keeps its weights in other files \(external data\), which is refused"
    ):
        check_file(written)


def test_a_location_cannot_be_hidden_behind_another() -> None:
    """Of two locations a reader takes the last, and of a long number the low bits: 2^32 + 1 is 1, external."""
    tensor = weight("w", [1, 2]).SerializeToString()
    for location in (b"\x70\x00\x70\x01", b"\x70\x81\x80\x80\x80\x10"):
        hidden = TensorProto.FromString(tensor + location)
        assert hidden.data_location == TensorProto.EXTERNAL
        made = adding(weight("w", [1, 2])).SerializeToString()
        swapped = _with_tensor(made, tensor + location)
        with pytest.raises(FileRefused, match="external data"):
            check_file(swapped)


def _with_tensor(_graph: bytes, tensor: bytes) -> bytes:
    """A model whose graph, field 7, has the very bytes of a tensor as its weight, field 5."""
    inner = b"\x2a" + bytes([len(tensor)]) + tensor
    return b"\x3a" + bytes([len(inner)]) + inner


def test_weights_inside_are_fine() -> None:
    check_file(content(adding(weight("w", [1, 2]))))
    check_file(content(constant(value=weight("w", [1, 2]))))
    check_file(looping())


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("acme", "Backdoor"),
        ("com.microsoft", "EPContext"),
        ("org.pytorch.aten", "ATen"),
        ("ai.onnx.training", "Adam"),
    ],
)
def test_operators_of_others_are_refused(domain: str, name: str) -> None:
    node = helper.make_node(name, ["x"], ["y"], domain=domain)
    written = content(graph([node], [("x", FLOAT, ROW)], [("y", FLOAT, ROW)]), domains=[domain])
    with pytest.raises(
        FileRefused, match=rf"operators that are not ONNX's own, and is not loaded: {domain}\.{name}"
    ):
        check_file(written)


def test_operators_of_others_are_found_in_branches() -> None:
    output = helper.make_tensor_value_info("w", FLOAT, [2])
    branch = helper.make_graph([helper.make_node("Odd", ["x"], ["w"], domain="acme")], "branch", [], [output])
    made = adding(nodes=[helper.make_node("If", ["c"], ["w"], then_branch=branch, else_branch=branch)])
    with pytest.raises(FileRefused, match=r"acme\.Odd"):
        check_file(content(made))


def own_function(domain: str, name: str) -> bytes:
    nodes = [helper.make_node("Identity", ["x"], ["y"])]
    function = helper.make_function(domain, name, ["x"], ["y"], nodes, [helper.make_opsetid("", 18)])
    use = helper.make_node(name, ["x"], ["y"], domain=domain)
    made = graph([use], [("x", FLOAT, ROW)], [("y", FLOAT, ROW)])
    return content(made, functions=[function], domains=[domain])


def test_functions_that_the_file_itself_defines_are_fine() -> None:
    check_file(own_function("pkg.onnxscript.torch_lib", "Same"))


def test_a_function_does_not_make_the_runtime_s_own_operators_harmless() -> None:
    with pytest.raises(FileRefused, match=r"com\.microsoft\.EPContext"):
        check_file(own_function("com.microsoft", "EPContext"))


def test_a_node_with_two_names_is_damaged() -> None:
    """Another reader could take the other name."""
    node = helper.make_node("Odd", ["x"], ["y"], domain="acme").SerializeToString() + b"\x3a\x00"
    inner = b"\x0a" + bytes([len(node)]) + node
    with pytest.raises(FileRefused, match="not an ONNX file"):
        check_file(b"\x3a" + bytes([len(inner)]) + inner)


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"PK\x03\x04 a zip archive",
        pickle.dumps({"model": [1, 2, 3]}),
        b'{"a": "JSON"}',
        b"\x08\x09",
        passing_through(FLOAT, ROW)[:-3],
        # A valid message that onnxruntime would take for its own format, by the letters at the fifth byte.
        b"\x12\x06\x00\x00ORTM" + passing_through(FLOAT, ROW),
    ],
    ids=["nothing", "zip", "pickle", "JSON", "no graph", "cut off", "ORT"],
)
def test_other_files_are_refused(other: bytes) -> None:
    with pytest.raises(FileRefused, match="This is not an ONNX file"):
        check_file(other)


def test_graphs_in_graphs_in_graphs_are_refused() -> None:
    inner = b""
    for _ in range(60):
        # graph: node 1, with attribute 5, with graph 6
        for key in (b"\x32", b"\x2a", b"\x0a"):
            inner = key + _length(inner) + inner
    with pytest.raises(FileRefused, match="too deep"):
        check_file(b"\x3a" + _length(inner) + inner)


def _length(part: bytes) -> bytes:
    low, high = len(part) & 0x7F, len(part) >> 7
    return bytes([low | 0x80, high]) if high else bytes([low])


@given(st.binary(max_size=300))
def test_nothing_else_is_raised_whatever_the_bytes(noise: bytes) -> None:
    for written in (noise, b"\x3a" + _length(noise) + noise):
        with contextlib.suppress(FileRefused):
            check_file(written)


@pytest.mark.parametrize(("labels", "names"), [(["no", "yes"], ("no", "yes")), ([3, -7], ("-7", "3"))])
def test_the_classes_that_a_classifier_names_are_found(labels: list[Any], names: tuple[str, ...]) -> None:
    fitted = LogisticRegression().fit([[0.0], [1.0]], labels)
    assert check_file(of_sklearn(fitted, [("x", FloatTensorType([None, 1]))])).classes == {names}
