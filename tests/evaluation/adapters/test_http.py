"""The `http` adapter, against a server on this machine whose network the policy allows."""

from __future__ import annotations

import json
import logging
import socket
from typing import Any

import pytest

from evaluation.adapters import (
    AdapterUnavailable,
    Failure,
    Policy,
)
from evaluation.types import JSON, Output
from tests.evaluation.adapters.conftest import KEY, LOCAL, Handler, ModelServer, Opener, Said


def test_it_posts_the_inputs_and_reads_the_outputs(opened: Opener, model_server: ModelServer) -> None:
    model_server.says(["yes", 3, {"text": "hm"}, {"error": "too short"}])
    inputs: list[JSON] = ["é", {"age": 41}, [[1, 2.5]], None]

    answers = opened(model_server.url, headers={"X-Key": KEY}).predict(inputs)

    assert answers == [Output(label="yes"), Output(value=3.0), Output(text="hm"), Failure("too short")]
    [(path, headers, asked)] = model_server.asked
    assert (path, asked) == ("/predict", inputs)
    assert headers["x-key"] == KEY
    assert headers["content-type"] == "application/json"


def test_one_connection_serves_many_batches(opened: Opener, model_server: ModelServer) -> None:
    ports = []

    def script(handler: Handler, inputs: Any) -> Said:
        ports.append(handler.client_address[1])
        return Said(body=b'["yes"]')

    model_server.script = script
    adapter = opened(model_server.url)
    assert adapter.predict(["a"]) == adapter.predict(["b"]) == [Output(label="yes")]
    adapter.close()

    assert len(set(ports)) == 1
    assert len(ports) == 2


@pytest.mark.parametrize("length", [1, 65_000, 66_000, 1_000_000])
def test_a_request_of_any_length_arrives_whole(
    opened: Opener, model_server: ModelServer, length: int
) -> None:
    model_server.script = lambda handler, inputs: Said(body=json.dumps([len(inputs[0])]).encode())
    adapter = opened(model_server.url)

    for _ in range(2):
        assert adapter.predict(["x" * length]) == [Output(value=length)]


def test_nothing_is_asked_of_an_empty_batch(opened: Opener, model_server: ModelServer) -> None:
    assert opened(model_server.url).predict([]) == []
    assert model_server.asked == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"[]", "The answer has 0 outputs for 1 inputs. The answer: '[]'"),
        (
            b'{"label": "yes"}',
            """The answer is an object; a list of outputs is needed. The answer: '{"label":"yes"}'""",
        ),
        (b"<html>", "The answer is not JSON: '<html>'"),
        (b"", "The answer is not JSON: an empty answer"),
        (b"[NaN, NaN]", "The answer is not JSON: '[NaN, NaN]'"),
        (b'["\xff", 1]', "The answer is not JSON: '[\"�\", 1]'"),
    ],
)
def test_a_wrong_answer_fails_its_input(
    opened: Opener, model_server: ModelServer, body: bytes, words: str
) -> None:
    model_server.script = lambda handler, inputs: Said(body=body)

    assert opened(model_server.url).predict(["a"]) == [Failure(words)]


def test_a_deeply_nested_answer_fails_every_input(opened: Opener, model_server: ModelServer) -> None:
    model_server.script = lambda handler, inputs: Said(body=b"[" * 100_000)

    [failed] = opened(model_server.url).predict(["a"])

    assert isinstance(failed, Failure)
    assert failed.message.startswith("The answer is not JSON")


def test_a_huge_answer_is_not_read_to_its_end(opened: Opener, model_server: ModelServer) -> None:
    def script(handler: Handler, inputs: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**15))
        handler.end_headers()
        try:
            while not model_server.over.is_set():
                handler.wfile.write(b" " * 65536)
        except OSError:
            handler.close_connection = True

    model_server.script = script
    policy = Policy(allowed_networks=LOCAL.allowed_networks, max_answer_bytes=100_000)

    assert (
        opened(model_server.url, policy).predict(["a", "b"])
        == [Failure("The answer is longer than 100000 bytes.")] * 2
    )


def test_a_server_that_does_not_answer_is_unavailable(opened: Opener, model_server: ModelServer) -> None:
    def script(handler: Handler, inputs: Any) -> None:
        model_server.over.wait()

    model_server.script = script

    with pytest.raises(AdapterUnavailable, match=r"did not answer within 0\.2 seconds"):
        opened(model_server.url, timeout_seconds=0.2).predict(["a"])


