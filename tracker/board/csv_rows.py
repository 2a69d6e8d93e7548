"""A table as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins with one is run as a formula by spreadsheets."""

Cell = str | int | float | None


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """Return a file `name`. An empty cell is what is not known; numbers are written in full, for machines."""
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    written = csv.writer(answer)
    written.writerow(header)
    written.writerows([_safe(cell) for cell in row] for row in rows)
    return answer


def _safe(cell: Cell) -> Cell:
    # numbers keep their minus sign: only texts can be formulas
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell
