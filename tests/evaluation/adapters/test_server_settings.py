"""The settings of the kinds that ask a server."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.adapters import ADAPTERS, InvalidAdapter, Policy, open_adapter, validate
from evaluation.adapters.server_address import without_secrets

URL = "https://models.example.org/p"
SERVERS = {
    "http": {"url": URL},
    "open_inference": {"url": URL, "model": "m"},
    "mlflow": {"url": URL},
    "openai": {"url": URL, "model": "m"},
}


def test_these_kinds_ask_a_server() -> None:
    assert {name for name, kind in ADAPTERS.items() if kind.asks_server} == set(SERVERS)
    assert all(kind.secret_fields for kind in ADAPTERS.values() if kind.asks_server)


@pytest.mark.parametrize("kind", SERVERS)
def test_the_normal_form_is_its_own_normal_form_and_opens(kind: str) -> None:
    config = validate({"kind": kind, **SERVERS[kind]})

    assert validate(config) == config
    assert None not in config.values()
    adapter = open_adapter(config, labels=["a"], policy=Policy(), file=None)
    assert adapter.concurrency == 4
    adapter.close()


@pytest.mark.parametrize("kind", SERVERS)
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("concurrency", 0, "from 1 to 64"),
        ("concurrency", 65, "from 1 to 64"),
        ("retries", 6, "from 0 to 5"),
        ("requests_per_second", 0, "at least 0.1"),
        ("requests_per_second", "fast", "number"),
        ("timeout_seconds", 0, "at least 0.1"),
        ("timeout_seconds", 601, "at most 600"),
        ("url", "ftp://x.org", "http"),
        ("headers", {"a": "b\n"}, "one line"),
        ("query", {"a": "b\n"}, "one line"),
        ("query", {"a b": "c"}, "without spaces"),
        ("query", "key=secret", "object of parameters"),
        ("colour", "red", "Unknown field"),
    ],
)
def test_the_settings_of_a_connection_are_checked(kind: str, field: str, value: object, words: str) -> None:
    check({"kind": kind, **SERVERS[kind], field: value}, field, words)


@pytest.mark.parametrize(
    ("kind", "field", "value", "words"),
    [
        ("http", "many", "yes", "true or false"),
        ("http", "request", {"x": "{input}"}, "repeated; or set many to false"),
        ("http", "request", {"x": "{nothing}"}, "no placeholder"),
        ("http", "answers_at", "a[*]", "no \\[\\*\\]"),
        ("http", "label_at", "a..b", "path"),
        ("http", "label_at", 3, "path"),
        ("http", "numbers", "maybe", "value, label, label_index"),
        ("http", "score_labels", ["a", "a"], "each once"),
        ("http", "score_labels", [], "each once"),
        ("http", "label_names", {"a": 3}, "text"),
        ("mlflow", "label_at", "a[*]", "no \\[\\*\\]"),
        ("mlflow", "url", f"{URL}?key=1", "end with its path"),
        ("mlflow", "format", "csv", "dataframe_split, instances, inputs"),
        ("mlflow", "columns", "a", "list of column names"),
        ("mlflow", "columns", [""], "1 to 500"),
        ("mlflow", "params", [], "object"),
        ("open_inference", "url", f"{URL}?key=1", "end with its path"),
        ("open_inference", "model", "", "empty"),
        ("open_inference", "inputs", [{"names": "x"}], "list such as"),
        ("open_inference", "inputs", [{"name": "x", "datatype": "float"}], "BOOL, BYTES"),
        ("open_inference", "inputs", [{"name": "x", "shape": ["n"]}], "whole numbers"),
        ("open_inference", "outputs", {"class": "x"}, "object such as"),
        ("openai", "url", f"{URL}?key=1", "end with its path"),
        ("openai", "prompt", "Say something", "every request is the same"),
        ("openai", "prompt", "{inputs}", "every request is the same"),
        ("openai", "prompt", "", "text of 1"),
        ("openai", "temperature", -1, "at least 0"),
        ("openai", "max_tokens", 0, "from 1"),
        ("openai", "parameters", {"stream": True}, "stream"),
        ("openai", "api_key", "two\nlines", "one line"),
        ("openai", "label_extraction", "guess", "none, exact, contains, regex"),
        ("openai", "label_pattern", "x", "only"),
    ],
)
def test_the_settings_of_a_kind_are_checked(kind: str, field: str, value: object, words: str) -> None:
    check({"kind": kind, **SERVERS[kind], field: value}, field, words)


def test_a_pattern_is_needed_and_checked() -> None:
    regex = {"kind": "openai", **SERVERS["openai"], "label_extraction": "regex"}

    check(regex, "label_pattern", "required")
    check({**regex, "label_pattern": "(?=x)"}, "label_pattern", "RE2")


def test_a_key_is_given_in_one_way_and_not_repeated() -> None:
    config = {"kind": "openai", **SERVERS["openai"], "api_key": "sk-é-secret"}

    check(config, "api_key", "one line")
    check(
        {**config, "api_key": "sk-secret", "headers": {"AUTHORIZATION": "Basic x"}},
        "api_key",
        "one of the two",
    )


@pytest.mark.parametrize(
    "query",
    [
        "api-key=very-secret", "v=1&key=a-secret", "access_token=a-secret", "accessToken=a-secret", "code=secret==",
        "sig=a-secret", "X-Amz-Signature=a-secret", "subscription-key=a-secret", "a=sk-secret", "a=AIzasecret",
        "access_token_v2=a-secret", "subscription-key-v2=a-secret", "api_key[]=a-secret", "apikey2=a-secret",
        "sas=a-secret", "hapikey=a-secret", "X-Amz-Security-Token=a-secret", "TOKEN=a-secret", "key1=a-secret",
        "pass=a-secret", "sas_token=a-secret", "x-functions-key=a-secret", "client_password=a-secret",
    ],
)  # fmt: skip
def test_a_key_in_the_address_is_refused_and_told_its_place(query: str) -> None:
    check({"kind": "http", "url": f"{URL}?{query}"}, "url", "give it as a header or in query")


@pytest.mark.parametrize(
    "query",
    [
        "api-version=2024-06-01", "max_tokens=3&monkey=x", "model=a-key", "author=me", "language_code=en",
        "language_code=en-GB-oxendict", "countryCode=DE", "sort_key=prediction", "partition_key=1", "max_token=5",
        "eos_token=<|endoftext|>", "dry-pass=1", "country-code=DE", "lang=code", "pass=2", "token=1", "key=version",
        "v2=something", "2=something-else",
    ],
)  # fmt: skip
def test_other_parameters_may_be_in_the_address(query: str) -> None:
    assert validate({"kind": "http", "url": f"{URL}?{query}"})["url"] == f"{URL}?{query}"


@pytest.mark.parametrize(("rate", "concurrency"), [(None, 64), (100, 64), (1, 30), (0.1, 3)])
def test_no_more_at_once_than_have_their_turn_in_time(rate: float | None, concurrency: int) -> None:
    """In the 30 seconds that are half of what a request may take with all its waiting."""
    config = {"kind": "http", "url": URL, "concurrency": 64, "requests_per_second": rate}
    adapter = open_adapter(config, labels=[], policy=Policy(seconds_per_batch=60), file=None)

    assert adapter.concurrency == concurrency
    adapter.close()


def test_one_input_a_request_needs_no_list() -> None:
    assert validate({"kind": "http", "url": URL, "many": False, "request": {"x": "{input}"}})["many"] is False


def test_an_adapter_of_before_opens_as_it_did() -> None:
    """Registered when there were these fields only."""
    before = {"kind": "http", "url": URL, "headers": {}, "batch_size": 8, "timeout_seconds": 5.0}
    adapter = open_adapter(before, labels=[], policy=Policy(), file=None)

    assert adapter.batch_size == 8
    adapter.close()


def test_a_key_in_an_address_that_is_stored_keeps_no_model_from_being_asked() -> None:
    """It was registered before such addresses were refused, and may have said much since."""
    config = {"kind": "http", "url": f"{URL}?code=very-secret"}

    open_adapter(config, labels=[], policy=Policy(), file=None).close()
    assert validate(config, is_address_stored=True)["url"] == config["url"]
    check(config, "url", "give it as a header or in query")


def check(config: dict[str, Any], field: str, words: str) -> None:
    """Exactly this field is wrong, and for this reason; what was given is not repeated where it is secret."""
    with pytest.raises(InvalidAdapter, match=words) as caught:
        validate(config)
    assert list(caught.value.errors) == [field]
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("https://user:hush@models.example.org/p?a=b", "https://models.example.org/p?a=b"),
        ("https://hush@models.example.org", "https://models.example.org"),
        # Refused for other reasons, before anybody looks for a password.
        ("user:hush@models.example.org/p", "models.example.org/p"),
        ("ftp://user:hush@models.example.org", "ftp://models.example.org"),
        ("https://user:hu/sh@models.example.org", "https://models.example.org"),
        ("https://user:8#hush@models.example.org", "https://models.example.org"),
        ("https://user:hu@sh@models.example.org", "https://models.example.org"),
        ("https://models.example.org/p?a=b&api_key=hush-hush-hush", "https://models.example.org/p?a=b"),
        # Nothing secret in it.
        ("https://models.example.org/p@v2?a=b@c", "https://models.example.org/p@v2?a=b@c"),
        ("ftp://models.example.org/p@v2", "ftp://models.example.org/p@v2"),
        ("https://models.example.org:8080/p@v2", "https://models.example.org:8080/p@v2"),
        ("https://models.example.org/?", "https://models.example.org/?"),
        ("", ""),
    ],
)
def test_what_is_shown_of_an_address_holds_no_password(typed: str, shown: str) -> None:
    assert without_secrets(typed) == shown


@pytest.mark.parametrize("kind", SERVERS)
def test_a_refused_password_is_not_repeated(kind: str) -> None:
    with pytest.raises(InvalidAdapter) as caught:
        validate({"kind": kind, **SERVERS[kind], "url": "https://user:hush@models.example.org/p"})
    assert "use a header" in str(caught.value.errors["url"])
    assert "hush" not in str(caught.value.errors)
