"""The matrix of cases x models, and one cell of it."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from tracker.board.frame import Place, in_project
from tracker.board.pages.cell import cell_page
from tracker.board.pages.matrix import matrix_page
from tracker.board.pages.matrix_links import Asked
from tracker.board.revisions import AtRevision, at_revision
from tracker.board.views.models import model_at

LARGEST_ID = 2**63 - 1
"""No row has a larger one, and databases refuse to look for it."""

DIALOG = "dialog"
SECTION = "matrix"
PIECE = "matrix-more"


@in_project("GET")
@at_revision
def matrix(place: Place, at: AtRevision) -> HttpResponse:
    """A page of its own; for htmx the section of the problem's page, or the rows that come next."""
    context = {"at": at, "problem": at.problem, "matrix": matrix_page(at, Asked.read(place.request.GET))}
    if place.target == PIECE:
        return place.fragment("_fragments/_matrix_piece.html", context)
    if place.target == SECTION:
        return place.fragment("_fragments/_matrix.html", context | {"within": True})
    return place.page("matrix.html", context, section="board")


@in_project("GET")
@at_revision
def cell(place: Place, at: AtRevision, case: int, version: str) -> HttpResponse:
    """What one model said of one case."""
    if case > LARGEST_ID:
        raise Http404
    page = cell_page(at, case, model_at(place, version))
    if page is None:
        raise Http404
    context = {"at": at, "problem": at.problem, "cell": page}
    if place.target == DIALOG:
        return place.fragment("_fragments/_cell_dialog.html", context)
    return place.page("cell.html", context, section="board")
