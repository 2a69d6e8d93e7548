"""The projects that one belongs to, and a new one."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tracker.board.forms.project_forms import NewProjectForm
from tracker.board.frame import signed_in
from tracker.board.pages.project_rows import project_rows
from tracker.board.refusals import attempt, status_of
from tracker.projects.changes import create_project
from tracker.projects.models import User


@signed_in("GET")
def projects(request: HttpRequest) -> HttpResponse:
    return render(request, "projects.html", {"rows": project_rows(cast(User, request.user))})


@signed_in("GET", "POST")
def new_project(request: HttpRequest) -> HttpResponse:
    form = NewProjectForm(request.POST or None)
    if form.is_valid():
        user = cast(User, request.user)
        created = attempt(form, lambda: create_project(user, **form.settings()))
        if created is not None:
            messages.success(request, _("The project is created. You are its admin."))
            return redirect("board:board", created.slug)
    return render(request, "new_project.html", {"form": form}, status=status_of(form))
