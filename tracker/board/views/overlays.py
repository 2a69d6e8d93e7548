"""Choosing a problem to lay over the chart of another; the chart's address keeps what was chosen."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tracker.board.forms.overlay_forms import OverlayForm
from tracker.board.frame import Place, in_project
from tracker.board.pages.overlays import overlaid_numbers
from tracker.board.problems import problem_choices
from tracker.board.refusals import status_of
from tracker.board.revisions import AtRevision, at_revision

DIALOG = "dialog"


@in_project("GET")
@at_revision
def overlay(place: Place, at: AtRevision) -> HttpResponse:
    query = place.request.GET
    laid = overlaid_numbers(query)
    form = OverlayForm(query if "problem" in query else None, over=at.problem, laid=laid)
    if form.is_valid():
        return redirect(_chart(at, [*laid, form.cleaned_data["problem"].number]))
    context = {
        "at": at,
        "problem": at.problem,
        "form": form,
        "laid": laid,
        "problems": problem_choices(place.project),
    }
    if place.target == DIALOG:
        return place.fragment("_fragments/_overlay_dialog.html", context)
    return place.page("overlay.html", context, section="board", status=status_of(form))


def _chart(at: AtRevision, numbers: list[int]) -> str:
    query: dict[str, object] = {"with": list(dict.fromkeys(numbers))}
    if not at.is_newest:
        query["revision"] = at.revision
    page = reverse("board:problem", args=[at.problem.project.slug, at.problem.number])
    return f"{page}?{urlencode(query, doseq=True)}#evidence"
