"""What a verb at an address takes and answers, said once: it checks requests, and the schema shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast

import msgspec
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from evaluation.strings import string_fault
from tracker.api import idempotency
from tracker.api.bulk import MEDIA_TYPES, bulk_items
from tracker.api.parsing import JSON_TYPE, Body, json_value, read
from tracker.api.problem_details import InvalidQuery
from tracker.api.wording import body_as, in_words
from tracker.projects.bodies import field_errors
from tracker.projects.errors import Errors

Method = TypeVar("Method", bound=Callable[..., HttpResponseBase])


class NoQuery(msgspec.Struct, forbid_unknown_fields=True):
    """An address without query parameters."""


class NoFields(msgspec.Struct, forbid_unknown_fields=True):
    """A body without fields; it may be left out."""


@dataclass(frozen=True, slots=True)
class Received:
    """A body that was read whole: its digest, and the way to what it holds, which may be refused."""

    digest: str
    value: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Takes:
    """A body: the struct that defines it, whether it may be many in a row, whether it may be left out."""

    kind: Any
    bulk: bool = False
    optional: bool = False

    @property
    def media_types(self) -> list[str]:
        return MEDIA_TYPES if self.bulk else [JSON_TYPE]

    @contextmanager
    def received(self, request: Request) -> Iterator[Received]:
        with read(request, self.media_types) as body:
            yield Received(body.digest, lambda: self._value(body))

    def _value(self, body: Body) -> Any:
        """Return the struct, or for a bulk the parsed items, which their service checks one by one."""
        if self.bulk:
            return bulk_items(body)
        if self.optional and body.size == 0:
            return self.kind()
        return body_as(json_value(body), self.kind)


@dataclass(frozen=True, slots=True)
class Operation:
    """`answers` maps a status to what its body holds where the request succeeds: a type, one of several in a
    tuple, or None for no body.
    """

    summary: str
    answers: Mapping[int, Any]
    takes: Takes | None = None
    query: type[msgspec.Struct] = NoQuery
    open_query: str = ""
    repeatable: idempotency.Storing = idempotency.Storing.WITH_THE_EFFECT
    for_reporting_tokens: bool = False
    answer_type: str = JSON_TYPE
    refusals: Sequence[int] = field(default=())

    def __call__(self, method: Method) -> Method:
        """Wrap a view's method, which gets `query=` and `body=` where the operation has them."""

        @wraps(method)
        def run(view: Any, request: Request, **address: Any) -> HttpResponseBase:
            address = {name: part for name, part in address.items() if name not in view.entered}
            query = read_query(request, self.query, open_prefix=self.open_query)
            if self.query is not NoQuery:
                address["query"] = query
            if self.takes is None:
                return method(view, request, **address)
            with self.takes.received(request) as received:

                def work() -> Response:
                    return cast(Response, method(view, request, body=received.value(), **address))

                if request.method != "POST":
                    return work()
                project = getattr(view, "project", None)
                return idempotency.once(
                    request, received.digest, work, storing=self.repeatable, project=project
                )

        run.operation = self  # type: ignore[attr-defined]
        return run  # type: ignore[return-value]


def operation_of(view: object, method: str) -> Operation | None:
    """Return the operation of a view's method, such as "GET"."""
    name = "get" if method == "HEAD" else method.lower()
    found: Operation | None = getattr(getattr(view, name, None), "operation", None)
    return found


def read_query(request: Request, kind: type[msgspec.Struct], *, open_prefix: str = "") -> Any:
    """Return the query parameters as a struct; raises InvalidQuery for unknown, repeated and wrong ones.

    Parameters that begin with `open_prefix` are left to the view.
    """
    given = request.query_params
    errors: Errors = {}
    known = kind.__struct_encode_fields__
    for name, values in given.lists():
        if name not in known and not (open_prefix and name.startswith(open_prefix)):
            errors[name] = [_no_such_parameter(known)]
        elif len(values) > 1:
            errors[name] = [_("Give this parameter once.")]
        elif fault := string_fault(name) or string_fault(values[0]):
            errors[name] = [fault]
    if errors:
        raise InvalidQuery(errors)
    fixed = {name: given[name] for name in given if not (open_prefix and name.startswith(open_prefix))}
    try:
        return msgspec.convert(fixed, kind, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidQuery(in_words(field_errors(str(error)), kind)) from error


def _no_such_parameter(known: Sequence[str]) -> str:
    if not known:
        return _("There is no such parameter; this address takes none.")
    return _("There is no such parameter; there are: %(names)s.") % {"names": ", ".join(sorted(known))}


def changes_in(body: msgspec.Struct) -> dict[str, Any]:
    """Return the fields that a PATCH names; those left out are UNSET in its struct."""
    values = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: value for name, value in values.items() if value is not msgspec.UNSET}
