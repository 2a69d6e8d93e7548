"""What the pages of a project share: who asks, in which project, what the bar shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.db.models import Case, Count, OuterRef, Subquery, When
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render

from tracker.projects.models import Project, User
from tracker.projects.rights import Actor, Right, actor_in_role
from tracker.triage.models import Report

P = ParamSpec("P")
AnyView = Callable[..., HttpResponseBase]

SWITCH = 30
"""Projects that the switch in the bar offers; the page of all projects has the others."""


@dataclass(frozen=True, slots=True)
class May:
    """What the person may do, so that pages leave out what would be refused. The state changes decide."""

    file: bool
    write: bool
    admin: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A request within a project that the person can see."""

    request: HttpRequest
    project: Project
    actor: Actor
    projects: Sequence[Project]
    """Those that the switch offers, this one first."""

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    @property
    def may(self) -> May:
        return May(
            file=self.actor.may(Right.FILE),
            write=self.actor.may(Right.WRITE),
            admin=self.actor.may(Right.ADMIN),
        )

    @property
    def target(self) -> str:
        """The id of the element that htmx will put the answer into; empty without htmx."""
        return self.request.headers.get("HX-Target", "")

    def page(
        self, template: str, context: Mapping[str, Any] | None = None, *, section: str = "", status: int = 200
    ) -> HttpResponse:
        """Return a page with its bar."""
        frame = {
            "project": self.project,
            "projects": self.projects,
            "inbox_count": self.project.n_new_reports,  # type: ignore[attr-defined]
            "section": section,
            "may": self.may,
        }
        return render(self.request, template, frame | dict(context or {}), status=status)

    def fragment(self, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
        """Return a part of a page, for htmx."""
        frame = {"project": self.project, "may": self.may}
        return render(self.request, template, frame | dict(context), status=status)


def signed_in(*methods: str) -> Callable[[AnyView], AnyView]:
    """Make a view answer these methods to people who are signed in; the others go to sign-in."""

    def wrap(view: AnyView) -> AnyView:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if request.method not in {*methods, *(["HEAD"] if "GET" in methods else [])}:
                return HttpResponseNotAllowed(methods)
            return view(request, *args, **kwargs)

        return answer

    return wrap


def in_project(*methods: str) -> Callable[[Callable[Concatenate[Place, P], HttpResponseBase]], AnyView]:
    """Make a view of a project answer these methods; who is no member finds nothing there."""

    def wrap(view: Callable[Concatenate[Place, P], HttpResponseBase]) -> AnyView:
        @wraps(view)
        def answer(request: HttpRequest, project: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            return view(_place(request, project), *args, **kwargs)

        return signed_in(*methods)(answer)

    return wrap


def _place(request: HttpRequest, slug: str) -> Place:
    """Return the place of a request, read in one query. Raises Http404 where the person sees no such project."""
    user = cast(User, request.user)
    new = Report.objects.filter(project=OuterRef("pk")).new().order_by().values("project")
    n_new = Coalesce(Subquery(new.annotate(n=Count("pk")).values("n")), 0)
    seen = Project.objects.visible_to(user).with_role_of(user).this_one_first(slug)
    projects = list(seen.annotate(n_new_reports=Case(When(slug=slug, then=n_new)))[: SWITCH + 1])
    if not projects or projects[0].slug != slug:
        raise Http404
    role = projects[0].role_here  # type: ignore[attr-defined]
    return Place(request, projects[0], actor_in_role(user, role), projects[:SWITCH])


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if "HX-Request" in request.headers:
        return HttpResponse(status=401)
    # What was posted is lost on the way through sign-in, and its address shows nothing by itself.
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
