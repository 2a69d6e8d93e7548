"""Runs: what is being evaluated, and what was."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.board.frame import Place, in_project
from tracker.board.pages.run_filters import run_filters
from tracker.board.pages.run_rows import project_runs, run_page, run_rows
from tracker.board.pages.work import project_work, run_work
from tracker.board.refusals import back, tell
from tracker.runs.models import Run
from tracker.runs.requests import cancel_run, request_runs, retry_run

RUNS_A_PAGE = 30


@in_project("GET")
def runs(place: Place) -> HttpResponse:
    filters = run_filters(place.project, place.request.GET)
    found = project_runs(place.project).narrowed(model=filters.model, status=filters.status)
    page = Paginator(found, RUNS_A_PAGE).get_page(place.request.GET.get("page"))
    context = {"page": page, "rows": run_rows(page.object_list), "filters": filters}
    return place.page("runs.html", context, section="runs")


@in_project("GET")
def run(place: Place, run_id: int) -> HttpResponse:
    return place.page("run.html", {"page": run_page(_run_at(place, run_id))}, section="runs")


@in_project("GET")
def run_progress(place: Place, run_id: int) -> HttpResponse:
    """How far a run is; the pages that show its results refresh once it has ended."""
    found = _run_at(place, run_id)
    work = run_work(found)
    answer = place.fragment("_fragments/_work.html", {"work": work, "id": f"run-{found.pk}"})
    if not work.url:
        answer["HX-Trigger"] = "results-changed"
    return answer


@in_project("GET")
def work(place: Place) -> HttpResponse:
    """How far all runs under way are, together."""
    state = project_work(place.project)
    answer = place.fragment("_fragments/_project_work.html", {"work": state})
    if state is None:
        answer["HX-Trigger"] = "results-changed"
    return answer


@in_project("POST")
def request_evaluation(place: Place) -> HttpResponse:
    done = _("The evaluation is under way.")
    tell(place.request, lambda: request_runs(place.actor, place.project), done)
    return back(place.request, reverse("board:runs", args=[place.project.slug]))


@in_project("POST")
def cancel(place: Place, run_id: int) -> HttpResponse:
    found = _run_at(place, run_id)
    tell(place.request, lambda: cancel_run(place.actor, found), _("Cancelled. What it stored is kept."))
    return back(place.request, _url(place, found))


@in_project("POST")
def retry(place: Place, run_id: int) -> HttpResponse:
    found = _run_at(place, run_id)
    if found.waiting_for:
        tell(place.request, lambda: retry_run(place.actor, found), _("The server is asked now."))
        return redirect(_url(place, found))
    done = _("A new run asks again for what this one could not get.")
    tell(place.request, lambda: retry_run(place.actor, found), done)
    return redirect("board:runs", place.project.slug)


def _run_at(place: Place, run_id: int) -> Run:
    return get_object_or_404(project_runs(place.project), pk=run_id)


def _url(place: Place, found: Run) -> str:
    return reverse("board:run", args=[place.project.slug, found.pk])
