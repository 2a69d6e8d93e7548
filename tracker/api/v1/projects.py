"""Projects: those one belongs to, and their settings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from django.utils.translation import gettext as _
from msgspec import UNSET, UnsetType
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.authentication import person_of
from tracker.api.operations import Operation, Takes, changes_in
from tracker.api.pages import Key, Page, PageQuery, page_of
from tracker.api.view import ApiView, ProjectView, created
from tracker.projects.activation_policy import DEFAULT_MIN_CUT
from tracker.projects.changes import create_project, update_project
from tracker.projects.errors import NotAllowed
from tracker.projects.models import Project, ProjectQuerySet, Token, User
from tracker.projects.rights import Right, actor_of_token

Task = Literal["classification", "regression", "text"]
InputKind = Literal["text", "text_pair", "chat", "table", "image", "json"]


class CriterionBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """When a problem counts as fixed; what is left out is the default."""

    rule: Literal["bound", "every_case"] = "bound"
    max_error: float = 0.10
    confidence: float = 0.90
    min_cases: int = 5


class PolicyBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How models go live: by hand, or by themselves when the gate passes and the remaining impact falls by at least
    `min_cut`, a share from 0 to 1. What is left out is the default.
    """

    mode: Literal["by_hand", "automatic"] = "by_hand"
    min_cut: float = DEFAULT_MIN_CUT


class ProjectChanges(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The settings to change; those left out stay."""

    name: str | UnsetType = UNSET
    task: Task | UnsetType = UNSET
    input_kind: InputKind | UnsetType = UNSET
    labels: list[str] | UnsetType = UNSET
    active_users: int | UnsetType | None = UNSET
    window_days: int | UnsetType = UNSET
    harm_scale: dict[str, float] | UnsetType = UNSET
    fix_criterion: CriterionBody | UnsetType = UNSET
    activation_policy: PolicyBody | UnsetType = UNSET


class ProjectBody(ProjectChanges, forbid_unknown_fields=True, kw_only=True):
    """A new project."""

    slug: str
    name: str


class ProjectShown(msgspec.Struct):
    slug: str
    name: str
    task: str
    input_kind: str
    labels: list[str]
    active_users: int | None
    window_days: int
    harm_scale: dict[str, float]
    fix_criterion: CriterionBody
    activation_policy: PolicyBody


def shown_project(project: Project) -> ProjectShown:
    return ProjectShown(
        slug=project.slug,
        name=project.name,
        task=project.task,
        input_kind=project.input_kind,
        labels=project.labels,
        active_users=project.active_users,
        window_days=project.window_days,
        harm_scale=project.harm_scale,
        fix_criterion=shown_criterion(project.fix_criterion),
        activation_policy=PolicyBody(**project.activation_policy),
    )


def shown_criterion(stored: str) -> CriterionBody:
    return CriterionBody(**json.loads(stored))


class Projects(ApiView):
    """The projects that one belongs to. A token belongs to one."""

    @Operation("List projects", {200: Page[ProjectShown]}, query=PageQuery)
    def get(self, request: Request, query: PageQuery) -> Response:
        return Response(page_of(request, query, _own_projects(request), _all_shown, by=[Key("slug")]))

    @Operation("Create a project", {201: ProjectShown}, takes=Takes(ProjectBody))
    def post(self, request: Request, body: ProjectBody) -> Response:
        return created(shown_project(create_project(_creator(request), **_settings(body))))


class ProjectItself(ProjectView):
    """One project and its settings."""

    @Operation("Show the project", {200: ProjectShown})
    def get(self, request: Request) -> Response:
        return Response(shown_project(self.project))

    @Operation("Change settings of the project", {200: ProjectShown}, takes=Takes(ProjectChanges))
    def patch(self, request: Request, body: ProjectChanges) -> Response:
        return Response(shown_project(update_project(self.actor, self.project, _settings(body))))


def _settings(body: ProjectChanges) -> dict[str, Any]:
    changes = changes_in(body)
    for field in ("fix_criterion", "activation_policy"):
        if field in changes:
            changes[field] = msgspec.to_builtins(changes[field])
    return changes


def _all_shown(projects: Sequence[Project]) -> list[ProjectShown]:
    return [shown_project(project) for project in projects]


def _own_projects(request: Request) -> ProjectQuerySet:
    if isinstance(request.auth, Token):
        actor_of_token(request.auth).require(Right.READ)
        return Project.objects.filter(pk=request.auth.project_id)
    person = person_of(request)
    return Project.objects.visible_to(person).distinct() if person else Project.objects.none()


def _creator(request: Request) -> User:
    """Return the person who becomes the new project's admin; a token has to be an admin's own."""
    if isinstance(request.auth, Token):
        actor_of_token(request.auth).require(Right.ADMIN)
    person = person_of(request)
    if person is None:
        raise NotAllowed(_("A new project needs a person as its admin; sign in, or use a person's token."))
    return person
