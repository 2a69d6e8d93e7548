"""The `skops` adapter: what a file may hold, and what happens to the process that holds the model."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import joblib
import pytest
import skops.io
from sklearn.preprocessing import FunctionTransformer

from evaluation.adapters import (
    AdapterRefused,
    AdapterUnavailable,
    Failure,
    Policy,
    inspect_skops,
    open_adapter,
)
from evaluation.adapters.base import MEBIBYTE
from evaluation.adapters.skops import SkopsAdapter
from evaluation.types import Output

POLICY = Policy(memory_bytes=1200 * MEBIBYTE, seconds_per_batch=20)
Opener = Callable[..., SkopsAdapter]

LABELS = ["negative", "positive"]


def open_skops(path: Path, policy: Policy, form: str) -> SkopsAdapter:
    adapter = open_adapter({"kind": "skops", "input": form}, labels=LABELS, policy=policy, file=path)
    assert isinstance(adapter, SkopsAdapter)
    return adapter


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Opens adapters, and closes them after the test."""
    adapters: list[SkopsAdapter] = []

    def open_one(path: Path, policy: Policy = POLICY, form: str = "text") -> SkopsAdapter:
        adapters.append(open_skops(path, policy, form))
        return adapters[-1]

    yield open_one
    for adapter in adapters:
        adapter.close()


@pytest.fixture(scope="module")
def adapter(text_model: tuple[Path, Any]) -> Iterator[SkopsAdapter]:
    """One child for the tests that leave it alive."""
    one = open_skops(text_model[0], POLICY, "text")
    yield one
    one.close()


def test_it_says_what_the_model_says(adapter: SkopsAdapter, text_model: tuple[Path, Any]) -> None:
    texts = ["a good thing", "awful", ""]

    answers = adapter.predict(texts)

    model = text_model[1]
    for answer, label, row in zip(answers, model.predict(texts), model.predict_proba(texts), strict=True):
        assert isinstance(answer, Output)
        assert answer.label == label
        assert answer.scores == pytest.approx(dict(zip(model.classes_, row, strict=True)), abs=1e-12)


def test_a_bad_input_fails_alone(adapter: SkopsAdapter) -> None:
    first, second, third, fourth = adapter.predict(["good", ["a", "list"], 10**30, "awful"])

    assert isinstance(first, Output)
    assert second == Failure("ValueError: The input must be a text.")
    assert isinstance(third, Failure)
    assert third.message.startswith("The input cannot be sent to the model")
    assert isinstance(fourth, Output)


def test_the_child_stays_between_batches(adapter: SkopsAdapter) -> None:
    adapter.predict(["good"])
    before = adapter.child_pid
    adapter.predict(["awful"])

    assert before is not None
    assert adapter.child_pid == before


def test_nothing_is_started_for_an_empty_batch(opened: Opener, text_model: tuple[Path, Any]) -> None:
    one = opened(text_model[0])

    assert one.predict([]) == []
    assert one.child_pid is None


def test_a_batch_larger_than_a_pipe_passes(adapter: SkopsAdapter) -> None:
    texts = [f"good thing number {number}" for number in range(5000)]

    answers = adapter.predict(texts)

    assert len(answers) == 5000
    assert all(isinstance(answer, Output) for answer in answers)


def test_a_killed_child_is_unavailable_and_the_next_batch_starts_another(adapter: SkopsAdapter) -> None:
    adapter.predict(["good"])
    first = adapter.child_pid
    assert first is not None
    os.kill(first, signal.SIGKILL)

    with pytest.raises(AdapterUnavailable, match="killed by SIGKILL"):
        adapter.predict(["good"])

    assert adapter.child_pid is None
    assert isinstance(adapter.predict(["good"])[0], Output)
    assert adapter.child_pid not in (None, first)


def test_too_much_memory_fails_the_input(opened: Opener, text_model: tuple[Path, Any]) -> None:
    """The model makes all n-grams of up to five characters of a text, some 60 bytes each."""
    one = opened(text_model[0], replace(POLICY, memory_bytes=700 * MEBIBYTE))
    good, bad = one.predict(["good", "good thing " * 1_000_000])

    assert isinstance(good, Output)
    assert bad == Failure("The model needs more memory for this input than is allowed.")
    one.close()


def test_too_much_time_is_unavailable(opened: Opener, text_model: tuple[Path, Any]) -> None:
    one = opened(text_model[0], replace(POLICY, memory_bytes=4096 * MEBIBYTE, seconds_per_batch=0.2))

    with pytest.raises(AdapterUnavailable, match=r"did not answer within 0\.2 seconds"):
        one.predict(["good thing " * 400_000])

    assert one.child_pid is None


def test_a_model_that_needs_too_much_memory_to_load_is_unavailable(
    opened: Opener, text_model: tuple[Path, Any]
) -> None:
    # Less than the libraries themselves take: nothing can be loaded.
    with pytest.raises(AdapterUnavailable, match="more memory"):
        opened(text_model[0], replace(POLICY, memory_bytes=100 * MEBIBYTE)).predict(["good"])


class Marker:
    """Leaves a mark where it is run."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (self.path,)


def test_a_file_that_wants_to_run_code_is_refused_and_runs_none(tmp_path: Path) -> None:
    mark, path = tmp_path / "mark", tmp_path / "model.skops"
    transformer = FunctionTransformer(func=os.mkdir, kw_args={"path": str(mark)})
    skops.io.dump(transformer, path)

    with pytest.raises(AdapterRefused, match=r"not trusted, and is not loaded: posix\.mkdir\."):
        inspect_skops(path)

    assert not mark.exists()


@pytest.mark.parametrize("dump", [pickle.dump, joblib.dump])
def test_pickle_and_joblib_are_refused_and_run_nothing(
    tmp_path: Path, dump: Callable[[object, Any], object]
) -> None:
    mark, path = tmp_path / "mark", tmp_path / "model.skops"
    with path.open("wb") as file:
        dump(Marker(mark), file)

    with pytest.raises(AdapterRefused, match="pickle and joblib files can run code and are refused"):
        inspect_skops(path)

    assert not mark.exists()


def test_a_good_file_passes_inspection(text_model: tuple[Path, Any]) -> None:
    inspect_skops(text_model[0])


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AdapterRefused, match="not there"):
        inspect_skops(tmp_path / "gone.skops")


def test_this_process_imports_no_model_library() -> None:
    """Importing scikit-learn takes seconds, and a web process never needs it."""
    code = "import sys, evaluation.adapters; print({'sklearn', 'skops', 'pandas'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
