"""The published schema, and a page to read and try it."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.view import ApiView


class Schema(ApiView):
    """Open to all: it says nothing of any project."""

    permission_classes = []

    def get(self, request: Request) -> Response:
        return Response(_schema())


@cache
def _schema() -> dict[str, Any]:
    # It follows from the code alone, and takes too long to build for every reader.
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html")
