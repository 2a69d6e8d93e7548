"""The board, as columns and as a table."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse

from tracker.board.csv_rows import csv_response
from tracker.board.frame import Place, in_project
from tracker.board.pages.board_address import BoardAddress
from tracker.board.pages.board_page import board_page
from tracker.board.pages.board_table import CSV_HEADER, board_table, csv_row, table_rows
from tracker.board.pages.evidence import project_evidence
from tracker.board.pages.work import project_work
from tracker.problems.models import Status


@in_project("GET")
def board(place: Place) -> HttpResponse:
    address = BoardAddress.read(place.request.GET, me=place.user.get_username())
    context = _shown(place, address) | {"statuses": Status.values, "work": project_work(place.project)}
    return place.page("board_table.html" if address.is_table else "board.html", context, section="board")


@in_project("GET")
def board_csv(place: Place) -> HttpResponseBase:
    """The rows of the table, all pages of it."""
    address = BoardAddress.read(place.request.GET)
    rows = table_rows(place.project, address, project_evidence(place.project))
    return csv_response(f"{place.project.slug}-board.csv", CSV_HEADER, map(csv_row, rows))


def changed_board(place: Place) -> HttpResponse:
    """Return the columns or the table under a dialog or a dropped card as they are now, with the figures above."""
    current = urlsplit(place.request.headers.get("HX-Current-URL", ""))
    address = BoardAddress.read(QueryDict(current.query), me=place.user.get_username())
    name = "_table_changed" if address.is_table else "_board_moved"
    answer = place.fragment(f"_fragments/{name}.html", _shown(place, address))
    answer["HX-Retarget"] = "#board"
    answer["HX-Reswap"] = "outerHTML"
    answer["HX-Trigger"] = "dialog-close"
    return answer


def changed_page(place: Place) -> HttpResponse:
    """Return what follows a change made in a dialog: the board anew, or the word for any other page to refresh."""
    current = urlsplit(place.request.headers.get("HX-Current-URL", ""))
    if current.path == reverse("board:board", args=[place.project.slug]):
        return changed_board(place)
    answer = place.fragment("_fragments/_messages_list.html", {})
    answer["HX-Retarget"] = "#messages"
    answer["HX-Reswap"] = "innerHTML"
    answer["HX-Trigger"] = "dialog-close, results-changed"
    return answer


def _shown(place: Place, address: BoardAddress) -> dict[str, object]:
    if address.is_table:
        return {"board": board_table(place.project, address), "address": address}
    page = board_page(place.project, address.filters, may_move=place.may.write)
    return {"board": page, "address": address}
