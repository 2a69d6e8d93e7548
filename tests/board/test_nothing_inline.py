"""Every page keeps the strict Content-Security-Policy: no script, style or handler stands in the page itself.

And no two elements of a page have the same id, so that each label is that of its own field.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from scripts.page_addresses import BOARD, LOOKS, NO_PAGE, UNREACHABLE
from scripts.page_weight import BUDGET, BUILT, weights
from tests.browser.filled import fill
from tracker.candidates.models import CandidateModel
from tracker.problems.models import Case, Pattern, Problem
from tracker.projects.models import Token, User
from tracker.runs.models import Run
from tracker.triage.models import Report

DATA_ONLY = {"application/json"}
PICTURE = "data:image/png;base64,"
"""How a page shows the picture of an input, which the server drew anew: img-src allows it."""
ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post"}


class Inline(HTMLParser):
    """Collects what a strict policy refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "style" or (tag == "script" and not said.get("src") and said.get("type") not in DATA_ONLY):
            self.found.append(f"<{tag}>")
        if (own := said.get("id")) in self.ids:
            self.found.append(f"<{tag} id={own!r}> again")
        self.ids |= {own} if own else set()
        for name, value in said.items():
            if (tag, name) == ("img", "src") and (value or "").startswith(PICTURE):
                continue
            scheme = urlsplit((value or "").strip()).scheme if name in ADDRESSES else ""
            if name == "style" or name.startswith(("on", "hx-on")) or scheme in {"javascript", "data"}:
                self.found.append(f"<{tag} {name}={value!r}>")


def inline(content: str) -> list[str]:
    parser = Inline()
    parser.feed(content)
    parser.close()
    return parser.found


def test_what_is_inline_is_found() -> None:
    good = '<a href="/x" data-on="1"><script src="/x.js"></script><script type="application/json">{}</script></a>'
    assert inline(f'{good}<img src="{PICTURE}AA==">') == []
    for bad in (
        "<script>x</script>", '<script type="module">x</script>', "<style>x</style>", '<p style="x">',
        '<b onclick="x">', '<a href=" javascript:x">', '<i hx-on:click="x">', '<a href="data:text/html,x">',
        f'<a href="{PICTURE}AA==">', '<img src="data:image/svg+xml,x">', '<i id="a"></i><i id="a"></i>',
    ):  # fmt: skip
        assert len(inline(bad)) == 1, bad


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """Every named address below a resolver that is not one of the API's operations."""
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            if each.name:
                yield f"{namespace}{each.name}"
        else:
            yield from addresses(each, f"{each.namespace}:" if each.namespace else namespace)


def test_every_address_is_listed_once_or_has_no_page() -> None:
    listed = {look.page for look in LOOKS if not look.page.endswith(".html")}
    assert sorted(listed & NO_PAGE.keys()) == []
    assert sorted(set(addresses(get_resolver()))) == sorted(listed | NO_PAGE.keys())


class AlwaysOne(dict[str, str]):
    """`1` can be a slug, a version, a number or an id."""

    def __missing__(self, name: str) -> str:
        return "1"


def test_every_look_has_a_name_of_its_own_and_the_address_of_its_page() -> None:
    assert len({look.name for look in LOOKS}) == len(LOOKS)
    for look in LOOKS:
        if not look.page.endswith(".html"):
            found = resolve(urlsplit(look.address.format_map(AlwaysOne())).path)
            assert found.view_name == look.page, look.name


@pytest.fixture
def known(db: None) -> dict[str, str]:
    """What stands for the variable parts of the addresses."""
    fill()
    problem = Problem.objects.get(title="Litotes read as anger")
    bare = Problem.objects.get(title="Not described yet")
    there: dict[str, Any] = {
        "project": "shop",
        "empty": "empty",
        "pictures": "pets",
        "other_problem": Problem.objects.get(title="Anger read as anger").number,
        "sample": problem.samples.open().get().pk,
        "case": Case.objects.filter(problem=problem)[0].pk,
        "token": Token.objects.get().pk,
        "problem": problem.number,
        "bare_problem": bare.number,
        "pattern": Pattern.objects.filter(problem=problem)[0].pk,
        "new_report": Report.objects.filter(status="new")[0].pk,
        "model": CandidateModel.objects.get(version="v2").version,
        "active_model": CandidateModel.objects.get(stage="active").version,
        "volatile_model": CandidateModel.objects.get(frozen=False).version,
        "changed_run": Run.objects.filter(stability_check__n_changed__gt=0)[0].pk,
        "run": Run.objects.all()[0].pk,
    }
    return {name: str(value) for name, value in there.items()}


def assert_strict(policy: str) -> None:
    """Scripts and styles are files of this server; nothing frames a page or sends its forms elsewhere."""
    told = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
    assert told["script-src"] == told["style-src"] == told["default-src"] == "'self'"
    assert told["img-src"] == "'self' data:"
    assert told["object-src"] == told["frame-ancestors"] == "'none'"
    assert told["base-uri"] == told["form-action"] == "'self'"


def test_every_page_stands_under_the_policy_and_has_nothing_inline(known: dict[str, str]) -> None:
    visitor, nobody = Client(), Client()
    visitor.force_login(User.objects.get(username="ada"))
    for look in LOOKS:
        answer = (visitor if look.signed_in else nobody).get(look.address.format_map(known), follow=True)
        assert answer.status_code == (404 if look.status == 404 else 200), look.name
        assert_strict(answer.headers["Content-Security-Policy"])
        assert inline(answer.content.decode()) == [], look.name


@pytest.mark.parametrize("template", [*UNREACHABLE, "404.html"])
def test_a_page_for_an_error_has_nothing_inline(template: str) -> None:
    assert inline(render_to_string(template)) == []


@pytest.mark.django_db
def test_refusals_stand_under_the_policy_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form without its token, an unknown host, a failure of the server."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    refused = [client.post("/accounts/login/"), client.get("/", headers={"host": "elsewhere.example"})]
    monkeypatch.setattr("tracker.board.frame.redirect_to_login", lambda *_: 1 / 0)
    refused.append(client.get("/"))
    assert [each.status_code for each in refused] == [403, 400, 500]
    for answer in refused:
        assert_strict(answer.headers["Content-Security-Policy"])
        assert inline(answer.content.decode()) == []


@pytest.mark.skipif(not (BUILT / "tracker.css").is_file(), reason="the pages are not built")
def test_no_page_weighs_more_than_its_budget(known: dict[str, str]) -> None:
    visitor = Client()
    visitor.force_login(User.objects.get(username="ada"))
    for look in BOARD:
        answer = visitor.get(look.address.format_map(known))
        weight = weights(answer.content)
        assert {"page", "tracker.css", "tracker.js", "theme.js", "sprite.svg"} <= weight.keys(), look.name
        assert sum(weight.values()) < BUDGET, f"{look.name}: {weight}"
