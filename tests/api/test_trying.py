"""Trying a model through the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.api.conftest import Caller
from tests.api.test_problem_details import assert_problem
from tests.evaluation.adapters.onnx_files import STRING, passing_through
from tests.factories import make_model, make_project
from tracker.candidates import trying
from tracker.projects.models import Project, User

if TYPE_CHECKING:
    from tests.evaluation.adapters.conftest import ModelServer

SignIn = Callable[[User], Caller]
KEY = "sk-Zebra-7781-not-for-you"


@pytest.fixture(autouse=True)
def _no_tries_before(db: None) -> None:
    cache.clear()


@pytest.fixture
def adapter(local_server: ModelServer) -> dict[str, Any]:
    local_server.says(["positive"])
    return {"kind": "http", "url": local_server.url, "headers": {"X-Key": KEY}}


def test_one_exchange_is_answered_in_full(writer: Caller, adapter: dict[str, Any]) -> None:
    answer = writer.post("models/try/", {"adapter": adapter, "input": "good"})
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["request"]["method"], told["request"]["address"]) == ("POST", adapter["url"])
    assert json.loads(told["request"]["body"]) == ["good"]
    assert [name.lower() for name in told["request"]["headers"]] == ["x-key"]
    assert (told["answer"]["status"], json.loads(told["answer"]["body"])) == (200, ["positive"])
    assert (told["output"], told["fault"], told["advice"]) == ({"label": "positive"}, None, None)
    assert KEY not in answer.content.decode()


def test_a_fault_comes_with_advice(
    writer: Caller, adapter: dict[str, Any], local_server: ModelServer
) -> None:
    local_server.says("unknown", status=404)
    told = writer.post("models/try/", {"adapter": adapter, "input": "good"}).json()
    assert told["output"] is None
    assert "404" in told["fault"]
    assert "Check the address" in told["advice"]


def test_a_file_is_tried_as_a_form(writer: Caller) -> None:
    parts = {
        "try": json.dumps({"adapter": {"kind": "onnx"}, "input": "positive"}),
        "file": SimpleUploadedFile("model.onnx", passing_through(STRING, [None, 1])),
    }
    answer = writer.post("models/try/", encode_multipart(BOUNDARY, parts), MULTIPART_CONTENT)
    assert answer.status_code == 200, answer.content
    assert answer.json()["output"] == {"label": "positive"}
    assert answer.json()["request"] == {"body": "positive", "method": None, "address": None, "headers": []}


def test_a_registered_model_is_tried(writer: Caller, project: Project, adapter: dict[str, Any]) -> None:
    make_model(project, "v1", adapter=adapter)
    answer = writer.post("models/v1/try/", {"input": "good"})
    assert answer.json()["output"] == {"label": "positive"}
    assert KEY not in answer.content.decode()


def test_a_null_input_is_an_input(writer: Caller, adapter: dict[str, Any], local_server: ModelServer) -> None:
    writer.post("models/try/", {"adapter": adapter, "input": None})
    assert local_server.asked[0][2] == [None]


def test_wrong_fields_are_named(writer: Caller, adapter: dict[str, Any]) -> None:
    without = assert_problem(writer.post("models/try/", {"adapter": adapter}), 400)
    assert list(without["errors"]) == ["input"]
    wrong = assert_problem(writer.post("models/try/", {"adapter": {"kind": "http"}, "input": 1}), 400)
    assert list(wrong["errors"]) == ["adapter.url"]


@pytest.mark.parametrize("path", ["models/try/", "models/"])
def test_a_password_in_the_address_is_refused_and_not_repeated(writer: Caller, path: str) -> None:
    adapter = {"kind": "http", "url": f"https://ann:{KEY}@models.example.org/"}
    sent = {"adapter": adapter} | ({"input": "good"} if "try" in path else {"version": "v1"})
    answer = writer.post(path, sent)
    assert "use a header" in str(assert_problem(answer, 400)["errors"]["adapter.url"])
    assert KEY not in answer.content.decode()


def test_too_often_is_429(writer: Caller, adapter: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "MOST_A_MINUTE", 0)
    answer = writer.post("models/try/", {"adapter": adapter, "input": "good"})
    assert_problem(answer, 429)
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_rights(
    reader: Caller,
    nobody: Caller,
    signed_in: SignIn,
    stranger: User,
    project: Project,
    adapter: dict[str, Any],
) -> None:
    make_model(project, "v1", adapter=adapter)
    for path, body in (
        ("models/try/", {"adapter": adapter, "input": "good"}),
        ("models/v1/try/", {"input": "good"}),
    ):
        assert_problem(reader.post(path, body), 403)
        assert_problem(nobody.post(path, body), 401)
        assert_problem(signed_in(stranger).post(path, body), 404)


def test_a_model_of_another_project_is_not_there(writer: Caller, adapter: dict[str, Any]) -> None:
    make_model(make_project(), "elsewhere", adapter=adapter)
    assert_problem(writer.post("models/elsewhere/try/", {"input": "good"}), 404)


def test_no_model_may_be_called_as_the_address(writer: Caller) -> None:
    answer = writer.post("models/", {"version": "try", "adapter": {"kind": "recorded"}})
    assert "version" in assert_problem(answer, 400)["errors"]
