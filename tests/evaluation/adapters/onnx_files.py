"""ONNX files for tests, made by the ONNX project's own package and by skl2onnx."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper
from skl2onnx import convert_sklearn

FLOAT, INT64, STRING, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.STRING, TensorProto.BOOL


def of_sklearn(model: Any, inputs: Sequence[tuple[str, Any]], **options: Any) -> bytes:
    """A fitted scikit-learn model as skl2onnx writes it; options such as `zipmap=False`."""
    chosen = {id(model): options} if options else None
    content: bytes = convert_sklearn(model, initial_types=list(inputs), options=chosen).SerializeToString()
    return content


def graph(
    nodes: Sequence[NodeProto],
    inputs: Sequence[tuple[str, int, Sequence[Any]]],
    outputs: Sequence[tuple[str, int, Sequence[Any]]],
    weights: Sequence[TensorProto] = (),
) -> GraphProto:
    return helper.make_graph(
        list(nodes),
        "tests",
        [helper.make_tensor_value_info(*one) for one in inputs],
        [helper.make_tensor_value_info(*one) for one in outputs],
        initializer=list(weights),
    )


def model(made: GraphProto, **more: Any) -> ModelProto:
    opsets = [helper.make_opsetid(domain, version) for domain, version in (("", 18), ("ai.onnx.ml", 3))]
    opsets += [helper.make_opsetid(domain, 1) for domain in more.pop("domains", ())]
    return helper.make_model(made, opset_imports=opsets, ir_version=9, **more)


def content(made: GraphProto, **more: Any) -> bytes:
    written: bytes = model(made, **more).SerializeToString()
    return written


def weight(name: str, values: Any, kind: Any = np.float32) -> TensorProto:
    return numpy_helper.from_array(np.array(values, dtype=kind), name)


def passing_through(kind: int, shape: Sequence[Any]) -> bytes:
    """y = x."""
    node = helper.make_node("Identity", ["x"], ["y"])
    return content(graph([node], [("x", kind, shape)], [("y", kind, shape)]))


def looping(seconds_of_work: int = 10**9) -> bytes:
    """Counts to a number of the order of a billion."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["going"], ["still_going"]),
            helper.make_node("Add", ["count", "one"], ["next"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("index", INT64, []),
            helper.make_tensor_value_info("going", BOOL, []),
            helper.make_tensor_value_info("count", FLOAT, [None, 1]),
        ],
        [
            helper.make_tensor_value_info("still_going", BOOL, []),
            helper.make_tensor_value_info("next", FLOAT, [None, 1]),
        ],
        initializer=[weight("one", [[1]])],
    )
    loop = helper.make_node("Loop", ["times", "going", "x"], ["y"], body=body)
    weights = [weight("times", seconds_of_work, np.int64), weight("going", True, np.bool_)]
    return content(graph([loop], [("x", FLOAT, [None, 1])], [("y", FLOAT, [None, 1])], weights))


def growing(length: int) -> bytes:
    """Makes `length` zeros before it answers."""
    nodes = [
        # From the input, else the zeros were made while loading.
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("Mul", ["shape", "length"], ["long"]),
        helper.make_node("ConstantOfShape", ["long"], ["zeros"]),
        helper.make_node("ReduceSum", ["zeros"], ["sum"], keepdims=1),
        helper.make_node("Add", ["x", "sum"], ["y"]),
    ]
    weights = [weight("length", [1, length], np.int64)]
    return content(graph(nodes, [("x", FLOAT, [None, 1])], [("y", FLOAT, [None, 1])], weights))


def outside(name: str) -> TensorProto:
    """A weight whose values are in another file."""
    tensor = TensorProto(name=name, data_type=FLOAT, dims=[2], data_location=TensorProto.EXTERNAL)
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../../../etc/passwd"
    return tensor
