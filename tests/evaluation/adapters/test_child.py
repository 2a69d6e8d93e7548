"""A child process as its worker sees it, with a child that needs no model library."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from evaluation.adapters.child import Child, ChildFailed


@pytest.fixture
def child() -> Iterator[Child]:
    """A running child."""
    one = Child("tests.evaluation.adapters.scripted_child", [], max_answer_bytes=1_000_000)
    yield one
    one.close()


def test_messages_of_any_size_come_back(child: Child) -> None:
    messages: list[object] = [None, [], {"a": [1.5, "é"]}, "x" * 900_000]
    for message in messages:
        assert child.ask(["say", message], 20) == message


@pytest.mark.parametrize("length", [1_000_001, 100])
def test_a_long_answer_is_refused(length: int) -> None:
    """Also one that comes in a single piece."""
    one = Child("tests.evaluation.adapters.scripted_child", [], max_answer_bytes=min(length - 10, 1_000_000))

    with pytest.raises(ChildFailed, match="answered with more than"):
        one.ask(["say", "x" * length], 20)

    assert one.closed


def test_a_slow_child_is_killed(child: Child) -> None:
    with pytest.raises(ChildFailed, match=r"did not answer within 0\.1 seconds"):
        child.ask("wait", 0.1)

    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)


def test_a_killed_child_is_noticed(child: Child) -> None:
    child.ask(["say", 1], 20)
    os.kill(child.pid, signal.SIGKILL)

    with pytest.raises(ChildFailed, match="was killed by SIGKILL"):
        child.ask(["say", "x" * 900_000], 20)


def test_the_last_words_of_a_child_are_told(child: Child) -> None:
    with pytest.raises(ChildFailed, match=r"ended with code 1 \(out of luck\)"):
        child.ask(["exit", "one line\nout of luck"], 20)


def test_a_talkative_child_blocks_nothing_and_fills_no_memory(child: Child) -> None:
    assert child.ask(["shout", 1_000_000], 20) == "shouted"
    assert len(child._stderr) <= 4000


def test_an_answer_outside_the_protocol_is_refused(child: Child) -> None:
    with pytest.raises(ChildFailed, match="protocol"):
        child.ask("babble", 20)


def test_what_cannot_be_sent_leaves_the_child_as_it_was(child: Child) -> None:
    with pytest.raises(OverflowError):
        child.ask(["say", 10**30], 20)

    assert child.ask(["say", 1], 20) == 1


def test_an_exchange_that_is_broken_off_leaves_no_answer_behind(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker's own time limit is raised anywhere; the next question must not get the last one's answer."""

    def interrupted(*args: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(child, "_receive", interrupted)
    with pytest.raises(KeyboardInterrupt):
        child.ask(["say", "stale"], 20)

    assert child.closed


def test_its_folder_is_empty_and_its_environment_clean(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hush")
    other = Child("tests.evaluation.adapters.scripted_child", [], max_answer_bytes=100_000)

    environment, files = other.ask("environment", 20)
    folder = environment["HOME"]
    other.close()

    assert files == []
    assert "SECRET_KEY" not in environment
    assert not os.path.exists(folder)
