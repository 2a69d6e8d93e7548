"""Who asks: the bearer of a token, or a person who is signed in."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import (
    BaseAuthentication,
    CSRFCheck,
    SessionAuthentication,
    get_authorization_header,
)
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from tracker.projects.models import Token, User

if TYPE_CHECKING:
    from datetime import datetime

    from rest_framework.request import Request

USE_NOTED_EVERY = timedelta(minutes=1)
CHALLENGE = 'Bearer realm="api"'


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN`. The token becomes `request.auth`, its person, if any, `request.user`."""

    def authenticate(self, request: Request) -> tuple[User | None, Token] | None:
        parts = get_authorization_header(request).split()
        if not parts:
            return None
        if parts[0].lower() != b"bearer" or len(parts) != 2:
            raise AuthenticationFailed(_("Send the token as “Authorization: Bearer TOKEN”."))
        try:
            secret = parts[1].decode("ascii")
        except UnicodeDecodeError as error:
            raise _bad_token() from error
        token = Token.objects.with_secret(secret).first()
        if token is None or (token.user is not None and not token.user.is_active):
            raise _bad_token()
        _note_use(token, timezone.now())
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


def person_of(request: Request) -> User | None:
    """Return the person who asks: signed in, or the one that the token was given to."""
    user = request.user
    return user if isinstance(user, User) and user.is_active else None


class SignedIn(SessionAuthentication):
    """The session cookie of the pages, with CSRF protection for everything that writes."""

    def enforce_csrf(self, request: Request) -> None:
        """Check the X-CSRFToken header, as Django checks a form; raises PermissionDenied.

        Django would look for the token in the body first, and so drain the body before its operation reads it.
        """
        bodiless = copy.copy(request._request)  # noqa: SLF001
        bodiless.POST = QueryDict()
        check = CSRFCheck(_nothing)
        check.process_request(bodiless)
        if reason := check.process_view(bodiless, _nothing, (), {}):
            text = _("Send the CSRF token of the page in the X-CSRFToken header. %(reason)s")
            raise PermissionDenied(text % {"reason": reason})


def _bad_token() -> AuthenticationFailed:
    return AuthenticationFailed(_("This token does not exist or was revoked."))


def _note_use(token: Token, now: datetime) -> None:
    # A write a minute and not one a request: reading must not queue for the database's writer.
    if token.last_used_at is None or token.last_used_at <= now - USE_NOTED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
        Token.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def _nothing(_request: HttpRequest) -> HttpResponse:
    """Stand in for the view, which the check wants to know and never calls."""
    return HttpResponse()
