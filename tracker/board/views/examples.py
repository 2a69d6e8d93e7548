"""One stored example: its picture, made anew from what was sent, and all of its input as a file."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response

from tracker.board.frame import Place, in_project
from tracker.board.pictures import FULL, SMALL, drawn, picture_part
from tracker.board.rasters import NotShown
from tracker.projects.models import Example

# Examples never change; who may see one may keep it, and nobody between.
FOR_EVER = "private, max-age=31536000, immutable"


@in_project("GET")
def picture(place: Place, digest: str) -> HttpResponseBase:
    return _picture(place, digest, FULL)


@in_project("GET")
def small_picture(place: Place, digest: str) -> HttpResponseBase:
    return _picture(place, digest, SMALL)


@in_project("GET")
def example(place: Place, digest: str) -> HttpResponseBase:
    found = _example(place, digest)

    def answer() -> HttpResponse:
        headers = {"Content-Disposition": f'attachment; filename="input-{digest[:12]}.json"'}
        return HttpResponse(found.content, content_type="application/json", headers=headers)

    return _kept(place, f'"{digest}"', answer)


def _picture(place: Place, digest: str, longest: int) -> HttpResponseBase:
    found = _example(place, digest)

    def answer() -> HttpResponse:
        try:
            part, _others = picture_part(found.input)
            made = drawn(part, longest)
        except NotShown as reason:
            raise Http404(str(reason)) from reason
        if made is None:
            raise Http404
        content, kind = made
        return HttpResponse(content, content_type=kind)

    return _kept(place, f'"{digest}-{longest}"', answer)


def _example(place: Place, digest: str) -> Example:
    return get_object_or_404(Example.objects.filter(project=place.project), digest=digest)


def _kept(place: Place, etag: str, answer: Callable[[], HttpResponse]) -> HttpResponseBase:
    """Answer with a file that browsers keep, or with 304 to one that has it."""
    response = get_conditional_response(place.request, etag=etag) or answer()
    response["ETag"] = etag
    response["Cache-Control"] = FOR_EVER
    response["X-Content-Type-Options"] = "nosniff"
    return response
