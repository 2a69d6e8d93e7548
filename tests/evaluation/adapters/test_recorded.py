"""The `recorded` adapter, and what all kinds share: the registry and the reading of settings."""

from __future__ import annotations

import re

import pytest

from evaluation.adapters import ADAPTERS, Failure, InvalidAdapter, Policy, open_adapter, validate


def test_recorded_answers_nothing() -> None:
    adapter = open_adapter({"kind": "recorded"}, labels=[], policy=Policy(), file=None)

    assert adapter.predict(["a", "b"]) == [Failure("No output was recorded for this input.")] * 2


def test_only_recorded_is_not_asked() -> None:
    assert [name for name, kind in ADAPTERS.items() if not kind.asks] == ["recorded"]
    assert [name for name, kind in ADAPTERS.items() if kind.needs_file] == ["skops", "onnx"]
    assert all(kind.name == name for name, kind in ADAPTERS.items())


def test_defaults_are_filled_in() -> None:
    assert validate({"kind": "recorded"}) == {"kind": "recorded"}
    assert validate({"kind": "http", "url": "https://example.org/p"}) == {
        "kind": "http",
        "url": "https://example.org/p",
        "headers": {},
        "batch_size": 32,
        "timeout_seconds": 30.0,
        "concurrency": 4,
        "retries": 3,
        "many": True,
        "numbers": "value",
    }


@pytest.mark.parametrize("config", [{}, {"kind": "pickle"}, {"kind": 3}, {"kind": ["http"]}])
def test_an_unknown_kind_names_those_there_are(config: dict[str, object]) -> None:
    with pytest.raises(InvalidAdapter) as caught:
        validate(config)

    assert caught.value.errors == {"kind": [f"Must be one of {', '.join(ADAPTERS)}."]}


@pytest.mark.parametrize(
    ("config", "field", "words"),
    [
        ({"kind": "recorded", "url": "https://x.org"}, "url", "Unknown field"),
        ({"kind": "http"}, "url", "required"),
        ({"kind": "http", "url": "ftp://example.org"}, "url", "http:// or https://"),
        ({"kind": "http", "url": "https:///predict"}, "url", "name a host"),
        ({"kind": "http", "url": "https://user:secret@example.org"}, "url", "password"),
        ({"kind": "http", "url": "https://example.org:99999"}, "url", "an address"),
        ({"kind": "http", "url": "https://example.org/a b"}, "url", "an address"),
        ({"kind": "http", "url": "https://example.org\\@other.org"}, "url", "backslash"),
        ({"kind": "http", "url": "https://example.org", "batch_size": 0}, "batch_size", "1 to 10000"),
        ({"kind": "http", "url": "https://example.org", "batch_size": True}, "batch_size", "1 to 10000"),
        (
            {"kind": "http", "url": "https://example.org", "timeout_seconds": 1e9},
            "timeout_seconds",
            "at most 600",
        ),
        ({"kind": "http", "url": "https://example.org", "headers": []}, "headers", "object"),
        ({"kind": "http", "url": "https://example.org", "headers": {"Host": "x"}}, "headers", "set by"),
        ({"kind": "skops", "input": "image"}, "input", "text, array, table"),
        ({"kind": "python", "callable": "os.system"}, "callable", "package.module:function"),
        ({"kind": "python", "callable": "a:b.c"}, "callable", "package.module:function"),
        ({"kind": "python"}, "callable", "required"),
    ],
)
def test_a_wrong_setting_is_named(config: dict[str, object], field: str, words: str) -> None:
    with pytest.raises(InvalidAdapter) as caught:
        validate(config)

    assert list(caught.value.errors) == [field]
    assert re.search(re.escape(words), caught.value.errors[field][0])


def test_a_header_with_a_line_break_is_refused_without_being_repeated() -> None:
    with pytest.raises(InvalidAdapter) as caught:
        validate({"kind": "http", "url": "https://x.org", "headers": {"X-Key": "secret\r\nHost: other"}})

    assert "secret" not in str(caught.value)
    assert "X-Key" in str(caught.value)


def test_a_kind_that_needs_a_file_says_so() -> None:
    with pytest.raises(InvalidAdapter) as caught:
        open_adapter({"kind": "skops"}, labels=[], policy=Policy(), file=None)

    assert list(caught.value.errors) == ["file"]
