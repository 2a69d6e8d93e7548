"""How often one may ask: so many requests a minute for each token, person or, without either, address."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from tracker.api.authentication import person_of
from tracker.projects.models import Token

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
        now = time.time()
        self._seconds_left = seconds - now % seconds
        key = f"api-rate:{kind}:{who}:{int(now // seconds)}"
        cache.add(key, 0, timeout=seconds + 1)
        try:
            return cache.incr(key) <= most
        except ValueError:
            # The cache dropped the count between the two calls; that is no reason to refuse.
            return True

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
