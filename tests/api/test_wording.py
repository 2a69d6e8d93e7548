"""What refusals say: in words, about what was asked, and with what there is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Caller
from tests.api.test_problem_details import assert_problem
from tests.factories import make_model, make_problem
from tracker.projects.models import Project


@pytest.mark.parametrize(
    ("path", "query", "field", "told"),
    [
        ("problems/", {"status": "gone"}, "status", ["regressed", "triage", "fix_available", "duplicate"]),
        ("problems/", {"ordering": "name"}, "ordering", ["priority", "-priority", "cases_count"]),
        ("reports/", {"status": "gone"}, "status", ["new", "linked", "dismissed"]),
        ("runs/", {"status": "gone"}, "status", ["queued", "running", "finished", "failed", "cancelled"]),
        ("runs/", {"colour": "red"}, "colour", ["no such parameter", "cursor, limit, model, status"]),
        ("", {"colour": "red"}, "colour", ["no such parameter", "takes none"]),
        ("runs/", {"limit": "0"}, "limit", []),
        ("runs/", {"cursor": "x"}, "cursor", []),
    ],
)
def test_a_wrong_query(reader: Caller, path: str, query: dict[str, str], field: str, told: list[str]) -> None:
    content = assert_problem(reader.get(path, **query), 400)
    assert "stored" not in content["detail"]
    assert list(content["errors"]) == [field]
    assert all(words in content["errors"][field][0] for words in told)


def test_a_wrong_query_of_a_writing_request(administrator: Caller) -> None:
    content = assert_problem(administrator._call("PATCH", "?colour=red", {"name": "New"}), 400)
    assert "stored" not in content["detail"]
    assert "no such parameter" in content["errors"]["colour"][0]


@pytest.mark.parametrize(
    ("method", "path", "body", "field", "told"),
    [
        ("PATCH", "models/v1/", {"stage": "gone"}, "stage", "archived, candidate, shadow"),
        ("PATCH", "", {"fix_criterion": {"rule": "luck"}}, "fix_criterion.rule", "bound, every_case"),
        ("PATCH", "problems/negation/", {"fix_criterion": {"rule": "x"}}, "fix_criterion.rule", "every_case"),
        ("POST", "members/", {"user": "ann", "role": "king"}, "role", "admin, reporter, triager, viewer"),
        ("POST", "tokens/", {"scopes": ["read", "all"]}, "scopes[1]", "admin, read, report, write"),
        (
            "POST",
            "problems/negation/transition/",
            {"to": "x"},
            "to",
            "confirmed, duplicate, fixed, in_progress",
        ),
    ],
)
def test_an_unknown_value_is_told_which_there_are(
    administrator: Caller, project: Project, method: str, path: str, body: Any, field: str, told: str
) -> None:
    make_problem(project, slug="negation")
    make_model(project, "v1")
    errors = assert_problem(administrator._call(method, path, body), 400)["errors"]
    assert list(errors) == [field]
    assert told in errors[field][0]


def test_a_wrong_slug_is_told_in_words(writer: Caller) -> None:
    errors = assert_problem(writer.post("problems/", {"title": "A", "slug": "No Slug"}), 400)["errors"]
    assert list(errors) == ["slug"]
    assert "small letters" in errors["slug"][0]
    assert "regex" not in errors["slug"][0]


def test_a_wrong_weight_stands_under_the_scale(administrator: Caller) -> None:
    errors = assert_problem(administrator.patch("", {"harm_scale": {"major": "much"}}), 400)["errors"]
    assert list(errors) == ["harm_scale"]


def test_a_token_needs_no_name(administrator: Caller) -> None:
    answer = administrator.post("tokens/", {"scopes": ["read"]})
    assert (answer.status_code, answer.json()["name"]) == (201, "token")


@pytest.mark.parametrize(
    "body", [b'{"name": ', b'{"name": "\\u0000"}', b'{"name": "a", "name": "b"}', b'{"active_users": NaN}']
)
def test_a_body_that_cannot_be_read_is_named_as_what_is_wrong(administrator: Caller, body: bytes) -> None:
    content = assert_problem(administrator._call("PATCH", "", body), 400)
    assert content["errors"] == {"body": [content["detail"]]}
