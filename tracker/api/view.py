"""The base of every view: who asks, how often, and answers in one form."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, AuthenticationFailed, NotFound
from rest_framework.permissions import BasePermission
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from evaluation.strings import string_fault
from tracker.api.authentication import SignedIn, TokenAuthentication, person_of
from tracker.api.openapi import StructSchema
from tracker.api.operations import operation_of
from tracker.api.parsing import StrictJSONParser
from tracker.api.rendering import StructRenderer
from tracker.api.throttling import RateLimit
from tracker.projects.models import Project, Token
from tracker.projects.rights import Actor, Right, actor_of_token, actor_of_user


class SomebodyAsks(BasePermission):
    """A token, or a person who is signed in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.auth is not None or person_of(request) is not None


class ApiView(APIView):
    """A view outside projects."""

    authentication_classes = [TokenAuthentication, SignedIn]
    permission_classes = [SomebodyAsks]
    throttle_classes = [RateLimit]
    renderer_classes = [StructRenderer]
    parser_classes = [StrictJSONParser]
    # OPTIONS would describe DRF's inside; the schema describes the API.
    http_method_names = ["get", "head", "post", "patch", "delete"]
    schema = StructSchema()
    # The parts of an address that a base class has resolved; methods get the others.
    entered: frozenset[str] = frozenset()

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        """Answer in JSON whatever `Accept` says: there is nothing else, and an error page helps nobody."""
        renderer = self.get_renderers()[0]
        return renderer, renderer.media_type

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        if any(isinstance(part, str) and string_fault(part) for part in kwargs.values()):
            raise NotFound
        try:
            self.perform_authentication(request)
        except APIException:
            # Guessing tokens is counted by address; without this it would cost nothing.
            request.user, request.auth = AnonymousUser(), None
            self.check_throttles(request)
            raise
        self.check_throttles(request)
        self.check_permissions(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer


class ProjectView(ApiView):
    """A view inside one project: `self.project` and `self.actor` stand before its method runs.

    Someone who does not belong to the project gets 404, so that nobody learns which projects exist.
    """

    project: Project
    actor: Actor
    entered = frozenset({"project"})

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.project, self.actor = _entered(request, kwargs["project"])
        asked = operation_of(self, request.method or "")
        if asked is None or not asked.for_reporting_tokens:
            self.actor.require(Right.READ)


def _entered(request: Request, slug: str) -> tuple[Project, Actor]:
    token = request.auth
    if isinstance(token, Token):
        if token.project.slug != slug:
            raise NotFound
        actor = actor_of_token(token)
        if not actor.rights:
            raise AuthenticationFailed(_("This token ended with the membership of its person."))
        return token.project, actor
    person = person_of(request)
    project = Project.objects.visible_to(person).filter(slug=slug).first() if person else None
    if person is None or project is None:
        raise NotFound
    return project, actor_of_user(person, project)


def created(answer: object, *, is_new: bool = True) -> Response:
    """Return 201 with what was made, or 200 with what was there already."""
    return Response(answer, status=201 if is_new else 200)


def nothing() -> Response:
    return Response(status=204)
