"""How often one may ask: so many requests a minute for each token, person or, without either, address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from tracker.api.authentication import person_of
from tracker.projects.models import Token
from tracker.projects.rates import counted

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView

_SECONDS = {"sec": 1, "min": 60, "hour": 3600, "day": 86400}
_RATE = re.compile(r"(\d+)/(sec|min|hour|day)")


class RateLimit(BaseThrottle):
    """Counts requests in windows of fixed length: one number each, where DRF keeps every time."""

    def __init__(self) -> None:
        self._seconds_left = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        kind, who = _asker(request)
        most, seconds = _rate(api_settings.DEFAULT_THROTTLE_RATES[kind])
        count, self._seconds_left = counted(f"api-rate:{kind}:{who}", seconds=seconds)
        return count <= most

    def wait(self) -> float:
        return self._seconds_left


def _asker(request: Request) -> tuple[str, str]:
    if isinstance(request.auth, Token):
        return "token", f"token-{request.auth.pk}"
    person = person_of(request)
    if person is not None:
        return "token", f"user-{person.pk}"
    return "anonymous", request.META.get("REMOTE_ADDR", "")


def _rate(written: object) -> tuple[int, int]:
    """Return (requests, seconds) of a rate such as 6000/min."""
    match = _RATE.fullmatch(str(written))
    if match is None:
        raise ImproperlyConfigured(f"API_RATE must be such as 6000/min, not {written!r}")
    return int(match[1]), _SECONDS[match[2]]
