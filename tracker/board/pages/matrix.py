"""The matrix of cases x models as its page draws it: one piece of rows after another."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tracker.board.pages.matrix_links import Asked, Links
from tracker.board.pages.matrix_rows import Column, MatrixRow, matrix_columns, matrix_rows
from tracker.board.revisions import AtRevision
from tracker.triage.case_matrix import CaseMatrix, matrix_at
from tracker.triage.case_pieces import CaseOrder, Order, Show

ROWS = 40
"""Cases in a piece: more than a screen holds, few enough to come at once."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that filters or orders; `count` is None where nothing is counted."""

    text: str
    title: str
    url: str
    is_chosen: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class MatrixPage:
    filters: list[Choice]
    orders: list[Choice]
    columns: list[Column]
    rows: list[MatrixRow]
    n_cases: int
    """Of the selection; `n_all` of the problem."""
    n_all: int
    url: str
    next_url: str
    """Of the next piece; empty at the end."""
    csv_url: str
    begins_later: bool


def matrix_page(at: AtRevision, asked: Asked) -> MatrixPage:
    """Return one piece of the matrix, by a number of queries that does not depend on its size."""
    matrix = matrix_at(at.problem, at.revision)
    cases = CaseOrder(at.problem, at.revision, matrix, asked.show, asked.order)
    piece = cases.piece(asked.after, ROWS)
    links = Links(at, asked)
    columns = matrix_columns(links, matrix.models)
    return MatrixPage(
        filters=_filters(links, matrix, asked.show),
        orders=_orders(links, asked.order),
        columns=columns,
        rows=matrix_rows(at, links, matrix, columns, piece.case_ids),
        n_cases=cases.n_cases,
        n_all=matrix.n_cases,
        url=links.same(),
        next_url=links.same(after=piece.after) if piece.after else "",
        csv_url=links.same("matrix_csv"),
        begins_later=asked.after is not None,
    )


def _filters(links: Links, matrix: CaseMatrix, chosen: Show) -> list[Choice]:
    told = [(Show.ALL, _("All cases"), _("Every case of the problem"), matrix.n_cases)]
    if matrix.active is not None:
        told.append(
            (
                Show.FAILING,
                _("Failing under %(version)s") % {"version": matrix.models[matrix.active].version},
                _("Cases that the active model fails"),
                int(matrix.failing_under_active().sum()),
            )
        )
    flips = _("Cases whose answer changes from one model to the next that has one")
    not_judged = _("Cases that some model is not judged on")
    told += [
        (Show.FLIPS, _("Flips"), flips, int(matrix.flipping().sum())),
        (Show.NOT_JUDGED, _("Not judged"), not_judged, int(matrix.not_judged().sum())),
    ]
    return [Choice(text, title, links.other(show=show), show == chosen, n) for show, text, title, n in told]


def _orders(links: Links, chosen: Order) -> list[Choice]:
    told = [
        (Order.HARDEST, _("Hardest first"), _("Cases that most models fail come first")),
        (Order.NEWEST, _("Newest first"), _("Cases that were added last come first")),
    ]
    return [Choice(text, title, links.other(order=order), order == chosen) for order, text, title in told]
