"""A key is found in a text however a server wrote it, and what is no key stays to be read."""

from __future__ import annotations

import base64
import html
import json
import string
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.adapters.hiding import LONGEST, Hiding

KEY = 'sk/Zebra+"77\\81"=not for<you>'


def in_unicode_escapes(text: str) -> str:
    return "".join(f"\\u{ord(sign):04X}" for sign in text)


WAYS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "json": lambda text: json.dumps(text)[1:-1],
    "json in json": lambda text: json.dumps(json.dumps({"key": text})),
    "json in json in json": lambda text: json.dumps(json.dumps(json.dumps({"key": text}))),
    "escaped slash": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "unicode escapes": in_unicode_escapes,
    "unicode escapes in json": lambda text: json.dumps(in_unicode_escapes(text)),
    "python": repr,
    "percent": lambda text: quote(text, safe=""),
    "lower percent": lambda text: quote(text, safe="").replace("%2F", "%2f").replace("%2B", "%2b"),
    "percent of some": quote,
    "form": quote_plus,
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "every sign in percent": lambda text: "".join(f"%{ord(sign):02x}" for sign in text),
    "html": html.escape,
    "html twice": lambda text: html.escape(html.escape(text)),
    "html numbers": lambda text: "".join(f"&#{ord(sign)};" for sign in text),
    "html hexadecimal": lambda text: "".join(f"&#x{ord(sign):X};" for sign in text),
}


@pytest.mark.parametrize("way", WAYS)
@given(before=st.text(max_size=5), after=st.text(string.ascii_letters + ' "', max_size=5))
def test_a_key_is_hidden_however_it_is_written(way: str, before: str, after: str) -> None:
    told = Hiding([f"Bearer {KEY}"]).hide(f"{before} got {WAYS[way](KEY)} {after}")

    assert "[hidden]" in told
    assert "ebra" not in told.lower()
    assert " got " in told


@given(key=st.text(string.printable.strip(), min_size=6, max_size=40), way=st.sampled_from(list(WAYS)))
def test_so_is_any_other_key(key: str, way: str) -> None:
    """One that ends in backslashes is cut there, for nobody can say where its last sign ends."""
    key = f"{key}z"
    told = Hiding([key]).hide(f"<{WAYS[way](key)}>")

    assert "[hidden]" in told
    assert WAYS[way](key) not in told


@pytest.mark.parametrize("before", ["", "u:", "ab:", "user:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_key_within_base64_is_hidden(before: str, encode: Callable[[bytes], bytes]) -> None:
    """Wherever it begins there: at most the signs at both ends, which other signs share, are left."""
    code = encode(f"{before}{KEY}".encode()).decode()

    told = Hiding([KEY]).hide(f"authorization: Basic {code}")

    left = told.removeprefix("authorization: Basic ").replace("[hidden]", "")
    assert len(left) <= len(base64.b64encode(before.encode())) + 4


def test_a_password_of_basic_authentication_is_hidden_as_it_is_and_as_it_is_sent() -> None:
    sent = base64.b64encode(b"emil:pa5s").decode()
    told = Hiding([f"Basic {sent}"]).hide(f"Basic {sent}: no user emil with password pa5s, not pa5sport")

    assert told == "[hidden]: no user emil with password [hidden], not pa5sport"


@pytest.mark.parametrize("header", ["Bearer k3y", "k3y", "Token k3y"])
def test_a_short_key_is_hidden_where_it_stands_alone(header: str) -> None:
    said = 'k3y, "k3y", \\nk3y\\n, x=k3y; monk3y k3ys'

    assert Hiding([header]).hide(said) == ('[hidden], "[hidden]", \\n[hidden]\\n, x=[hidden]; monk3y k3ys')


def test_what_is_no_key_is_left_to_be_read() -> None:
    hiding = Hiding(["Bearer sk-abc-123456", "1", "v2"])
    said = 'Use a Bearer token. {"value": 1, "path": "\\/v2\\/x", "share": "10%25"} 100% &amp; "é"'

    assert hiding.hide(said) == said
    assert Hiding([]).hide(said) == said


def test_a_key_that_was_cut_before_is_hidden_up_to_there() -> None:
    assert (
        Hiding([KEY]).hide(f"no label “{KEY[:9]}…”, nor “{KEY[:3]}…”") == "no label “[hidden]…”, nor “sk/…”"
    )


@pytest.mark.parametrize("cut", ["…", "...", "\\u2026", "&hellip;", "\\…"])
@pytest.mark.parametrize("way", WAYS)
def test_so_it_is_however_it_was_written_and_wherever_it_was_cut(way: str, cut: str) -> None:
    """Also in the middle of an escape, and after the key's own backslash."""
    written = WAYS[way](KEY)
    begins = written.index(next(sign for sign in (written[0], "s", "\\", "%", "&") if sign in written))
    for length in range(begins + len(written) // 2, len(written)):
        told = Hiding([f"Bearer {KEY}"]).hide(f"got “{written[:length]}{cut}” here")

        assert "[hidden]" in told
        assert "ebra" not in told
        assert WAYS[way]("sk/Z") not in told


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("ApiKey me:sk-Zebra-7781", "Custom apikey sk-Zebra-7781"),
        ("session:sk-Zebra-7781", "no session sk-Zebra-7781"),
        ('Signature keyId="me",signature="Zm9vYmFyYmF6"', "Signature is wrong: Zm9vYmFyYmF6"),
        ("Custom key='sk-Zebra-7781'", "wrong: sk-Zebra-7781"),
        ('x="ab:cd"', 'wrong: "ab:cd"'),
        ("Basic " + base64.b64encode(b"user:hunter22").decode().rstrip("="), "no password hunter22"),
        ("Basic " + base64.b64encode(b"user:hunter222").decode().rstrip("="), "no password hunter222"),
    ],
)
def test_the_key_of_a_header_with_more_in_it_is_hidden_by_itself(header: str, said: str) -> None:
    assert Hiding([header]).hide(said) == f"{said.rpartition(' ')[0]} [hidden]"


def test_a_very_long_text_is_cut_without_a_part_of_a_key() -> None:
    told = Hiding([KEY]).hide("x" * (LONGEST - 10) + KEY)

    assert told == "x" * (LONGEST - 10) + "[hidden]…"


@pytest.mark.parametrize(
    "said", ["\\", "%25", "&amp;", "…", "sk/Zebra+", "&#0", "\\\\ ", "...", "sk/Zebra+...", "aaaaaab", "&..."]
)
@pytest.mark.timeout(20)
def test_no_text_takes_long(said: str) -> None:
    Hiding([KEY, "aaaa" * 1000]).hide(said * (2 * LONGEST // len(said)))
