"""A page of a list and how long the list is, in one query."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Window


def counted_page(rows: QuerySet[Any], size: int, number: str | None) -> Page[Any]:
    """Return a page of rows, the first where `number` says none; a page that is not there costs a second query."""
    paginator = Paginator(rows, size)
    wanted = int(number) if number and number.isascii() and number.isdigit() and len(number) < 9 else 1
    start = max(0, wanted - 1) * size
    counted = list(rows.annotate(n_in_all=Window(Count("pk")))[start : start + size])
    if not counted:
        return paginator.get_page(number)
    paginator.__dict__["count"] = counted[0].n_in_all  # where the paginator keeps what it has counted
    return Page(counted, start // size + 1, paginator)
