"""The `onnx` adapter: a model in a process of its own, and what becomes of one that does harm."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from skl2onnx.common.data_types import StringTensorType
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from evaluation.adapters import (
    AdapterRefused,
    AdapterUnavailable,
    Failure,
    InvalidAdapter,
    Policy,
    open_adapter,
    validate,
)
from evaluation.adapters.base import MEBIBYTE
from evaluation.adapters.onnx import inspect_onnx
from evaluation.adapters.uploaded import UploadedModel
from evaluation.types import Output
from tests.evaluation.adapters.onnx_files import (
    FLOAT,
    STRING,
    content,
    graph,
    growing,
    looping,
    of_sklearn,
    outside,
    passing_through,
)

POLICY = Policy(memory_bytes=1200 * MEBIBYTE, seconds_per_batch=20)
LABELS = ["negative", "positive"]
Opener = Callable[..., UploadedModel]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Opens adapters of files with a content, and closes them after the test."""
    adapters: list[UploadedModel] = []

    def open_one(
        written: bytes, policy: Policy = POLICY, labels: Sequence[str] = LABELS, **settings: Any
    ) -> UploadedModel:
        path = tmp_path / f"{len(adapters)}.onnx"
        path.write_bytes(written)
        config = {"kind": "onnx", **settings}
        adapter = open_adapter(config, labels=labels, policy=policy, file=path)
        assert isinstance(adapter, UploadedModel)
        adapters.append(adapter)
        return adapter

    yield open_one
    for adapter in adapters:
        adapter.close()


@pytest.fixture(scope="module")
def text_model() -> Any:
    # Twenty-six texts, lower and upper case, with words in one, two or none of them.
    texts = ["Good one", "a BAD thing", "nice and kind", "awful and rude", "kind of bad"] * 5 + ["Good thing"]
    model = make_pipeline(TfidfVectorizer(), LogisticRegression())
    return model.fit(texts, ["positive", "negative", "positive", "negative", "negative"] * 5 + ["positive"])


def test_a_text_pipeline_says_what_scikit_learn_says(opened: Opener, text_model: Any) -> None:
    texts = ["a GOOD thing", "Awful", "never heard", "kind and bad", ""]

    answers = opened(of_sklearn(text_model, [("text", StringTensorType([None, 1]))])).predict(texts)

    rows = text_model.predict_proba(texts)
    for given, label, row in zip(answers, text_model.predict(texts), rows, strict=True):
        assert isinstance(given, Output)
        assert given.label == label
        assert given.scores == pytest.approx(dict(zip(LABELS, row, strict=True)), abs=1e-5)


def test_a_bad_input_and_an_unknown_label_fail_alone(opened: Opener) -> None:
    first, second, third, fourth = opened(passing_through(STRING, [None, 1])).predict(
        ["positive", 3, "sarcastic", 10**30]
    )
    assert first == Output(label="positive")
    assert second == Failure("The model takes texts, and the input is or holds something else.")
    assert isinstance(third, Failure)
    assert "“sarcastic” is not a label of this project" in third.message
    assert isinstance(fourth, Failure)


def test_one_exchange_shows_what_the_model_itself_said(opened: Opener) -> None:
    adapter = opened(passing_through(STRING, [None, 1]))
    good = adapter.explain("positive")
    assert (good.request, good.output, good.fault) == ("positive", Output(label="positive"), None)
    assert json.loads(good.answer) == {"label": "positive"}
    unknown = adapter.explain("sarcastic")
    assert json.loads(unknown.answer) == {"label": "sarcastic"}
    assert "“sarcastic” is not a label of this project" in str(unknown.fault)
    assert "takes texts" in str(adapter.explain(3).fault)
    assert "cannot be sent" in str(adapter.explain(10**30).fault)


def test_its_own_process_stays_between_batches(opened: Opener) -> None:
    adapter = opened(passing_through(FLOAT, [None, 1]), labels=[])
    assert adapter.child_pid is None
    adapter.predict([1])
    first = adapter.child_pid
    adapter.predict([2])
    assert adapter.child_pid == first is not None


def test_it_can_open_no_file(opened: Opener) -> None:
    """Not even native code could: the kernel gives out no descriptor."""
    adapter = opened(passing_through(FLOAT, [None, 1]), labels=[])
    adapter.predict([1])
    limits = Path(f"/proc/{adapter.child_pid}/limits")
    if not limits.exists():
        pytest.skip("only Linux shows the limits of a process")
    told = {line[:26].strip(): line[26:].split()[:2] for line in limits.read_text().splitlines()}
    used = {int(one.name) for one in Path(f"/proc/{adapter.child_pid}/fd").iterdir()}
    free = min(set(range(100)) - used)
    assert told["Max open files"] == [str(free), str(free)]
    assert told["Max file size"] == ["0", "0"]


def test_a_model_that_never_ends_is_killed(opened: Opener) -> None:
    adapter = opened(looping(), replace(POLICY, seconds_per_batch=0.5), labels=[])
    with pytest.raises(AdapterUnavailable, match=r"did not answer within 0\.5 seconds"):
        adapter.predict([1])
    assert adapter.child_pid is None


def test_a_model_that_needs_too_much_memory_is_stopped(opened: Opener) -> None:
    """300 million zeros of four bytes are 1.1 GiB; three are some megabytes."""
    policy = replace(POLICY, memory_bytes=900 * MEBIBYTE)
    too_much = opened(growing(300_000_000), policy, labels=[])
    assert too_much.predict([1]) == [Failure("The model needs more memory for this input than is allowed.")]
    assert opened(growing(3_000_000), policy, labels=[]).predict([1]) == [Output(value=1.0)]


def test_a_model_that_needs_too_much_memory_to_load_is_unavailable(opened: Opener) -> None:
    with pytest.raises(AdapterUnavailable, match=r"more memory|ended|killed"):
        opened(passing_through(FLOAT, [None, 1]), replace(POLICY, memory_bytes=60 * MEBIBYTE)).predict([1])


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (b"\x80\x04K\x01.", "not an ONNX file"),
        (content(graph([], [("x", FLOAT, [None])], [("x", FLOAT, [None])], [outside("w")])), "external data"),
    ],
)
def test_a_file_is_refused_before_it_is_loaded(tmp_path: Path, written: bytes, words: str) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(written)
    with pytest.raises(AdapterRefused, match=words):
        inspect_onnx(path)


def test_a_good_file_passes_and_one_that_is_gone_does_not(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    with pytest.raises(AdapterRefused, match="not there"):
        inspect_onnx(path)
    path.write_bytes(passing_through(FLOAT, [None, 1]))
    inspect_onnx(path)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"batch_size": 501}, "batch_size"),
        ({"columns": "age"}, "columns"),
        ({"columns": ["age", "age"]}, "columns"),
        ({"classes": ["no", ""]}, "classes"),
        ({"classes": ["no", "y\0"]}, "classes"),
        ({"classes": [1, 2]}, "classes"),
        ({"output": 3}, "output"),
        ({"softmax": "yes"}, "softmax"),
        ({"path": "/etc"}, "path"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidAdapter) as refused:
        validate({"kind": "onnx", **settings})
    assert list(refused.value.errors) == [field]


def test_very_many_classes_reach_the_process(opened: Opener) -> None:
    classes = [f"a class with a rather long name, number {number}" for number in range(9_000)]
    [said] = opened(passing_through(FLOAT, [None, 9_000]), classes=classes, labels=[]).predict(
        [list(range(9_000))]
    )
    assert isinstance(said, Output)
    assert said.label == classes[-1]


def test_this_process_imports_no_model_library() -> None:
    code = "import sys, evaluation.adapters; print({'onnxruntime', 'onnx', 'numpy.ma'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
