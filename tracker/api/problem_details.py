"""Every refusal of the API as `application/problem+json` (RFC 9457), in plain words."""

from __future__ import annotations

import logging
import math
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    BadRequest,
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.signals import got_request_exception
from django.db import IntegrityError, OperationalError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from tracker.projects.errors import Busy, Conflict, Errors, Invalid, NotAllowed, TooOften

CONTENT_TYPE = "application/problem+json"
NOTHING_HERE = _lazy("There is nothing at this address, or it is not yours to see.")
RETRY_SOON = {"Retry-After": "2"}
"""Where another writer or the database is in the way."""

log = logging.getLogger(__name__)


class InvalidQuery(Invalid):
    """Wrong query parameters; nobody asked to store anything with them."""


class BadBody(exceptions.APIException):
    """A body that cannot be read at all."""

    status_code = HTTPStatus.BAD_REQUEST
    default_code = "bad_body"


class TooLarge(exceptions.APIException):
    """A body above its limit, as sent or once inflated."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class WrongMediaType(exceptions.APIException):
    """A Content-Type or Content-Encoding that this address does not take."""

    status_code = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    default_code = "wrong_media_type"


def answer_exception(exc: Exception, context: dict[str, Any]) -> Response:
    """Turn whatever a view raised into its answer; DRF's exception handler."""
    request = context.get("request")
    content, headers = _described(exc, reads=getattr(request, "method", "") in SAFE_METHODS)
    if content["status"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # The caller learns nothing of the inside; the log and whoever listens for errors do.
        log.error("The API failed: %s", exc, exc_info=exc)
        got_request_exception.send(sender=None, request=request)
    elif _is_gone(exc):
        log.warning("A row was gone when a request came to it: %s", exc, exc_info=exc)
    return Response(content, status=content["status"], headers=headers, content_type=CONTENT_TYPE)


def problem(status: int, detail: str, *, errors: Errors | None = None) -> dict[str, Any]:
    """Return the members of a problem detail."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": str(TITLES.get(status) or HTTPStatus(status).phrase),
        "status": int(status),
        "detail": detail,
    }
    if errors is not None:
        content["errors"] = errors
    return content


def _is_gone(exc: Exception) -> bool:
    """Tell whether a row was deleted between its look-up and the change: by its lock, or by a foreign key to it."""
    if isinstance(exc, IntegrityError):
        return "foreign key" in str(exc).lower()
    return isinstance(exc, ObjectDoesNotExist)


def _described(exc: Exception, *, reads: bool) -> tuple[dict[str, Any], dict[str, str]]:
    if _is_gone(exc):
        return problem(404, _("Somebody deleted it, or something that it refers to, just now.")), {}
    match exc:
        case Invalid():
            return _of_fields(exc, reads=reads), {}
        case NotAllowed() | PermissionDenied():
            return problem(403, str(exc) or _("This is not allowed here.")), {}
        case TooOften() | Conflict():
            return _for_now(exc)
        case exceptions.APIException() if not isinstance(exc, exceptions.NotFound):
            return _of_framework(exc)
    for kinds, status, text, headers in _KNOWN:
        if isinstance(exc, kinds):
            return problem(status, str(text)), headers
    return problem(500, _("Something went wrong on our side; it was logged. Try again later.")), {}


def _of_fields(exc: Invalid, *, reads: bool) -> dict[str, Any]:
    if reads or isinstance(exc, InvalidQuery):
        return problem(400, _("Correct what “errors” names and ask again."), errors=exc.errors)
    detail = _("Nothing was stored. Correct what “errors” names and send it again.")
    return problem(400, detail, errors=exc.errors)


def _for_now(exc: TooOften | Conflict) -> tuple[dict[str, Any], dict[str, str]]:
    """What may succeed later says when."""
    if isinstance(exc, TooOften):
        return problem(429, str(exc)), {"Retry-After": str(max(1, math.ceil(exc.seconds)))}
    return problem(409, str(exc)), RETRY_SOON if isinstance(exc, Busy) else {}


def _of_framework(exc: exceptions.APIException) -> tuple[dict[str, Any], dict[str, str]]:
    headers: dict[str, str] = {}
    detail = str(exc.detail)
    # DRF hangs these attributes on the exception itself.
    if (challenge := getattr(exc, "auth_header", None)) is not None:
        headers["WWW-Authenticate"] = challenge
    if isinstance(exc, exceptions.Throttled):
        seconds = max(1, math.ceil(getattr(exc, "wait", None) or 1))
        headers["Retry-After"] = str(seconds)
        detail = _("Too many requests. Try again in %(seconds)d seconds.") % {"seconds": seconds}
    elif isinstance(exc, exceptions.NotAuthenticated):
        detail = _("Send a token as “Authorization: Bearer TOKEN”, or sign in.")
    elif isinstance(exc, exceptions.MethodNotAllowed):
        detail = _("This address does not take that method; “Allow” lists those it takes.")
    # What cannot be read is wrong as a whole, so it has no field to stand under but the body.
    errors = {"body": [detail]} if isinstance(exc, BadBody) else None
    return problem(exc.status_code, detail, errors=errors), headers


_KNOWN: list[tuple[tuple[type[Exception], ...], int, Any, dict[str, str]]] = [
    ((Http404, exceptions.NotFound), 404, NOTHING_HERE, {}),
    ((RequestDataTooBig,), 413, _lazy("The body is too large. Nothing of it was stored."), {}),
    (
        (UnreadablePostError,),
        400,
        _lazy("The body ended early. Nothing of it was stored; send it again."),
        {},
    ),
    ((MultiPartParserError, SuspiciousOperation, BadRequest), 400, _lazy("The request cannot be read."), {}),
    (
        (OperationalError,),
        503,
        _lazy("The database is busy or cannot be reached. Try again in a moment."),
        RETRY_SOON,
    ),
]

TITLES = {
    400: "The request is wrong",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Too large",
    415: "Wrong media type",
    429: "Too many requests",
    500: "Internal error",
    503: "Not available",
}
