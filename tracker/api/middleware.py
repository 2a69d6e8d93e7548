"""What wraps every request: refusals from outside the views come in the API's form too."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import resolve
from django.utils.translation import gettext as _

from tracker.api.problem_details import CONTENT_TYPE, problem

PROBES = frozenset({"/healthz", "/readyz"})
"""What load balancers and orchestrators ask, often by the machine's IP address and without TLS."""


class NoBodyForHead:
    """Middleware: HEAD gets the headers that GET would get. A server drops the body too, but complains of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if request.method != "HEAD":
            return response
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = ()
        else:
            response.content = b""
        return response


class Probes:
    """Middleware: probes are answered before the Host header is looked at, which no answer of theirs rests on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in PROBES:
            return self._get_response(request)
        request.resolver_match = resolve(request.path_info)
        answer: HttpResponse = request.resolver_match.func(request)
        return answer


class ProblemsInKind:
    """Middleware: a page that says no, for an address of the API, becomes a problem detail.

    Such pages come from Django's own layers (a wrong Host header, a failure before any view).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if response.status_code < 400 or not is_page or not request.path_info.startswith("/api/"):
            return response
        content = problem(response.status_code, _("The request was refused before it was looked at."))
        return JsonResponse(content, status=response.status_code, content_type=CONTENT_TYPE)
