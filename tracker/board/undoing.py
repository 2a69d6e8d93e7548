"""Taking back a change whose way back is known only once it is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest

from tracker.board.refusals import tell_refusal
from tracker.board.undo import Undo, tell_with_undo
from tracker.projects.errors import Refused

T = TypeVar("T")


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
    tell_with_undo(request, done if isinstance(done, str) else done(result), Undo(undo(result)))
    return True
