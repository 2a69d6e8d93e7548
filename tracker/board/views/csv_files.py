"""What the charts of a problem show, as files."""

from __future__ import annotations

from django.http.response import HttpResponseBase

from tracker.board.csv_rows import csv_response
from tracker.board.frame import Place, in_project
from tracker.board.pages.history_csv import history_header, history_rows
from tracker.board.pages.matrix_csv import matrix_header, matrix_lines
from tracker.board.pages.matrix_links import Asked
from tracker.board.pages.other_problems import other_problems
from tracker.board.pages.overlays import overlaid_numbers, overlays
from tracker.board.revisions import AtRevision, at_revision
from tracker.triage.case_matrix import matrix_at
from tracker.triage.history import models_at_revision


@in_project("GET")
@at_revision
def history(place: Place, at: AtRevision) -> HttpResponseBase:
    rows = models_at_revision(at.problem, at.revision)
    numbers = overlaid_numbers(place.request.GET)
    lines = overlays(at.problem, rows, numbers, other_problems(at.problem, numbers).known).lines
    return csv_response(_name(at, "history"), history_header(lines), history_rows(at, rows, lines))


@in_project("GET")
@at_revision
def matrix(place: Place, at: AtRevision) -> HttpResponseBase:
    found = matrix_at(at.problem, at.revision)
    lines = matrix_lines(at, found, Asked.read(place.request.GET))
    return csv_response(_name(at, "matrix"), matrix_header(found), lines)


def _name(at: AtRevision, what: str) -> str:
    return f"{at.problem.slug}-{what}-r{at.revision}.csv"
