"""Setting one thing of a problem: a dialog on the board and on the problem's page, a page without scripts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.board.figures import percent, plain
from tracker.board.forms.quick_forms import AssignForm, HarmForm, QuickForm, ReachForm
from tracker.board.frame import Place, in_project
from tracker.board.problems import problem_at
from tracker.board.refusals import back, carried_out, status_of
from tracker.board.views.board import changed_page
from tracker.board.views.moves import DIALOG, page_before
from tracker.problems.models import Problem
from tracker.problems.problem_changes import update_problem


@in_project("GET", "POST")
def assign(place: Place, number: int) -> HttpResponse:
    found = problem_at(place, number)
    return _quick_edit(place, found, AssignForm, _("Who works on it?"))


@in_project("GET", "POST")
def set_harm(place: Place, number: int) -> HttpResponse:
    found = problem_at(place, number)
    return _quick_edit(place, found, HarmForm, _("How much harm does it do?"))


@in_project("GET", "POST")
def set_reach(place: Place, number: int) -> HttpResponse:
    found = problem_at(place, number)
    return _quick_edit(place, found, ReachForm, _("How many users does it affect?"))


def _quick_edit(place: Place, found: Problem, kind: type[QuickForm], title: str) -> HttpResponse:
    data = place.request.POST if place.request.method == "POST" else None
    form = kind(data, problem=found, me=place.user.get_username())
    if carried_out(form, lambda: update_problem(place.actor, found, form.changes())):
        found = problem_at(place, found.number)
        messages.success(place.request, _done_words(found, kind))
        if place.target == DIALOG:
            return changed_page(place)
        return back(place.request, reverse("board:problem", args=[place.project.slug, found.number]))
    context = {
        "problem": found,
        "form": form,
        "title": title,
        "next": place.request.POST.get("next") or page_before(place),
    }
    if place.target == DIALOG:
        return place.fragment("_fragments/_quick_edit_dialog.html", context, status=status_of(form))
    return place.page("quick_edit.html", context, section="board", status=status_of(form))


def _done_words(found: Problem, kind: type[QuickForm]) -> str:
    told = {"number": found.number, "value": ""}
    if kind is AssignForm:
        if found.assignee is None:
            return _("#%(number)s is assigned to nobody.") % told
        told["value"] = found.assignee.get_username()
        return _("#%(number)s is assigned to %(value)s.") % told
    if kind is HarmForm:
        if found.harm is None:
            return _("#%(number)s: its harm is not set.") % told
        told["value"] = found.harm_name or plain(found.harm)
        return _("#%(number)s: its harm is %(value)s.") % told
    if found.users_affected_percent is None:
        return _("#%(number)s: how many users it affects is unknown.") % told
    told["value"] = percent(found.users_affected_percent)
    return _("#%(number)s affects %(value)s of the users.") % told
