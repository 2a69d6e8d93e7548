"""What every kind of server has in common: batches, bad inputs, many threads, explanations, and secrets."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from evaluation.adapters import AdapterUnavailable, Exchange, Failure, Policy
from evaluation.types import Output
from tests.evaluation.adapters.conftest import KEY, LOCAL, Handler, ModelServer, Opener, Said


def answering(handler: Handler, inputs: Any) -> Said:
    """Yes to everything, but broken by what is "bad"."""
    if "bad" in inputs:
        return Said(status=500, body=b"Traceback")
    return Said(body=json.dumps(["yes"] * len(inputs)).encode())


def test_an_input_that_breaks_the_server_fails_alone(opened: Opener, model_server: ModelServer) -> None:
    """A 500 may mean that the server is broken. It is not: what it answered before it answers again."""
    model_server.script = answering
    adapter = opened(model_server.url)

    assert adapter.predict(["a", "bad", "b", "c"]) == [
        Output(label="yes"),
        Failure("The server refused for now with status 500: 'Traceback'"),
        Output(label="yes"),
        Output(label="yes"),
    ]
    assert adapter.predict(["bad"]) == [Failure("The server refused for now with status 500: 'Traceback'")]


def longer_for(handler: Handler, inputs: Any) -> Said:
    """Yes to everything, with an answer that is too long or miscounted or no JSON where asked to."""
    said = ["yes"] * len(inputs)
    if "long" in inputs:
        said[0] = "yes" * 1000
    elif "two" in inputs:
        said.append("yes")
    elif "words" in inputs:
        return Said(body=b"Let me think")
    return Said(body=json.dumps(said).encode())


SHORT = Policy(allowed_networks=LOCAL.allowed_networks, max_answer_bytes=1000)


@pytest.mark.parametrize(
    ("guilty", "words"),
    [
        ("long", "The answer is longer than 1000 bytes."),
        ("two", """The answer has 2 outputs for 1 inputs. The answer: '["yes","yes"]'"""),
        ("words", "The answer is not JSON: 'Let me think'"),
    ],
)
def test_an_input_that_spoils_the_answer_to_its_batch_fails_alone(
    opened: Opener, model_server: ModelServer, guilty: str, words: str
) -> None:
    model_server.script = longer_for
    yes = Output(label="yes")

    assert opened(model_server.url, SHORT).predict(["a", guilty, "b", "c", "d"]) == [
        yes, Failure(words), yes, yes, yes,
    ]  # fmt: skip


def test_where_no_answer_is_ever_read_a_few_inputs_find_it_out(
    opened: Opener, model_server: ModelServer
) -> None:
    """A wrong setting must not cost a request for each input."""
    model_server.script = lambda handler, inputs: Said(body=b"<html>")

    failed = opened(model_server.url).predict(list("abcdefgh"))

    assert failed == [Failure("The answer is not JSON: '<html>'")] * 8
    assert [inputs for _, _, inputs in model_server.asked] == [list("abcdefgh"), ["a"], ["b"], ["c"]]


def test_a_server_that_answered_before_is_asked_about_each(opened: Opener, model_server: ModelServer) -> None:
    model_server.script = longer_for
    adapter = opened(model_server.url, SHORT)
    adapter.predict(["a"])

    said = adapter.predict(["two", "two", "two", "two", "a"])

    assert said[-1] == Output(label="yes")


@pytest.mark.parametrize("first", [Said(status=422), Said(body=b"[]")])
def test_what_was_said_one_by_one_before_the_server_went_away_is_told_with_the_error(
    opened: Opener, model_server: ModelServer, first: Said
) -> None:
    """It was paid for."""
    answers = {"a": Said(body=b'["yes"]'), "b": Said(status=422, body=b"what?")}
    model_server.script = lambda handler, inputs: (
        first if len(inputs) > 1 else answers.get(inputs[0], Said(status=503, body=b"busy"))
    )

    with pytest.raises(AdapterUnavailable, match="busy") as away:
        opened(model_server.url).predict(["a", "b", "c", "d"])

    assert away.value.said == [
        Output(label="yes"),
        Failure("The server refused with status 422: 'what?'"),
    ]


def test_a_server_that_breaks_at_everything_is_unavailable(opened: Opener, model_server: ModelServer) -> None:
    model_server.script = answering
    adapter = opened(model_server.url)
    adapter.predict(["a"])
    model_server.script = lambda handler, inputs: Said(status=500)

    with pytest.raises(AdapterUnavailable, match="status 500"):
        adapter.predict(["a", "b"])
    # The batch, and what was answered before: not each of the inputs.
    assert [inputs for _, _, inputs in model_server.asked] == [["a"], ["a", "b"], ["a"]]


def test_a_server_that_never_answered_is_tried_with_a_few_inputs(
    opened: Opener, model_server: ModelServer
) -> None:
    model_server.script = lambda handler, inputs: Said(status=500)

    with pytest.raises(AdapterUnavailable, match="status 500"):
        opened(model_server.url).predict(["a", "b", "c", "d", "e"])
    assert len(model_server.asked) == 4


def test_no_more_are_asked_at_once_than_the_settings_say(opened: Opener, model_server: ModelServer) -> None:
    """Sixteen threads ask; the server holds each request until three are there, and counts."""
    three = threading.Barrier(3)
    lock = threading.Lock()
    here, most, connections = 0, 0, set()

    def script(handler: Handler, inputs: Any) -> Said:
        nonlocal here, most
        with lock:
            here += 1
            most = max(most, here)
            connections.add(handler.client_address)
        three.wait(10)
        with lock:
            here -= 1
        return Said(body=json.dumps([{"text": text} for text in inputs]).encode())

    model_server.script = script
    adapter = opened(model_server.url, concurrency=3)
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda number: adapter.predict([f"{number}"]), range(24)))

    assert adapter.concurrency == 3
    assert answers == [[Output(text=f"{number}")] for number in range(24)]
    assert most == 3
    assert len(connections) == 3


def test_one_input_a_request(opened: Opener, model_server: ModelServer) -> None:
    model_server.script = lambda handler, asked: Said(body=json.dumps({"text": asked["q"]}).encode())
    adapter = opened(model_server.url, many=False, request={"q": "Say {input}"})

    assert adapter.batch_size == 1
    assert adapter.predict(["a", "b"]) == [Output(text="Say a"), Output(text="Say b")]
    assert [asked for _, _, asked in model_server.asked] == [{"q": "Say a"}, {"q": "Say b"}]


def test_a_template_and_paths_of_the_settings(opened: Opener, model_server: ModelServer) -> None:
    model_server.says({"out": {"names": ["POS", "NEG"], "p": [[0.25, 0.75], [0.75, 0.25]]}})
    adapter = opened(
        model_server.url,
        request={"rows": [{"t": "{input.text}"}], "labels": "{labels}"},
        label_at="out.names[*]",
        scores_at="out.p[*]",
        label_names={"POS": "yes", "NEG": "no"},
    )

    assert adapter.predict([{"text": "a"}, {"text": "b"}]) == [
        Output(label="yes", scores={"no": 0.25, "yes": 0.75}),
        Output(label="no", scores={"no": 0.75, "yes": 0.25}),
    ]
    assert model_server.asked[0][2] == {"rows": [{"t": "a"}, {"t": "b"}], "labels": ["no", "yes"]}


def test_an_input_that_cannot_be_sent_fails_alone(opened: Opener, model_server: ModelServer) -> None:
    model_server.script = lambda handler, rows: Said(body=json.dumps(["yes"] * len(rows)).encode())
    adapter = opened(model_server.url, request=["{input.text}"])

    answers = adapter.predict([{"text": "a"}, {"words": "b"}, {"text": "\ud800"}])

    assert answers[0] == Output(label="yes")
    assert [isinstance(answer, Failure) for answer in answers] == [False, True, True]
    assert "needs “text”, where there is an object with words" in str(answers[1])


def test_where_the_mapping_fails_is_named_beside_the_answer(
    opened: Opener, model_server: ModelServer
) -> None:
    model_server.says({"results": [{"name": "yes"}, {"nom": "yes"}]})
    adapter = opened(model_server.url, answers_at="results", label_at="name")

    assert adapter.predict(["a", "b"]) == [
        Output(label="yes"),
        Failure(
            "The path name needs “name”, where there is an object with nom. "
            """The answer: '{"nom":"yes"}'"""
        ),
    ]


def test_an_exchange_shows_what_was_sent_and_how_the_answer_was_read(
    opened: Opener, model_server: ModelServer
) -> None:
    model_server.says({"out": ["yes"]})
    adapter = opened(
        f"{model_server.url}?version=2",
        headers={"X-Key": KEY},
        request={"texts": "{inputs}"},
        answers_at="out",
    )

    exchange = adapter.explain("é")

    assert exchange == Exchange(
        request='{"texts": ["é"]}',
        answer='{"out": ["yes"]}',
        method="POST",
        address=f"{model_server.url}?…",
        header_names=("x-key",),
        status=200,
        output=Output(label="yes"),
    )


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        (Said(body=b'["maybe"]'), 200, "not a label"),
        (Said(body=b"oops"), 200, "not JSON"),
        (Said(status=503, body=b"busy"), 503, "refused for now with status 503"),
        (Said(status=422, body=b"what?"), 422, "refused with status 422: 'what?'"),
    ],
)
def test_an_exchange_that_fails_says_where(
    opened: Opener, model_server: ModelServer, said: Said, status: int, words: str
) -> None:
    model_server.script = lambda handler, inputs: said

    exchange = opened(model_server.url, retries=3).explain("a")

    assert (exchange.status, exchange.answer, exchange.output) == (status, said.body.decode(), None)
    assert exchange.fault is not None
    assert words in exchange.fault
    assert len(model_server.asked) == 1  # a person waits


def test_an_exchange_with_nobody_says_so(opened: Opener, model_server: ModelServer) -> None:
    refused = opened(model_server.url, Policy()).explain("a")
    unsendable = opened(model_server.url, request=["{input.x}"]).explain("a")

    assert (refused.status, refused.answer) == (None, "")
    assert "not a public address" in str(refused.fault)
    assert "does not fit the request template" in str(unsendable.fault)
    assert (unsendable.request, unsendable.method) == ("a", "")
    assert model_server.asked == []


def test_an_answer_that_is_too_long_is_a_fault_of_the_exchange(
    opened: Opener, model_server: ModelServer
) -> None:
    model_server.says(["yes" * 1000])
    policy = Policy(allowed_networks=LOCAL.allowed_networks, max_answer_bytes=100)

    assert opened(model_server.url, policy).explain("a").fault == "The answer is longer than 100 bytes."


@pytest.mark.parametrize(
    "settings",
    [
        {"headers": {"Authorization": KEY}},
        {"query": {"api-key": KEY}},
        {"kind": "openai", "model": "m", "api_key": KEY.removeprefix("Bearer ")},
        {"kind": "mlflow", "headers": {"X-Key": KEY}},
        {"kind": "open_inference", "model": "m", "headers": {"X-Key": KEY}},
    ],
)
def test_no_text_holds_a_secret(
    opened: Opener, model_server: ModelServer, settings: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """A server repeats the key in every way it can; what people and logs get to see does not."""
    caplog.set_level("DEBUG")
    adapter = opened(model_server.base, **settings)
    texts = [repr(adapter), repr(vars(adapter))]
    for status in (200, 400, 503):
        for body in (
            KEY,
            json.dumps([{"error": KEY}]),
            json.dumps({"outputs": KEY, "message": "x" * 190 + KEY}),
        ):
            model_server.script = lambda handler, inputs, status=status, body=body: Said(  # type: ignore[misc]
                status=status, body=body.encode()
            )
            texts.append(repr(adapter.explain("a")))
            try:
                texts.append(repr(adapter.predict(["a"])))
            except AdapterUnavailable as error:
                texts.append(str(error))

    assert any("[hidden]" in text for text in texts)
    assert not [text for text in [*texts, caplog.text] if "very-secret" in text or "sk-v" in text]
    path, headers, _ = model_server.asked[-1]
    if "query" in settings:
        assert path == "/?api-key=Bearer%20sk-very-secret-123"
    else:
        name = "authorization" if "api_key" in settings else next(iter(settings["headers"])).lower()
        assert headers[name] == KEY


REPEATED = Failure("The server repeated its key in the answer, so that the answer is not kept.")


@pytest.mark.parametrize(
    "said",
    [
        {"text": f"Access denied for {KEY}"},
        {"text": "x" * 200_000 + KEY},
        {"text": "no label “sk-very-sec…”"},
        {"label": KEY},
        {"scores": {KEY: 0.9, "no": 0.1}},
    ],
    ids=["text", "long text", "cut", "label", "score"],
)
def test_an_output_that_repeats_the_key_is_an_error(
    opened: Opener, model_server: ModelServer, said: dict[str, Any]
) -> None:
    model_server.says([{"label": "yes"}, said])
    adapter = opened(model_server.url, labels=(), headers={"Authorization": KEY})

    assert adapter.predict(["a", "b"]) == [Output(label="yes"), REPEATED]

    model_server.says([said])
    assert adapter.explain("b").fault == REPEATED.message
    assert adapter.explain("b").output is None


def test_what_is_no_key_may_be_said(opened: Opener, model_server: ModelServer) -> None:
    """A label of the project is known to all, and a language or a version is no key."""
    said = {
        "label": "secret-label-1",
        "text": "An english text of 2024-06-01 by gpt-4o-mini for acme-industries.",
    }
    model_server.says([said])
    adapter = opened(
        model_server.url,
        labels=("secret-label-1", "other"),
        headers={"X-Model": "gpt-4o-mini", "Accept-Language": "english", "X-Key": "secret-label-1"},
        query={"api-version": "2024-06-01", "tenant": "acme-industries"},
    )

    assert adapter.predict(["a"]) == [Output(label=said["label"], text=said["text"])]


def test_half_a_long_key_at_the_end_of_a_long_refusal_is_hidden(
    opened: Opener, model_server: ModelServer
) -> None:
    """Only its beginning is read, and what is hidden in it makes it short enough to be shown to its end."""
    key = "eyJ" + "Abcdefgh1234567890" * 200
    model_server.script = lambda handler, inputs: Said(status=400, body=f"no: {key} ".encode() * 9)

    answer = opened(model_server.url, headers={"Authorization": f"Bearer {key}"}).explain("a").answer

    assert answer == "no: [hidden] " * 5 + "no: [hidden]…"
