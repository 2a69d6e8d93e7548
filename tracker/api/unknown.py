"""Addresses under /api/ that do not exist: an answer in the API's own form, whoever asks."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from tracker.api.view import ApiView


class Unknown(ApiView):
    """Nothing is here, whatever the method; a missing slash at the end is the usual reason."""

    authentication_classes = []
    permission_classes = []
    http_method_names = ["get", "head", "post", "put", "patch", "delete", "options", "trace"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound
