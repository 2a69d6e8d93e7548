"""A model's lineage as a tree."""

import pytest

from tests.board.visitors import Visitor, words
from tests.factories import make_model
from tracker.board.pages.lineage import LineageNode, is_link, lineage_tree
from tracker.projects.models import Project

COMMIT = "9f3c2ab41d07c55e1f20a7d3b9f3c2ab41d07c55"


def node(value: object) -> LineageNode:
    [found] = lineage_tree({"code": value})
    return found


@pytest.mark.parametrize("empty", [[], {}, "", None, {"a": None}])
def test_a_part_recorded_as_empty_is_said_to_be(empty: object) -> None:
    # the page says so by a dash with its reason
    assert node(empty).kind == "empty"


def test_a_zero_is_not_empty() -> None:
    assert (node(0).kind, node(0).text) == ("text", "0")
    assert node(False).text == "false"


def test_what_is_nested_stays_nested() -> None:
    found = node({"b": [1, {"c": 2}], "a": "x", "gone": None})
    assert [child.name for child in found.children] == ["a", "b"]
    first, second = found.children[1].children
    assert (first.name, first.text) == ("", "1")
    assert [(child.name, child.text) for child in second.children] == [("c", "2")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (COMMIT, "code"),
        (COMMIT[:7], "code"),
        ("sha256:" + "ab12" * 16, "code"),
        ("1234567", "text"),
        ("defaced", "text"),
        ("reviews-2026", "text"),
        ("https://git.example.org/commit/9f3c2ab", "link"),
        ("http://git.example.org/", "text"),
        ("javascript:alert(1)", "text"),
    ],
)
def test_hashes_are_code_and_addresses_links(text: str, kind: str) -> None:
    assert node(text).kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "https://",
        "https://a b",
        "https://user:secret@example.org/",
        "https://[::1",
        "HTTPS://example.org\n",
        "//example.org",
        " https://example.org",
    ],
)
def test_only_plain_https_is_followed(text: str) -> None:
    assert not is_link(text)


def test_a_link_tells_the_other_side_nothing(project: Project, as_viewer: Visitor) -> None:
    make_model(project, "v1", lineage={"data": "https://data.example.org/?a=1&b=<script>", "code": COMMIT})
    page = as_viewer.get("model", "v1").content.decode()
    assert 'href="https://data.example.org/?a=1&amp;b=&lt;script&gt;" rel="noopener noreferrer"' in " ".join(
        page.split()
    )
    assert f">{COMMIT}</code>" in page


def test_a_long_text_is_folded(project: Project, as_viewer: Visitor) -> None:
    make_model(project, "v1", lineage={"note": "word " * 100, "list": [], "steps": ["lower", "stem"]})
    answer = as_viewer.get("model", "v1")
    assert "<details" in answer.content.decode()
    assert "Show less" in words(answer)
    assert "lower stem" in words(answer)
