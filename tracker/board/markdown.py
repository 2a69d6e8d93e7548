"""What people write, as safe HTML: CommonMark with tables, addresses and `#12` as links, and nothing that loads.

Raw HTML is shown as typed. An allow-list has the last word on elements, attributes and addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

LINKS = re.compile(
    r"(?<![\w&#/])#(?P<number>\d{1,9})(?!\w)|(?P<address>https?://[^\s<>]*[^\s<>.,:;!?'\"()\[\]*])"
)
HEADING = "markdown-heading"
"""Headings of a comment are strong lines: the outline of the page is the page's own."""

_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table"])
_TAGS = {
    "a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "strong", "ul",
    "table", "tbody", "td", "th", "thead", "tr",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProblemLink:
    """Where `#12` leads, and what it says on hover."""

    url: str
    title: str


def mentioned_numbers(texts: Iterable[str]) -> set[int]:
    """Return the numbers of the problems that texts may speak of."""
    return {int(found["number"]) for text in texts for found in LINKS.finditer(text) if found["number"]}


def rendered(text: str, problems: Mapping[int, ProblemLink]) -> SafeString:
    """Return a text as HTML; `problems`: those that exist, by number."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "p"
            token.attrSet("class", HEADING)
        if token.children:
            token.children = list(_linked(token.children, problems))
    own = {link.url for link in problems.values()}
    clean = nh3.clean(
        _parser.renderer.render(tokens, _parser.options, {}),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        allowed_classes={"p": {HEADING}},
        url_schemes={"http", "https", "mailto"},
        url_relative=lambda url: url if url in own else None,
        link_rel="nofollow noopener noreferrer",
    )
    return mark_safe(clean)  # noqa: S308 - the allow-list made it


def _linked(tokens: Iterable[Token], problems: Mapping[int, ProblemLink]) -> Iterator[Token]:
    """Yield inline tokens with links where texts name something, and links in the place of images."""
    depth = 0
    for token in tokens:
        depth += (token.type == "link_open") - (token.type == "link_close")
        if token.type == "image":
            source = str(token.attrGet("src") or "")
            yield from [_text(token.content)] if depth else _link(source, token.content or source)
        elif token.type == "text" and not depth:
            yield from _pieces(token.content, problems)
        else:
            yield token


def _pieces(text: str, problems: Mapping[int, ProblemLink]) -> Iterator[Token]:
    end = 0
    for found in LINKS.finditer(text):
        problem = problems.get(int(found["number"])) if found["number"] else None
        if found["number"] and problem is None:
            continue
        yield _text(text[end : found.start()])
        if problem is not None:
            yield from _link(problem.url, found.group(), problem.title)
        else:
            yield from _link(found.group(), found.group())
        end = found.end()
    yield _text(text[end:])


def _link(url: str, text: str, title: str = "") -> list[Token]:
    opening = Token("link_open", "a", 1, attrs={"href": url})
    if title:
        opening.attrSet("title", title)
    return [opening, _text(text), Token("link_close", "a", -1)]


def _text(text: str) -> Token:
    return Token("text", "", 0, content=text)
