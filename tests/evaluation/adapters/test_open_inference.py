"""`open_inference` against a small server of the tests'; tests/servers asks a real one."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from evaluation.adapters import AdapterRefused, AdapterUnavailable, Failure
from evaluation.adapters.mapping.faults import Unsendable
from evaluation.adapters.mapping.tensors import Shape, tensor
from evaluation.types import Output
from tests.evaluation.adapters.conftest import Handler, ModelServer, Opener, Said

DESCRIBED = {
    "name": "m",
    "inputs": [{"name": "texts", "datatype": "BYTES", "shape": [-1, 1]}],
    "outputs": [{"name": "label", "datatype": "BYTES", "shape": [-1]}],
}


def serve(server: ModelServer, metadata: object, outputs: object, status: int = 200) -> None:
    """Let the server describe itself and answer every question the same."""

    def script(handler: Handler, inputs: Any) -> Said:
        if inputs is None:
            return Said(status=status, body=json.dumps(metadata).encode())
        return Said(body=json.dumps({"model_name": "m", "outputs": outputs}).encode())

    server.script = script


def asked_at(server: ModelServer) -> list[str]:
    return [path for path, _, _ in server.asked]


def test_names_types_and_shapes_come_from_the_server_and_are_asked_for_once(
    opened: Opener, model_server: ModelServer
) -> None:
    serve(
        model_server, DESCRIBED, [{"name": "label", "shape": [2], "datatype": "BYTES", "data": ["yes", "no"]}]
    )
    adapter = opened(f"{model_server.base}/", kind="open_inference", model="a/b", model_version="2")

    for _ in range(2):
        assert adapter.predict(["x", "y"]) == [Output(label="yes"), Output(label="no")]
    about = "/v2/models/a%2Fb/versions/2"
    assert asked_at(model_server) == [about, f"{about}/infer", f"{about}/infer"]
    assert model_server.asked[1][2] == {
        "inputs": [{"name": "texts", "shape": [2, 1], "datatype": "BYTES", "data": ["x", "y"]}]
    }


def test_settings_go_before_the_server(opened: Opener, model_server: ModelServer) -> None:
    serve(model_server, DESCRIBED, [{"name": "p", "shape": [1], "data": [0.5]}])
    adapter = opened(
        model_server.base,
        kind="open_inference",
        model="m",
        inputs=[{"name": "x", "datatype": "FP32", "shape": [-1, 2]}],
        content_type="np",
    )

    assert adapter.predict([[1, 2]]) == [Output(value=0.5)]
    assert asked_at(model_server) == ["/v2/models/m/infer"]
    assert model_server.asked[0][2] == {
        "inputs": [
            {
                "name": "x",
                "shape": [1, 2],
                "datatype": "FP32",
                "data": [1, 2],
                "parameters": {"content_type": "np"},
            }
        ]
    }


@pytest.mark.parametrize(("metadata", "status"), [({"name": "m"}, 200), ("no such thing", 404), ([], 200)])
def test_a_server_that_tells_nothing_is_asked_by_what_the_inputs_are(
    opened: Opener, model_server: ModelServer, metadata: object, status: int
) -> None:
    serve(model_server, metadata, [{"name": "p", "data": [1, 2]}], status)

    assert opened(model_server.base, kind="open_inference", model="m").predict([[1, 2], [3, 4]]) == [
        Output(value=1),
        Output(value=2),
    ]
    assert model_server.asked[1][2] == {
        "inputs": [{"name": "input-0", "shape": [2, 2], "datatype": "FP64", "data": [1, 2, 3, 4]}]
    }


@pytest.mark.parametrize("status", [408, 429, 503])
def test_a_server_that_cannot_describe_itself_for_now_is_unavailable(
    opened: Opener, model_server: ModelServer, status: int
) -> None:
    serve(model_server, "busy", [], status=status)
    adapter = opened(model_server.base, kind="open_inference", model="m")

    with pytest.raises(AdapterUnavailable, match="what inputs the model takes"):
        adapter.predict(["a"])
    assert "what inputs the model takes" in str(adapter.explain("a").fault)


def test_the_description_may_be_elsewhere(opened: Opener, model_server: ModelServer) -> None:
    """A GET may be redirected in any way; where to is checked as any address is."""
    elsewhere = "/described"

    def script(handler: Handler, inputs: Any) -> Said:
        if handler.path == "/v2/models/m":
            return Said(status=302, headers={"Location": elsewhere})
        if handler.path == "/described":
            return Said(body=json.dumps(DESCRIBED).encode())
        return Said(body=json.dumps({"outputs": [{"name": "label", "data": ["yes"]}]}).encode())

    model_server.script = script
    assert opened(model_server.base, kind="open_inference", model="m").predict(["a"]) == [Output(label="yes")]

    elsewhere = "http://169.254.169.254/latest/meta-data"
    with pytest.raises(AdapterRefused, match="not a public address"):
        opened(model_server.base, kind="open_inference", model="m").predict(["a"])


def test_what_a_server_does_not_tell_yet_is_asked_again_until_it_answers(
    opened: Opener, model_server: ModelServer
) -> None:
    """It knows no such model before it has loaded it; a guess of then must not be kept."""
    model_server.script = lambda handler, inputs: Said(status=404)
    adapter = opened(model_server.base, kind="open_inference", model="m")
    with pytest.raises(AdapterUnavailable, match="404"):
        adapter.predict(["x"])

    serve(model_server, DESCRIBED, [{"name": "label", "data": ["yes"]}])
    assert adapter.predict(["x"]) == adapter.predict(["y"]) == [Output(label="yes")]
    assert model_server.asked[-1][2]["inputs"][0]["name"] == "texts"
    assert [inputs is None for _, _, inputs in model_server.asked] == [True, False, True, False, False]


def test_a_server_that_has_no_description_is_not_asked_for_it_each_time(
    opened: Opener, model_server: ModelServer
) -> None:
    serve(model_server, "no such thing", [{"name": "label", "data": ["yes"]}], status=404)
    adapter = opened(model_server.base, kind="open_inference", model="m")

    assert adapter.predict(["x"]) == adapter.predict(["y"]) == [Output(label="yes")]
    assert [inputs is None for _, _, inputs in model_server.asked] == [True, False, False]


class CountingLock:
    """A lock that lets a test wait until some threads want it."""

    def __init__(self, wanted_by: int) -> None:
        self.all_here = threading.Event()
        self._left = wanted_by
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._left -= 1
        if self._left == 0:
            self.all_here.set()
        self._lock.acquire()

    def __exit__(self, *args: object) -> None:
        self._lock.release()


def test_threads_that_wait_for_the_description_fail_together(
    opened: Opener, model_server: ModelServer
) -> None:
    """A server that is away would else keep each of them waiting in turn."""
    lock = CountingLock(wanted_by=4)

    def script(handler: Handler, inputs: Any) -> Said:
        lock.all_here.wait(10)
        return Said(status=503)

    model_server.script = script
    adapter: Any = opened(model_server.base, kind="open_inference", model="m")
    adapter._mapper._shapes._lock = lock
    with ThreadPoolExecutor(4) as threads:
        waiting = [threads.submit(adapter.predict, ["a"]) for _ in range(4)]
        errors = [future.exception() for future in waiting]

    assert [type(error) for error in errors] == [AdapterUnavailable] * 4
    assert len(model_server.asked) == 1
    # The next one asks anew.
    with pytest.raises(AdapterUnavailable):
        adapter.predict(["a"])
    assert len(model_server.asked) == 2


def test_a_table_is_a_tensor_for_each_column(opened: Opener, model_server: ModelServer) -> None:
    serve(model_server, {}, [{"name": "p", "data": [1, 2]}])
    adapter = opened(
        model_server.base,
        kind="open_inference",
        model="m",
        content_type="pd",
        numbers="label_index",
        labels=["a", "b", "c"],
    )

    assert adapter.predict(
        [{"age": 41, "vip": True, "job": "baker"}, {"age": 5, "vip": False, "job": ""}]
    ) == [
        Output(label="b"),
        Output(label="c"),
    ]
    assert model_server.asked[1][2] == {
        "parameters": {"content_type": "pd"},
        "inputs": [
            {"name": "age", "shape": [2, 1], "datatype": "FP64", "data": [41, 5]},
            {"name": "vip", "shape": [2, 1], "datatype": "BOOL", "data": [True, False]},
            {"name": "job", "shape": [2], "datatype": "BYTES", "data": ["baker", ""]},
        ],
    }


def test_outputs_are_found_by_name(opened: Opener, model_server: ModelServer) -> None:
    serve(
        model_server,
        DESCRIBED,
        [
            {"name": "probabilities", "shape": [2, 2], "datatype": "FP32", "data": [0.25, 0.75, 0.75, 0.25]},
            {"name": "class", "datatype": "int64", "data": [[1], [0]]},
        ],
    )
    adapter = opened(
        model_server.base,
        kind="open_inference",
        model="m",
        outputs={"label": "class", "scores": "probabilities"},
        numbers="label_index",
    )

    assert adapter.predict(["x", "y"]) == [
        Output(label="yes", scores={"no": 0.25, "yes": 0.75}),
        Output(label="no", scores={"no": 0.75, "yes": 0.25}),
    ]
    assert model_server.asked[1][2]["outputs"] == [{"name": "class"}, {"name": "probabilities"}]


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        ([], "no list of outputs"),
        ([{"name": "other", "data": [1]}], "no output “class”; it has other"),
        ([{"name": "class", "data": []}], "0 values for 1 inputs"),
    ],
)
def test_outputs_that_cannot_be_read_say_why(
    opened: Opener, model_server: ModelServer, outputs: object, words: str
) -> None:
    serve(model_server, DESCRIBED, outputs)
    adapter = opened(model_server.base, kind="open_inference", model="m", outputs={"label": "class"})

    for answer in adapter.predict(["x", "y"]):
        assert isinstance(answer, Failure)
        assert words in answer.message
        assert "The answer: " in answer.message


@pytest.mark.parametrize(
    ("inputs", "bad", "words"),
    [
        (["x", 3], 1, "'3' cannot be sent as BYTES"),
        ([{"texts": "x"}, "y"], 1, "cannot be sent"),
        ([{"texts": "x"}, {"words": "y"}], 1, "has no “texts”"),
        ([{"texts": "x"}, {"texts": ["y", "z"]}], 1, "wants the dimensions 1"),
    ],
)
def test_an_input_that_is_no_tensor_fails_alone(
    opened: Opener, model_server: ModelServer, inputs: list[Any], bad: int, words: str
) -> None:
    serve(model_server, DESCRIBED, [{"name": "label", "data": ["yes"]}])

    answers = opened(model_server.base, kind="open_inference", model="m").predict(inputs)

    if inputs[1] == "y":  # alone, it is one that the server takes
        assert answers == [Output(label="yes")] * 2
    else:
        assert answers[0] == Output(label="yes")
        assert words in str(answers[bad])


@pytest.mark.parametrize(
    ("datatype", "least", "most"),
    [
        ("INT8", -128, 127),
        ("INT16", -32_768, 32_767),
        ("INT32", -2_147_483_648, 2_147_483_647),
        ("INT64", -9_223_372_036_854_775_808, 9_223_372_036_854_775_807),
        ("UINT8", 0, 255),
        ("UINT16", 0, 65_535),
        ("UINT32", 0, 4_294_967_295),
        ("UINT64", 0, 18_446_744_073_709_551_615),
    ],
)
def test_a_whole_number_beyond_the_datatype_is_not_sent(datatype: str, least: int, most: int) -> None:
    """A server would take it modulo some power of two, or refuse the batch."""
    shape = Shape("n", datatype)

    assert tensor(shape, [least, most])["data"] == [least, most]
    for beyond in (least - 1, most + 1, 1e300):
        with pytest.raises(Unsendable, match=f"The value .* is out of the range of {datatype} in “n”"):
            tensor(shape, [0, beyond])


@pytest.mark.parametrize(("datatype", "most"), [("FP16", 65_504.0), ("FP32", 3.4028234663852886e38)])
def test_nor_is_a_number_that_would_be_infinite_there(datatype: str, most: float) -> None:
    shape = Shape("n", datatype)

    assert tensor(shape, [-most, most, 0])["data"] == [-most, most, 0]
    for beyond in (-most * 1.01, most * 1.01):
        with pytest.raises(Unsendable, match=f"out of the range of {datatype}"):
            tensor(shape, [0.5, beyond])
    assert tensor(Shape("n", "FP64"), [1e300])["data"] == [1e300]


def test_an_input_out_of_range_fails_alone(opened: Opener, model_server: ModelServer) -> None:
    serve(model_server, {"inputs": [{"name": "n", "datatype": "INT8"}]}, [{"name": "label", "data": ["yes"]}])

    assert opened(model_server.base, kind="open_inference", model="m").predict([1, 300]) == [
        Output(label="yes"),
        Failure("The value '300' is out of the range of INT8 in “n”."),
    ]


def test_a_model_with_several_inputs_needs_objects(opened: Opener, model_server: ModelServer) -> None:
    serve(model_server, {"inputs": [{"name": "a"}, {"name": "b"}]}, [])

    [answer] = opened(model_server.base, kind="open_inference", model="m").predict([[1, 2]])

    assert answer == Failure("The model takes the tensors a, b: the input must be an object with them.")
