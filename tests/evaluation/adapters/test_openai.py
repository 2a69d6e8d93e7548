"""`openai` against a small server of the tests'."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.adapters import Failure
from evaluation.types import JSON, Output
from tests.evaluation.adapters.conftest import KEY, ModelServer, Opener


def answer(content: object, *, ended: str | None = "stop", **message: Any) -> dict[str, Any]:
    """A chat completion."""
    told = {"role": "assistant", "content": content, **message}
    return {"object": "chat.completion", "choices": [{"index": 0, "message": told, "finish_reason": ended}]}


def chat(server: ModelServer, opened: Opener, asked: JSON, **settings: Any) -> Any:
    """The request that one input becomes."""
    opened(f"{server.base}/v1", kind="openai", model="small", **settings).predict([asked])
    return server.asked[-1][2]


def test_a_prompt_becomes_a_chat(opened: Opener, model_server: ModelServer) -> None:
    model_server.says(answer("It is good."))
    adapter = opened(
        f"{model_server.base}/v1/",
        kind="openai",
        model="small",
        system_prompt="Be brief: {not a placeholder}.",
        prompt="Is this kind? {input.text} Answer with one of {labels}. {{}}",
        max_tokens=20,
        seed=7,
        api_key="sk-very-secret-123",
        parameters={"top_p": 0.5},
    )

    assert adapter.predict([{"text": "a"}]) == [Output(text="It is good.")]
    [(path, headers, body)] = model_server.asked
    assert path == "/v1/chat/completions"
    assert headers["authorization"] == KEY
    assert body == {
        "model": "small",
        "temperature": 0,
        "max_tokens": 20,
        "seed": 7,
        "top_p": 0.5,
        "messages": [
            {"role": "system", "content": "Be brief: {not a placeholder}."},
            {"role": "user", "content": 'Is this kind? a Answer with one of ["no","yes"]. {}'},
        ],
    }


def test_it_asks_four_at_once_and_one_input_a_request(opened: Opener, model_server: ModelServer) -> None:
    model_server.says(answer("x"))
    adapter = opened(model_server.base, kind="openai", model="small")

    assert (adapter.concurrency, adapter.batch_size) == (4, 1)
    assert adapter.predict(["a", "b"]) == [Output(text="x")] * 2
    assert len(model_server.asked) == 2


def test_a_temperature_of_null_is_not_sent(opened: Opener, model_server: ModelServer) -> None:
    model_server.says(answer("x"))

    assert chat(model_server, opened, "a", temperature=None) == {
        "model": "small",
        "messages": [{"role": "user", "content": "a"}],
    }


TURNS: list[JSON] = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]


@pytest.mark.parametrize("asked", [TURNS, {"messages": TURNS}])
def test_a_chat_is_sent_as_it_is(opened: Opener, model_server: ModelServer, asked: JSON) -> None:
    model_server.says(answer("x"))

    assert chat(model_server, opened, asked, prompt="Say: {input}")["messages"] == TURNS
    assert chat(model_server, opened, asked, system_prompt="s")["messages"] == [
        {"role": "system", "content": "s"},
        *TURNS,
    ]


def test_a_chat_with_a_system_prompt_keeps_its_own(opened: Opener, model_server: ModelServer) -> None:
    model_server.says(answer("x"))
    own: JSON = [{"role": "system", "content": "own"}, *TURNS]

    assert chat(model_server, opened, own, system_prompt="s")["messages"] == own


@pytest.mark.parametrize("asked", [[1, 2], {"text": "a"}, [{"name": "x"}], []])
def test_what_is_no_chat_goes_into_the_prompt(opened: Opener, model_server: ModelServer, asked: JSON) -> None:
    model_server.says(answer("x"))

    [message] = chat(model_server, opened, asked, prompt="Say: {input}")["messages"]

    assert message["content"].startswith("Say: ")


def test_messages_that_are_none_are_not_sent(opened: Opener, model_server: ModelServer) -> None:
    [failed] = opened(model_server.base, kind="openai", model="small").predict([{"messages": [1]}])

    assert "must be a list of objects" in str(failed)
    assert model_server.asked == []


def test_a_label_is_found_in_the_text_and_the_text_is_kept(opened: Opener, model_server: ModelServer) -> None:
    adapter = opened(model_server.base, kind="openai", model="small", label_extraction="exact")
    model_server.says(answer(" Yes. "))
    assert adapter.predict(["a"]) == [Output(label="yes", text=" Yes. ")]

    # No label is guessed: expectations about labels stay unscored, and people see what was said.
    model_server.says(answer("Hard to say."))
    assert adapter.predict(["a"]) == [Output(text="Hard to say.")]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (answer([{"type": "text", "text": "in "}, {"type": "text", "text": "parts"}]), "in parts"),
        (answer(None, refusal="I will not."), "I will not."),
        (answer(""), ""),
    ],
)
def test_answers_are_read_leniently(opened: Opener, model_server: ModelServer, said: Any, text: str) -> None:
    model_server.says(said)

    assert opened(model_server.base, kind="openai", model="small").predict(["a"]) == [Output(text=text)]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"choices": []}, "needs place 0, where there is a list of 0"),
        ({"error": {"message": "no credit"}}, "where there is an object with error"),
        (answer(None), "no text"),
        ([], "needs “choices”"),
    ],
)
def test_an_answer_without_text_fails(
    opened: Opener, model_server: ModelServer, said: Any, words: str
) -> None:
    model_server.says(said)

    [failed] = opened(model_server.base, kind="openai", model="small").predict(["a"])

    assert isinstance(failed, Failure)
    assert words in failed.message
    assert "The answer: " in failed.message


@pytest.mark.parametrize(
    ("content", "ended", "words"),
    [
        ("It is a kind one, al", "length", "The answer was cut at the most tokens (finish_reason “length”)."),
        ("It is a kind one, al", "MAX_TOKENS", "The answer was cut at the most tokens"),
        ("", "length", "The answer was cut at the most tokens"),
        (None, "content_filter", "filter held the answer back (finish_reason “content_filter”)."),
        ("It is", "content_filter", "filter held the answer back"),
        ("", "SAFETY", "filter held the answer back"),
    ],
)
def test_a_text_that_is_not_all_the_model_has_to_say_is_no_answer(
    opened: Opener, model_server: ModelServer, content: str | None, ended: str, words: str
) -> None:
    """What is missing of it could have made an expectation pass or fail."""
    model_server.says(answer(content, ended=ended))

    [failed] = opened(model_server.base, kind="openai", model="small").predict(["a"])

    assert isinstance(failed, Failure)
    assert words in failed.message
    assert "The answer: " in failed.message


@pytest.mark.parametrize("ended", ["stop", "tool_calls", "eos", None])
def test_other_ends_are_ends(opened: Opener, model_server: ModelServer, ended: str | None) -> None:
    model_server.says(answer("x", ended=ended))

    assert opened(model_server.base, kind="openai", model="small").predict(["a"]) == [Output(text="x")]


@pytest.mark.parametrize(
    ("how", "content", "label"),
    [
        ("exact", "Yes", "yes"),
        ("exact", "no", None),  # it may have been none
        ("exact", "none", "none"),
        ("exact", "Yes, but", None),
        ("contains", "I say yes", None),  # it may go on with another label
        ("regex", "label: yes", None),
        ("none", "yes", None),
    ],
)
def test_a_cut_answer_counts_where_it_is_a_whole_label(
    opened: Opener, model_server: ModelServer, how: str, content: str, label: str | None
) -> None:
    """Where `max_tokens` is as long as a label each answer ends there."""
    model_server.says(answer(content, ended="length"))
    settings = {"label_pattern": "label: (.+)"} if how == "regex" else {}
    labels = ["no", "none", "yes"]
    adapter = opened(
        model_server.base, kind="openai", model="small", labels=labels, label_extraction=how, **settings
    )

    [said] = adapter.predict(["a"])

    if label is None:
        assert isinstance(said, Failure)
    else:
        assert said == Output(label=label, text=content)


def test_a_refusal_gives_no_label(opened: Opener, model_server: ModelServer) -> None:
    model_server.says(answer(None, refusal="I cannot say yes."))
    adapter = opened(model_server.base, kind="openai", model="small", label_extraction="contains")

    assert adapter.predict(["a"]) == [Output(text="I cannot say yes.")]
