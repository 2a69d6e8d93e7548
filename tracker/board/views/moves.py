"""Moving a problem: by a button, a form, or a card dragged on the board."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.board.forms.problem_forms import MoveForm
from tracker.board.frame import Place, in_project
from tracker.board.pages.moves import move_choice, move_choices
from tracker.board.problems import problem_at, problem_choices
from tracker.board.refusals import back, carried_out, refusal_text
from tracker.board.views.board import changed_board, changed_page
from tracker.board.words import status_word
from tracker.problems.models import Problem, Status
from tracker.projects.errors import Invalid, NotAllowed, Refused
from tracker.triage.moves import MOVES, move_problem

BOARD = "board"
DIALOG = "dialog"


@in_project("GET", "POST")
def move(place: Place, number: int) -> HttpResponse:
    found = problem_at(place, number)
    if place.request.method == "POST" and place.target == BOARD:
        return _dropped(place, found)
    asked = place.request.POST if place.request.method == "POST" else place.request.GET
    to = asked.get("to", "")
    if to and to not in MOVES:
        raise Http404
    if not to:
        return _choose(place, found)
    form = MoveForm(place.request.POST or None, project=place.project, to=to, initial={"to": to})
    if carried_out(form, lambda: _move(place, found, form)):
        messages.success(place.request, _moved_words(found))
        if place.target == DIALOG:
            return changed_page(place)
        return back(place.request, reverse("board:problem", args=[place.project.slug, found.number]))
    return _ask(place, found, form, to)


def _move(place: Place, found: Problem, form: MoveForm) -> Problem:
    told = form.cleaned_data
    return move_problem(
        place.actor, found, told["to"], reason=told["reason"], duplicate_of=told.get("duplicate_of")
    )


def _moved_words(found: Problem) -> str:
    return _("#%(number)s is now: %(status)s.") % {
        "number": found.number,
        "status": status_word(found.status),
    }


def _choose(place: Place, found: Problem) -> HttpResponse:
    """All moves that are legal now, for keyboards and small screens."""
    context = {"problem": found, "moves": move_choices(found) if place.may.write else []}
    return _shown(place, "moves", context, 200)


def _ask(place: Place, found: Problem, form: MoveForm, to: str) -> HttpResponse:
    context = {
        "problem": found,
        "form": form,
        "choice": move_choice(to, found.status),
        "problems": problem_choices(place.project) if to == Status.DUPLICATE else [],
        "next": place.request.POST.get("next") or page_before(place),
    }
    return _shown(place, "move", context, 400 if form.is_bound else 200)


def _shown(place: Place, name: str, context: dict[str, object], status: int) -> HttpResponse:
    if place.target == DIALOG:
        return place.fragment(f"_fragments/_{name}_dialog.html", context, status=status)
    return place.page(f"{name}.html", context, section="board", status=status)


def page_before(place: Place) -> str:
    """Return the page under the dialog; empty without htmx."""
    parts = urlsplit(place.request.headers.get("HX-Current-URL", ""))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _dropped(place: Place, found: Problem) -> HttpResponse:
    """A card was dropped on a column: the board as it is then, or why it goes back."""
    try:
        move_problem(place.actor, found, place.request.POST.get("to", ""))
    except Refused as refused:
        status = 403 if isinstance(refused, NotAllowed) else 400 if isinstance(refused, Invalid) else 409
        return HttpResponse(refusal_text(refused), content_type="text/plain; charset=utf-8", status=status)
    messages.success(place.request, _moved_words(found))
    return changed_board(place)
