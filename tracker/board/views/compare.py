"""Two models side by side, and the numbers of that page as files."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase

from tracker.board.csv_rows import csv_response
from tracker.board.frame import Place, in_project
from tracker.board.pages.compare_address import Asked, Pair
from tracker.board.pages.compare_change import STEPS_HEADER, step_lines, what_changed_steps
from tracker.board.pages.compare_flips import FLIPS_HEADER, flip_lines
from tracker.board.pages.compare_page import compare_page, compared_pair
from tracker.board.pages.compare_rows import PROBLEMS_HEADER, problem_lines
from tracker.triage.comparison import Comparison


@in_project("GET")
def compare(place: Place) -> HttpResponse:
    context = {"page": compare_page(place.project, Asked.read(place.request.GET))}
    return place.page("compare.html", context, section="models")


@in_project("GET")
def problems_csv(place: Place) -> HttpResponseBase:
    pair, comparison = _compared(place)
    return csv_response(_name(pair, "problems"), PROBLEMS_HEADER, problem_lines(comparison))


@in_project("GET")
def flips_csv(place: Place) -> HttpResponseBase:
    pair, comparison = _compared(place)
    return csv_response(_name(pair, "flips"), FLIPS_HEADER, flip_lines(comparison))


@in_project("GET")
def change_csv(place: Place) -> HttpResponseBase:
    pair, comparison = _compared(place)
    return csv_response(
        _name(pair, "what-changed"), STEPS_HEADER, step_lines(what_changed_steps(comparison, pair))
    )


def _compared(place: Place) -> tuple[Pair, Comparison]:
    found = compared_pair(place.project, Asked.read(place.request.GET))
    if found is None:
        raise Http404
    return found


def _name(pair: Pair, what: str) -> str:
    return f"{pair.base.version}-{pair.head.version}-{what}.csv"
