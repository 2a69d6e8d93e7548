"""Pages of a list by keyset: a page begins after a row, so rows that come or go never shift it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from django.core import signing
from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request

from tracker.api.problem_details import InvalidQuery

T = TypeVar("T")
M = TypeVar("M", bound=Model)

SALT = "tracker.api.pages"
MAX_LIMIT = 500
Limit = Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT, description="How many rows a page has at most.")]
Cursor = Annotated[str, msgspec.Meta(description="Where the page begins; follow `next` and `previous`.")]


class Page(msgspec.Struct, Generic[T]):
    next: str | None
    previous: str | None
    results: list[T]


class PageQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The query parameters that every list takes."""

    limit: Limit = 50
    cursor: Cursor = ""


@dataclass(frozen=True, slots=True)
class Key:
    """One column of an ordering. Rows without a value come last, whichever way it runs."""

    field: str
    descending: bool = False
    nullable: bool = False


def page_of(
    request: Request,
    query: PageQuery,
    rows: QuerySet[M],
    show: Callable[[Sequence[M]], list[T]],
    *,
    by: Sequence[Key],
) -> Page[T]:
    """Return one page of `rows` in the order `by`, whose keys together are unique.

    Raises InvalidQuery for a bad cursor.
    """
    order = [f"{'-' if key.descending else ''}{key.field}" for key in by]
    values, backwards = _read_cursor(query.cursor, order)
    if values is not None:
        rows = rows.filter(_beyond(by, values, backwards=backwards))
    rows = rows.order_by(*(_ordered(key, backwards=backwards) for key in by))
    found = list(rows[: query.limit + 1])
    more, found = len(found) > query.limit, found[: query.limit]
    if backwards:
        found.reverse()
    has_next = bool(found) and (more or backwards)
    has_previous = bool(found) and values is not None and (more or not backwards)
    return Page(
        next=_address(request, order, by, found[-1], backwards=False) if has_next else None,
        previous=_address(request, order, by, found[0], backwards=True) if has_previous else None,
        results=show(found),
    )


def _ordered(key: Key, *, backwards: bool) -> Any:
    descending = key.descending != backwards
    if not key.nullable:
        return F(key.field).desc() if descending else F(key.field).asc()
    if backwards:
        return F(key.field).desc(nulls_first=True) if descending else F(key.field).asc(nulls_first=True)
    return F(key.field).desc(nulls_last=True) if descending else F(key.field).asc(nulls_last=True)


def _beyond(by: Sequence[Key], values: Sequence[Any], *, backwards: bool) -> Q:
    """Return the condition for rows after (or before) the one with these key values, compared key by key."""
    beyond = Q(pk__in=[])
    equal = Q()
    for key, value in zip(by, values, strict=True):
        beyond |= equal & _past(key, value, backwards=backwards)
        equal &= Q(**{f"{key.field}__isnull": True}) if value is None else Q(**{key.field: value})
    return beyond


def _past(key: Key, value: Any, *, backwards: bool) -> Q:
    if value is None:
        return Q(**{f"{key.field}__isnull": False}) if backwards else Q(pk__in=[])
    comparison = "lt" if key.descending != backwards else "gt"
    past = Q(**{f"{key.field}__{comparison}": value})
    if key.nullable and not backwards:
        past |= Q(**{f"{key.field}__isnull": True})
    return past


def _address(request: Request, order: list[str], by: Sequence[Key], row: Model, *, backwards: bool) -> str:
    values = [_plain(getattr(row, key.field)) for key in by]
    parameters = request.query_params.copy()
    parameters["cursor"] = signing.dumps([order, values, backwards], salt=SALT, compress=False)
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _read_cursor(cursor: str, order: list[str]) -> tuple[list[Any] | None, bool]:
    if not cursor:
        return None, False
    try:
        # Signed, so that whatever comes back is a row's own values of the right types.
        of_order, values, backwards = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        text = _("This cursor is not one of ours; follow “next” and “previous”.")
        raise InvalidQuery({"cursor": [text]}) from error
    if of_order != order:
        raise InvalidQuery({"cursor": [_("This cursor belongs to another ordering.")]})
    return values, backwards
