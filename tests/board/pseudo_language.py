"""A language that marks every text that was translated, so that texts which were not stand out.

All data of the tests that use it are in Greek letters: Latin ones that bear no mark are English that no reader of
another language would be spared.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from unittest.mock import patch

from django.utils import translation

OPEN, CLOSE = "⟦", "⟧"
MARKED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
# What stands for a parameter keeps out of the marks: it must be translated on its own.
PARAMETER = re.compile(r"(%\(\w+\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|%[sdr]|%%|\{\w*\})")
WORD = re.compile(r"[A-Za-z][A-Za-z_]*")
TOLD = {"title", "aria-label", "aria-description", "aria-roledescription", "placeholder", "alt", "label"}
# Names of keys, and what machines read and write, are the same in every language.
SAME_EVERYWHERE = {"kbd", "pre", "code", "script", "style", "textarea"}
VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def marked(text: str) -> str:
    """Mark what a translator wrote: the text without its parameters."""
    pieces = PARAMETER.split(text)
    return "".join(
        piece if place % 2 or not WORD.search(piece) else f"{OPEN}{piece}{CLOSE}"
        for place, piece in enumerate(pieces)
    )


def _gettext(text: str) -> str:
    return marked(text)


def _ngettext(one: str, many: str, n: Any) -> str:
    return marked(one if n == 1 else many)


def _pgettext(_context: str, text: str) -> str:
    return marked(text)


def _npgettext(_context: str, one: str, many: str, n: Any) -> str:
    return marked(one if n == 1 else many)


@contextmanager
def spoken() -> Iterator[None]:
    """Answer in the marked language."""
    trans = vars(translation)["_trans"]
    with (
        patch.object(trans, "gettext", _gettext, create=True),
        patch.object(trans, "ngettext", _ngettext, create=True),
        patch.object(trans, "pgettext", _pgettext, create=True),
        patch.object(trans, "npgettext", _npgettext, create=True),
    ):
        yield


def unmarked(text: str, names: Collection[str] = ()) -> bool:
    """Return whether Latin letters are left when all that was translated is taken out, and names as files have them."""
    left = MARKED.sub(" ", text)
    return any(word not in names for word in WORD.findall(left))


@dataclass
class _Texts(HTMLParser):
    """Every text of a page that people see or hear, with where it stands."""

    found: list[tuple[str, str]] = field(default_factory=list)
    _open: list[tuple[str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    @property
    def _exempt(self) -> bool:
        return any(exempt for _tag, exempt in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        exempt = tag in SAME_EVERYWHERE or told.get("translate") == "no" or ("lang" in told and tag != "html")
        if tag not in VOID:
            self._open.append((tag, exempt))
        # An element of data may bear a title of ours; `translate` on an element speaks of its attributes too.
        if told.get("translate") == "no":
            return
        for name, value in told.items():
            button = tag == "input" and told.get("type") in {"submit", "button", "reset"} and name == "value"
            # What a script shows stands in data attributes, beside names for the script: those have no capital.
            told_by_script = value.strip()
            shown = name.startswith("data-") and " " in told_by_script and told_by_script[0].isupper()
            if name in TOLD or name.startswith("data-text-") or button or shown:
                self.found.append((f"<{tag} {name}>", value))

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag not in VOID:
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._exempt:
            self.found.append((f"<{self._open[-1][0]}>" if self._open else "", data))


def untranslated(html: str, names: Collection[str] = ()) -> list[str]:
    """Return the texts of a page that bear Latin letters without a mark."""
    texts = _Texts()
    texts.feed(html)
    return [f"{place} {' '.join(text.split())}" for place, text in texts.found if unmarked(text, names)]
