"""A lineage as a tree that people read: nested values, addresses as links, hashes of commits as code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from evaluation.lineage import field_order
from tracker.candidates.model_search import value_text
from tracker.triage.field_words import field_word

Kind = Literal["text", "link", "code", "empty", "branch"]
HASH = re.compile(r"(?:sha(?:1|256):)?(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)(?:[0-9a-f]{7,40}|[0-9a-f]{64})")
LONG = 300
"""A longer text is folded behind its beginning."""


@dataclass(frozen=True, slots=True)
class LineageNode:
    """A value with its name (none in a list), or what is nested in it."""

    name: str
    kind: Kind
    text: str = ""
    children: tuple[LineageNode, ...] = ()

    @property
    def is_long(self) -> bool:
        return len(self.text) > LONG

    @property
    def beginning(self) -> str:
        return f"{self.text[:LONG]}…"


def lineage_tree(lineage: Mapping[str, Any]) -> list[LineageNode]:
    """Return a lineage part by part, the usual ones first; a stored JSON object promises no order."""
    return [_node(field_word(name), lineage[name]) for name in field_order(lineage)]


def _node(name: str, value: Any) -> LineageNode:
    if isinstance(value, dict):
        children = tuple(_node(key, value[key]) for key in sorted(value) if value[key] is not None)
        return LineageNode(name, "branch" if children else "empty", children=children)
    if isinstance(value, list):
        children = tuple(_node("", item) for item in value)
        return LineageNode(name, "branch" if children else "empty", children=children)
    if value is None or value == "":
        return LineageNode(name, "empty")
    text = value_text(value)
    return LineageNode(name, _kind(text) if isinstance(value, str) else "text", text)


def _kind(text: str) -> Kind:
    if is_link(text):
        return "link"
    return "code" if HASH.fullmatch(text) else "text"


def is_link(text: str) -> bool:
    """Whether a text is an address to follow: of https alone, without spaces, and without a user in it."""
    if not text.startswith("https://") or not text.isprintable() or any(char.isspace() for char in text):
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
