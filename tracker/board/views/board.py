"""The board."""

from __future__ import annotations

from django.http import HttpResponse

from tracker.board.frame import Place, in_project
from tracker.board.pages.board_filters import BoardFilters
from tracker.board.pages.board_page import board_page
from tracker.board.pages.work import project_work
from tracker.problems.models import Status


@in_project("GET")
def board(place: Place) -> HttpResponse:
    filters = BoardFilters.read(place.request.GET)
    page = board_page(place.project, filters, may_move=place.may.write)
    context = {"board": page, "statuses": Status.values, "work": project_work(place.project)}
    return place.page("board.html", context, section="board")
