"""Where connections may go: names, redirects, and the address that is really connected to."""

from __future__ import annotations

import _socket
import socket
from typing import Any

import pytest

from evaluation.adapters import AdapterRefused, AdapterUnavailable, Policy
from evaluation.types import Output
from tests.evaluation.adapters.conftest import KEY, Handler, ModelServer, Opener, Said


def address_info(ip: str, port: int) -> Any:
    """One entry of what `socket.getaddrinfo` returns."""
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    return family, socket.SOCK_STREAM, 6, "", (ip, port)


def resolve_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let every name resolve to the next of `answers`; returns the list of names that were asked for."""
    names: list[str] = []
    left = list(answers)

    def getaddrinfo(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        if ":" in host or host.replace(".", "").isdigit():  # an address is itself
            return [address_info(host, port)]
        names.append(host)
        return [address_info(ip, port) for ip in (left.pop(0) if len(left) > 1 else left[0])]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return names


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_a_loopback_address_is_refused_however_it_is_written(
    opened: Opener, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    # The system's own resolver, which reads all of these without asking anybody.
    monkeypatch.setattr(socket, "getaddrinfo", _socket.getaddrinfo)
    with pytest.raises(AdapterRefused, match="not a public address"):
        opened(f"http://{host}:{model_server.server_port}/", Policy()).predict(["a"])

    assert model_server.asked == []


@pytest.mark.parametrize(
    ("host", "text"),
    [
        (
            "127.0.0.1",
            "127.0.0.1 is an address of this machine itself, not a public address, and the operator's",
        ),
        ("0.0.0.0", "0.0.0.0 is an address of this machine itself, not a public address, and"),
        ("[::1]", "::1 is an address of this machine itself, not a public address, and"),
        ("[::ffff:7f00:1]", "an address of this machine itself, not a public address, and"),
        ("10.0.0.1", "10.0.0.1 is not a public address, and"),
        ("2130706433", "2130706433 is at 127.0.0.1, which is not a public address, and"),
    ],
)
def test_an_address_is_not_said_to_be_at_itself(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, host: str, text: str
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _socket.getaddrinfo)
    with pytest.raises(AdapterRefused) as caught:
        opened(f"http://{host}:1/", Policy()).predict(["a"])
    assert text in str(caught.value)


@pytest.mark.parametrize(
    "ip",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fe80::1%eth0", "fd00:ec2::254", "64:ff9b::7f00:1"],
)
def test_a_name_is_judged_by_its_address(opened: Opener, monkeypatch: pytest.MonkeyPatch, ip: str) -> None:
    resolve_to(monkeypatch, [ip])

    with pytest.raises(AdapterRefused, match=r"models\.example\.org"):
        opened("http://models.example.org/predict", Policy()).predict(["a"])


def test_what_is_checked_is_what_is_connected_to(
    opened: Opener, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers with an allowed address first and a forbidden one next is asked once only."""
    names = resolve_to(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
    model_server.says(["yes"])

    assert opened(f"http://rebinding.example.org:{model_server.server_port}/").predict(["a"]) == [
        Output(label="yes")
    ]
    assert names == ["rebinding.example.org"]


def test_forbidden_addresses_of_a_name_are_passed_over(
    opened: Opener, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, ["10.0.0.1", "127.0.0.1"])
    model_server.says(["yes"])

    assert opened(f"http://two.example.org:{model_server.server_port}/").predict(["a"]) == [
        Output(label="yes")
    ]


def test_the_next_address_is_tried_when_one_does_not_answer(
    opened: Opener, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, ["127.0.0.2", "127.0.0.1"])  # the server listens at 127.0.0.1 only
    model_server.says(["yes"])

    assert opened(f"http://two.example.org:{model_server.server_port}/").predict(["a"]) == [
        Output(label="yes")
    ]


def test_a_name_that_does_not_resolve_is_unavailable(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*args: Any, **kwargs: Any) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    with pytest.raises(AdapterUnavailable, match=r"gone\.example\.org could not be resolved"):
        opened("http://gone.example.org/").predict(["a"])


def redirecting(server: ModelServer, status: int, location: str) -> None:
    """Let /predict redirect and everything else answer."""

    def script(handler: Handler, inputs: Any) -> Said:
        if handler.path == "/predict":
            return Said(status=status, headers={"Location": location})
        return Said(body=b'["yes"]')

    server.script = script


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_that_keeps_the_post_is_followed(
    opened: Opener, model_server: ModelServer, status: int
) -> None:
    redirecting(model_server, status, "/v2")

    answers = opened(model_server.url, headers={"X-Key": KEY}).predict(["a"])

    assert answers == [Output(label="yes")]
    assert [(path, inputs) for path, _, inputs in model_server.asked] == [("/predict", ["a"]), ("/v2", ["a"])]
    assert model_server.asked[1][1]["x-key"] == KEY


def test_headers_do_not_follow_to_another_server(opened: Opener, model_server: ModelServer) -> None:
    # Another name for the same machine is another server, as far as keys go.
    redirecting(model_server, 307, f"http://localhost:{model_server.server_port}/v2")

    opened(model_server.url, headers={"X-Key": KEY}).predict(["a"])

    assert "x-key" in model_server.asked[0][1]
    assert "x-key" not in model_server.asked[1][1]


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_that_loses_the_post_is_refused(
    opened: Opener, model_server: ModelServer, status: int
) -> None:
    redirecting(model_server, status, "/v2")

    with pytest.raises(AdapterRefused, match=f"status {status}"):
        opened(model_server.url).predict(["a"])


@pytest.mark.parametrize(
    "location",
    ["http://169.254.169.254/latest/meta-data", "http://[fd00:ec2::254]/", "//10.0.0.1/", "http://[::1]:1/"],
)
def test_a_redirect_to_a_forbidden_address_is_refused(
    opened: Opener, model_server: ModelServer, location: str
) -> None:
    redirecting(model_server, 307, location)

    with pytest.raises(AdapterRefused, match="not a public address"):
        opened(model_server.url).predict(["a"])


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://user:pass@127.0.0.1/", "https:///v2"])
def test_a_redirect_to_no_address_is_refused(
    opened: Opener, model_server: ModelServer, location: str
) -> None:
    redirecting(model_server, 307, location)

    with pytest.raises(AdapterRefused, match="not an address"):
        opened(model_server.url).predict(["a"])


def test_a_loop_of_redirects_ends(opened: Opener, model_server: ModelServer) -> None:
    redirecting(model_server, 307, "/predict")

    with pytest.raises(AdapterRefused, match="more than 3 times"):
        opened(model_server.url).predict(["a"])

    assert len(model_server.asked) == 4
