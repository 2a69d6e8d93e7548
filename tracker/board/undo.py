"""Messages that say what was done and take it back: a form in the message, so that it works without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

MARK = "undo:"
"""Begins the extra tag of a message that can be undone; an address with the fields to post follows."""


@dataclass(frozen=True, slots=True)
class Undo:
    """What to post where. An address that asks first (`asks`) is opened instead."""

    address: str
    fields: tuple[tuple[str, str], ...] = ()
    asks: bool = False


def tell_with_undo(request: HttpRequest, text: str, undo: Undo) -> None:
    """Say what was done, with a button that undoes it."""
    method = "get" if undo.asks else "post"
    messages.success(request, text, extra_tags=f"{MARK}{method}:{undo.address} {urlencode(undo.fields)}")


def undo_of(message: Message) -> Undo | None:
    """Return how a message is undone; None where it cannot be."""
    tag = message.extra_tags or ""
    if not tag.startswith(MARK):
        return None
    method, _colon, rest = tag.removeprefix(MARK).partition(":")
    address, _space, query = rest.partition(" ")
    return Undo(address, tuple(parse_qsl(query, keep_blank_values=True)), asks=method == "get")
