"""Who belongs to a project, and in which role."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.operations import Operation, Takes
from tracker.api.pages import Key, Page, PageQuery, page_of
from tracker.api.view import ProjectView, created, nothing
from tracker.projects.changes import remove_member, set_member
from tracker.projects.errors import Invalid
from tracker.projects.models import Membership, User
from tracker.projects.rights import Right, Role

RoleName = Literal["viewer", "reporter", "triager", "admin"]


class MemberBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A person by user name, with a role."""

    user: Annotated[str, msgspec.Meta(min_length=1, max_length=150)]
    role: RoleName


class MemberShown(msgspec.Struct):
    user: str
    role: RoleName
    since: datetime


class Members(ProjectView):
    """The members of a project. Sending one again changes the role."""

    @Operation("List members", {200: Page[MemberShown]}, query=PageQuery)
    def get(self, request: Request, query: PageQuery) -> Response:
        members = self.project.memberships.select_related("user")
        return Response(page_of(request, query, members, _shown, by=[Key("pk")]))

    @Operation(
        "Add a member, or change a role", {201: MemberShown, 200: MemberShown}, takes=Takes(MemberBody)
    )
    def post(self, request: Request, body: MemberBody) -> Response:
        self.actor.require(Right.ADMIN)  # Only an admin may learn which user names exist.
        user = User.objects.filter(username=body.user, is_active=True).first()
        if user is None:
            raise Invalid({"user": [_("There is no such user; somebody has to create the account first.")]})
        membership, is_new = set_member(self.actor, self.project, user, Role(body.role))
        return created(_shown([membership])[0], is_new=is_new)


class Member(ProjectView):
    """One member."""

    @Operation("Show a member", {200: MemberShown})
    def get(self, request: Request, user: str) -> Response:
        return Response(_shown([self._membership(user)])[0])

    @Operation("End a membership", {204: None})
    def delete(self, request: Request, user: str) -> Response:
        remove_member(self.actor, self.project, self._membership(user).user)
        return nothing()

    def _membership(self, user: str) -> Membership:
        found = self.project.memberships.select_related("user").filter(user__username=user).first()
        if found is None:
            raise NotFound
        return found


def _shown(memberships: Sequence[Membership]) -> list[MemberShown]:
    return [
        MemberShown(user=member.user.get_username(), role=Role(member.role).value, since=member.created_at)
        for member in memberships
    ]
