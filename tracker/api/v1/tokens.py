"""The tokens of a project. A secret is shown once, when its token is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.operations import Operation, Takes
from tracker.api.pages import Key, Page, PageQuery, page_of
from tracker.api.view import ProjectView, created, nothing
from tracker.projects.changes import create_token, revoke_token
from tracker.projects.errors import Invalid
from tracker.projects.models import Token, User
from tracker.projects.rights import Right

ScopeName = Literal["report", "read", "write", "admin"]


class TokenBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A new token; with a `user` it may do no more than that member, and ends with the membership."""

    name: str = "token"
    scopes: list[ScopeName]
    user: str | None = None


class TokenShown(msgspec.Struct, kw_only=True):
    id: int
    name: str
    scopes: list[ScopeName]
    user: str | None
    created_at: datetime
    last_used_at: datetime | None


class TokenWithSecret(TokenShown, kw_only=True):
    secret: str


class Tokens(ProjectView):
    """The tokens in force."""

    @Operation("List tokens", {200: Page[TokenShown]}, query=PageQuery)
    def get(self, request: Request, query: PageQuery) -> Response:
        self.actor.require(Right.ADMIN)
        tokens = self.project.tokens.alive().select_related("user")
        return Response(page_of(request, query, tokens, _shown, by=[Key("pk")]))

    @Operation("Make a token", {201: TokenWithSecret}, takes=Takes(TokenBody))
    def post(self, request: Request, body: TokenBody) -> Response:
        self.actor.require(Right.ADMIN)
        user = self._person(body.user) if body.user is not None else None
        token, secret = create_token(
            self.actor, self.project, name=body.name, scopes=list(body.scopes), user=user
        )
        return created(TokenWithSecret(**msgspec.structs.asdict(_shown([token])[0]), secret=secret))

    def _person(self, name: str) -> User:
        member = self.project.memberships.select_related("user").filter(user__username=name).first()
        if member is None:
            raise Invalid({"user": [_("Give the user name of a member of this project.")]})
        return member.user


class OneToken(ProjectView):
    """One token."""

    @Operation("Revoke a token", {204: None})
    def delete(self, request: Request, token_id: int) -> Response:
        self.actor.require(Right.ADMIN)
        token = self.project.tokens.alive().filter(pk=token_id).first()
        if token is None:
            raise NotFound
        revoke_token(self.actor, token)
        return nothing()


def _shown(tokens: Sequence[Token]) -> list[TokenShown]:
    return [
        TokenShown(
            id=token.pk,
            name=token.name,
            scopes=token.scopes,
            user=token.user.get_username() if token.user else None,
            created_at=token.created_at,
            last_used_at=token.last_used_at,
        )
        for token in tokens
    ]
