"""Every refusal is application/problem+json, in plain words."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from tests.api.conftest import PROBLEM, Caller


def assert_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == PROBLEM
    content: dict[str, Any] = answer.json()
    assert content["status"] == status
    assert content["type"]
    assert content["title"]
    assert content["detail"]
    return content


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/nowhere/", "/api/v2/projects/", "/api/v1/projects"]
)
@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options"])
def test_an_unknown_address_is_a_problem_and_no_page(path: str, method: str) -> None:
    assert_problem(getattr(Client(), method)(path), 404)


def test_a_method_that_is_not_taken(reader: Caller) -> None:
    answer = reader.post("", {})
    assert_problem(answer, 405)
    assert "GET" in answer.headers["Allow"]
    assert "OPTIONS" not in answer.headers["Allow"]


@pytest.mark.parametrize("method", ["PUT", "OPTIONS", "TRACE"])
def test_methods_outside_the_contract(reader: Caller, method: str) -> None:
    assert_problem(reader._call(method, ""), 405)


def test_bad_fields_are_named(administrator: Caller) -> None:
    content = assert_problem(administrator.patch("", {"active_users": 0}), 400)
    assert list(content["errors"]) == ["active_users"]


def test_an_unknown_field_is_an_error(administrator: Caller) -> None:
    content = assert_problem(administrator.patch("", {"colour": "red"}), 400)
    assert list(content["errors"]) == ["colour"]


def test_an_unknown_query_parameter_is_an_error(reader: Caller) -> None:
    assert list(assert_problem(reader.get("", colour="red"), 400)["errors"]) == ["colour"]


def test_a_repeated_query_parameter_is_an_error(reader: Caller) -> None:
    assert list(assert_problem(reader.get("members/", limit=["1", "2"]), 400)["errors"]) == ["limit"]


def test_html_is_never_answered(reader: Caller) -> None:
    reader.headers["Accept"] = "text/html"
    assert_problem(reader.get("nowhere/"), 404)
    assert reader.get().headers["Content-Type"] == "application/json"


def test_a_nul_in_an_address_is_not_found(reader: Caller) -> None:
    assert_problem(reader.get("members/a%00b/"), 404)


def test_a_nul_in_the_query_is_refused(reader: Caller) -> None:
    assert_problem(reader.get("members/", cursor="a\0b"), 400)


def test_an_unexpected_error_tells_nothing_of_the_inside(
    reader: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr("tracker.api.v1.projects.shown_project", fail)
    answer = reader.get()
    assert_problem(answer, 500)
    assert "inside" not in answer.content.decode()
    assert "the inside" in caplog.text


def test_a_database_that_is_busy_is_503_with_retry_after(
    reader: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("tracker.api.v1.projects.shown_project", fail)
    answer = reader.get()
    assert_problem(answer, 503)
    assert int(answer.headers["Retry-After"]) > 0


def test_a_wrong_host_is_told_in_kind_too() -> None:
    assert_problem(Client().get("/api/v1/projects/", headers={"Host": "elsewhere.example"}), 400)


def test_answers_are_not_kept_by_caches(reader: Caller) -> None:
    assert reader.get().headers["Cache-Control"] == "no-store"
    assert reader.get("nowhere/").headers["Cache-Control"] == "no-store"
