"""Taking back what was done to test patterns, and the list of what can be brought back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.board.frame import Place, in_project
from tracker.board.pages.retired_rows import retired_page
from tracker.board.problems import problem_at
from tracker.board.refusals import back, tell
from tracker.board.undo import Undo
from tracker.board.whole_numbers import whole_number
from tracker.problems.models import Pattern, Problem
from tracker.problems.restoring import TakenBack, restore_pattern, restore_revision, undo_addition


@in_project("GET")
def retired_patterns(place: Place, number: int) -> HttpResponse:
    found = problem_at(place, number)
    page = retired_page(found, place.request.GET.get("page"))
    return place.page("retired_patterns.html", {"problem": found, "page": page}, section="board")


@in_project("POST")
def restore(place: Place, number: int, pattern: int) -> HttpResponse:
    """A retired pattern comes back; `standing` is the one that the person saw in its place."""
    found = problem_at(place, number)
    chosen = get_object_or_404(Pattern.objects.filter(problem=found), pk=pattern)
    standing = whole_number(place.request.GET.get("standing", ""))
    done = _("It is back.") if standing is None else _("It is back; what stood in its place is retired.")

    def undo(restored: Pattern) -> Undo:
        if standing is None:
            return Undo(_address(place, found, "retire_pattern", restored.pk))
        return Undo(f"{_address(place, found, 'restore_pattern', standing)}?standing={restored.pk}")

    tell(place.request, lambda: restore_pattern(place.actor, chosen, standing=standing), done, undo=undo)
    return back(place.request, patterns_of(place, found))


@in_project("POST")
def undo_an_addition(place: Place, number: int, revision: int) -> HttpResponse:
    """All that a revision added is retired."""
    found = problem_at(place, number)
    tell(
        place.request,
        lambda: undo_addition(place.actor, found, revision),
        _retired_words,
        undo=lambda taken: Undo(_address(place, found, "restore_revision", taken.revision)),
    )
    return back(place.request, patterns_of(place, found))


@in_project("POST")
def restore_a_revision(place: Place, number: int, revision: int) -> HttpResponse:
    """All that a revision retired comes back."""
    found = problem_at(place, number)
    tell(
        place.request,
        lambda: restore_revision(place.actor, found, revision),
        _("The test patterns are back."),
        undo=lambda taken: Undo(_address(place, found, "undo_addition", taken.revision)),
    )
    return back(place.request, patterns_of(place, found))


def patterns_of(place: Place, found: Problem) -> str:
    return reverse("board:problem", args=[place.project.slug, found.number]) + "#patterns"


def _address(place: Place, found: Problem, name: str, *args: int) -> str:
    return reverse(f"board:{name}", args=[place.project.slug, found.number, *args])


def _retired_words(taken: TakenBack) -> str:
    text = ngettext("%(n)s test pattern is retired.", "%(n)s test patterns are retired.", taken.changed)
    text = text % {"n": taken.changed}
    if taken.left:
        left = ngettext(
            "%(n)s that was changed since is left as it is.",
            "%(n)s that were changed since are left as they are.",
            taken.left,
        )
        text = f"{text} {left % {'n': taken.left}}"
    return text