def test_a_server_that_drips_evades_no_time_limit(opened: Opener, model_server: ModelServer) -> None:
    """Each byte comes well within a time-out for single reads; the whole would take 1000 seconds."""

    def script(handler: Handler, inputs: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\nX-Slow: ")
        try:
            while not model_server.over.wait(0.05):
                handler.wfile.write(b"x")
        except OSError:
            handler.close_connection = True

    model_server.script = script

    with pytest.raises(AdapterUnavailable, match=r"did not answer within 0\.3 seconds"):
        opened(model_server.url, timeout_seconds=0.3).predict(["a"])


def test_the_policy_limits_the_timeout_of_the_settings(opened: Opener, model_server: ModelServer) -> None:
    def script(handler: Handler, inputs: Any) -> None:
        model_server.over.wait()

    model_server.script = script
    policy = Policy(allowed_networks=LOCAL.allowed_networks, seconds_per_batch=0.2)

    with pytest.raises(AdapterUnavailable, match=r"within 0\.2 seconds"):
        opened(model_server.url, policy, timeout_seconds=600).predict(["a"])


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [
        (503, "7", 7.0),
        (429, "999999", 3600.0),
        (503, "Wed, 21 Oct 2015 07:28:30 GMT", 30.0),
        (503, "Wednesday, 21-Oct-15 07:28:30 GMT", 30.0),
        (503, "Wed Oct 21 07:28:30 2015", 30.0),
        (503, "Sat, 21 Oct 2017 07:28:00 GMT", 3600.0),
        (503, "Mon, 19 Oct 2015 07:28:00 GMT", 0.0),
        (500, "Wed, 99 Oct 2015 07:28:00 GMT", None),
        (500, "Wed, 21 Oct 999999999 07:28:00 GMT", None),
        (500, "soon", None),
        (401, "", None),
    ],
)
def test_a_refusal_is_unavailable(
    opened: Opener,
    model_server: ModelServer,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    retry_after: str,
    seconds: float | None,
) -> None:
    """A date counts from the server's own, whatever the time is here."""
    monkeypatch.setattr(Handler, "date_time_string", lambda handler: "Wed, 21 Oct 2015 07:28:00 GMT")
    model_server.says("busy", status=status, headers={"Retry-After": retry_after})

    with pytest.raises(AdapterUnavailable, match=f"status {status}.*busy") as caught:
        opened(model_server.url).predict(["a", "b"])

    assert caught.value.retry_after == seconds


def test_a_refused_input_fails_alone(opened: Opener, model_server: ModelServer) -> None:
    def script(handler: Handler, inputs: list[str]) -> Said:
        if "bad" in inputs:
            return Said(status=422, body=b"no such thing")
        return Said(body=json.dumps(["yes"] * len(inputs)).encode())

    model_server.script = script

    assert opened(model_server.url).predict(["a", "bad", "b"]) == [
        Output(label="yes"),
        Failure("The server refused with status 422: 'no such thing'"),
        Output(label="yes"),
    ]


def test_nobody_listening_is_unavailable(opened: Opener) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, and never listening
        port = held.getsockname()[1]
        with pytest.raises(AdapterUnavailable, match=f"No connection to http://127.0.0.1:{port}"):
            opened(f"http://127.0.0.1:{port}/predict?team=in-the-address").predict(["a"])


def test_what_is_not_http_is_unavailable(opened: Opener, model_server: ModelServer) -> None:
    def script(handler: Handler, inputs: Any) -> None:
        handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        handler.close_connection = True

    model_server.script = script

    with pytest.raises(AdapterUnavailable, match="does not speak HTTP"):
        opened(model_server.url).predict(["a"])


def test_a_compressed_answer_is_refused(opened: Opener, model_server: ModelServer) -> None:
    model_server.says(["yes"], headers={"Content-Encoding": "gzip"})

    with pytest.raises(AdapterUnavailable, match="compressed"):
        opened(model_server.url).predict(["a"])
    assert model_server.asked[0][1]["accept-encoding"] == "identity"


def test_the_environment_names_no_proxy(
    opened: Opener, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    model_server.says(["yes"])

    assert opened(model_server.url).predict(["a"]) == [Output(label="yes")]


def test_headers_are_in_no_text(
    opened: Opener, model_server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    adapter = opened(model_server.url, headers={"Authorization": KEY})
    texts = [repr(adapter)]
    model_server.says([{"error": f"bad key {KEY}"}])
    texts.append(str(adapter.predict(["a"])))
    model_server.script = lambda handler, inputs: Said(body=b"x" * 190 + KEY.encode())
    texts.append(str(adapter.predict(["a"])))
    model_server.says(f"bad key {KEY}", status=401)
    with pytest.raises(AdapterUnavailable) as caught:
        adapter.predict(["a"])
    texts.append(str(caught.value))

    assert "bad key [hidden]" in texts[1]
    assert not [text for text in [*texts, caplog.text] if "sk-v" in text]


def test_secret_parameters_are_added_to_the_address_and_no_redirect_is_told(
    opened: Opener, model_server: ModelServer
) -> None:
    def script(handler: Handler, inputs: Any) -> Said:
        if handler.path.startswith("/predict"):
            return Said(status=307, headers={"Location": "/elsewhere"})
        return Said(body=b'["yes"]')

    model_server.script = script
    adapter = opened(f"{model_server.url}?v=1", query={"api-key": "sk/1&2", "team": "blue"})

    assert adapter.predict(["a"]) == [Output(label="yes")]
    assert [path for path, _, _ in model_server.asked] == [
        "/predict?v=1&api-key=sk%2F1%262&team=blue",
        "/elsewhere",
    ]
    assert adapter.explain("a").address == f"{model_server.url}?…"
