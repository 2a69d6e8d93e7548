"""Telling people what a state change refused: beside the field that is wrong, or as a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tracker.board.undo import Undo, tell_with_undo
from tracker.projects.errors import Invalid, Refused

T = TypeVar("T")


def attempt(form: forms.Form, act: Callable[[], T]) -> T | None:
    """Make a state change that a form asks for; None where it was refused, and then the form says why."""
    try:
        return act()
    except Invalid as invalid:
        add_errors(form, invalid)
    except Refused as refused:
        form.add_error(None, str(refused))
    return None


def carried_out(form: forms.Form, act: Callable[[], object]) -> bool:
    """Return whether the form is valid and the state change that it asks for was made; else the form says why."""
    return form.is_valid() and attempt(form, act) is not None and not form.errors


def tell(
    request: HttpRequest,
    act: Callable[[], T],
    done: str | Callable[[T], str],
    *,
    undo: Undo | Callable[[T], Undo | None] | None = None,
) -> bool:
    """Make a state change that a button asks for and say what came of it; return whether it was made.

    `done` and `undo` may need what the change returns.
    """
    try:
        result = act()
    except Refused as refused:
        tell_refusal(request, refused)
        return False
    text = done if isinstance(done, str) else done(result)
    way_back = undo(result) if callable(undo) else undo
    if way_back is None:
        messages.success(request, text)
    else:
        tell_with_undo(request, text, way_back)
    return True


def tell_refusal(request: HttpRequest, refused: Refused) -> None:
    messages.error(request, _("%(why)s Nothing was changed.") % {"why": refusal_text(refused)})


def refusal_text(refused: Refused) -> str:
    """Return what was refused as a sentence for people, without the names of fields."""
    if isinstance(refused, Invalid):
        return " ".join(text for texts in refused.errors.values() for text in texts)
    return str(refused)


def status_of(form: forms.Form) -> int:
    """Return the status of a page that shows a form: 400 where what was sent has errors."""
    return 400 if form.is_bound and form.errors else 200


def back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """Return to the page that the form stood on (its field `next`), else to another."""
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return HttpResponseRedirect(wanted)
    return redirect(otherwise)


def add_errors(form: forms.Form, invalid: Invalid) -> None:
    """Put each error beside its field, else above the form."""
    for field, texts in invalid.errors.items():
        names = (field, field.replace(".", "_"), field.rsplit(".", 1)[-1])
        name = next((name for name in names if name in form.fields), None)
        for text in texts:
            whole = name is not None or field in {"body", "value"}
            form.add_error(name, text if whole else f"{field}: {text}")
