"""What wraps every request: refusals from outside the views come in the API's form too."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from tracker.api.problem_details import CONTENT_TYPE, problem


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
