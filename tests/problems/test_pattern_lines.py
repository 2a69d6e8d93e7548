"""What a reader of many lines remembers must never change what a line says."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.canonical import canonical_json
from tests.factories import equals, make_project
from tracker.problems.pattern_lines import PatternReader
from tracker.projects.errors import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> PatternReader:
    return PatternReader(make_project())


def line(**fields: Any) -> dict[str, Any]:
    return equals("a text", **fields)


def test_what_is_noted_is_kept_apart_by_kind(reader: PatternReader) -> None:
    noted: list[dict[str, Any]] = [
        {"a": 1},
        {"a": True},
        {"a": "1"},
        {"a": None},
        {"a": [1]},
        {},
        {"a": 1, "b": 2},
        {"b": 2, "a": 1},
    ]
    for _repeated in range(2):
        assert [reader.read(1, line(meta=meta)).meta for meta in noted] == [
            canonical_json(meta) for meta in noted
        ]


def test_what_is_not_json_is_refused_after_its_like_was_read(reader: PatternReader) -> None:
    reader.read(1, line(meta={"a": None}))
    reader.read(2, line(meta={"a": "nan"}))
    with pytest.raises(Invalid) as refused:
        reader.read(3, line(meta={"a": float("nan")}))
    assert set(refused.value.errors) == {"meta"}


def test_a_number_of_thousands_of_digits_is_refused_in_words(reader: PatternReader) -> None:
    with pytest.raises(Invalid) as refused:
        reader.read(1, line() | {"expectation": {"type": "equals", "label": 10**5000}})
    assert set(refused.value.errors) == {"expectation"}


def test_each_line_keeps_its_own_base(reader: PatternReader) -> None:
    unchanged = {"type": "invariant"}
    bases: list[Any] = ["one", "one", "two", ["one"], ["one"], "one", {"text": "one"}]
    read = [reader.read(1, line(expectation=unchanged, base=base)).base for base in bases]
    assert [base.content for base in read if base] == [canonical_json(base) for base in bases]


def test_sources_are_read_alone_and_in_lists(reader: PatternReader) -> None:
    given = ["written", "sampled", ["generated", "written", "generated"], {"selected_on": "v1"}]
    read = [reader.read(1, line(source=source)).sources for source in given]
    assert [[(source.kind.value, source.version) for source in sources] for sources in read] == [
        [("written", "")],
        [("sampled", "")],
        [("generated", ""), ("written", "")],
        [("selected_on", "v1")],
    ]
    with pytest.raises(Invalid):
        reader.read(1, line(source="found"))
