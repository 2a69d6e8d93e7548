"""Offering in a message to take back what was just done: a button that sends a form, without scripts too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

from tracker.board.refusals import tell_refusal
from tracker.projects.errors import Refused

T = TypeVar("T")

_MARK = "undo:"


def tell_undoable(
    request: HttpRequest, act: Callable[[], T], done: str | Callable[[T], str], undo: Callable[[T], str]
) -> bool:
    """Make a state change that a button asks for and say what came of it; return whether it was made.

    `undo` gives the address that takes it back when posted to.
    """
    try:
        result = act()
    except Refused as refused:
        tell_refusal(request, refused)
        return False
    offer_undo(request, done if isinstance(done, str) else done(result), undo(result))
    return True


def offer_undo(request: HttpRequest, done: str, undo: str) -> None:
    messages.success(request, done, extra_tags=_MARK + undo)


def undo_address(message: Message) -> str:
    """Return where a message's undo is sent to; empty where it has none."""
    words = (message.extra_tags or "").split()
    return next((word.removeprefix(_MARK) for word in words if word.startswith(_MARK)), "")
