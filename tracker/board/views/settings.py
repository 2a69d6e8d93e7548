"""Settings of a project: its terms, its members, its tokens."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.board.forms.people_forms import ROLES, MemberForm, TokenForm
from tracker.board.forms.project_forms import SettingsForm
from tracker.board.frame import Place, in_project
from tracker.board.pages.criterion_words import criterion_words
from tracker.board.pages.policy_words import policy_words, standing_words
from tracker.board.refusals import attempt, carried_out, status_of, tell
from tracker.projects.changes import (
    create_token,
    remove_member,
    revoke_token,
    set_member,
    update_project,
)
from tracker.projects.models import Token
from tracker.projects.rights import Right, Role
from tracker.triage.project_archive import ZIP_TYPE, project_archive


@in_project("GET", "POST")
def settings(place: Place) -> HttpResponse:
    if place.request.method == "GET":
        return _page(place)
    form = SettingsForm(place.request.POST)
    if carried_out(form, lambda: update_project(place.actor, place.project, form.changes())):
        messages.success(place.request, _("Saved. Everything that depends on it is being updated."))
        return redirect("board:settings", place.project.slug)
    return _page(place, form=form)


def _page(
    place: Place,
    *,
    form: SettingsForm | None = None,
    member_form: MemberForm | None = None,
    token_form: TokenForm | None = None,
    secret: str = "",
) -> HttpResponse:
    form = form or SettingsForm.of(place.project)
    member_form, token_form = member_form or MemberForm(), token_form or TokenForm()
    tokens = Token.objects.filter(project=place.project).alive().select_related("user").order_by("pk")
    context = {
        "form": form,
        "member_form": member_form,
        "token_form": token_form,
        "members": place.project.memberships.select_related("user").order_by("user__username"),
        "roles": list(Role),
        "role_words": ROLES.values(),
        "criterion_words": criterion_words(place.project.criterion),
        "policy_words": policy_words(place.project.policy),
        "standing_words": standing_words(place.project),
        "tokens": tokens if place.may.admin else [],
        "secret": secret,
    }
    status = max(status_of(each) for each in (form, member_form, token_form))
    answer = place.page("settings.html", context, section="settings", status=status)
    if secret:
        answer["Cache-Control"] = "no-store"
    return answer


@in_project("POST")
def add_member(place: Place) -> HttpResponse:
    form = MemberForm(place.request.POST)
    if carried_out(form, lambda: _set_member(place, form)):
        messages.success(place.request, _("The role is set."))
        return redirect(f"{reverse('board:settings', args=[place.project.slug])}#members")
    return _page(place, member_form=form)


def _set_member(place: Place, form: MemberForm) -> bool:
    place.actor.require(Right.ADMIN)
    user = form.person()
    if user is not None:
        set_member(place.actor, place.project, user, Role(form.cleaned_data["role"]))
    return True


@in_project("POST")
def drop_member(place: Place, user: str) -> HttpResponse:
    membership = get_object_or_404(place.project.memberships.select_related("user"), user__username=user)
    done = _("%(user)s is no longer a member.") % {"user": user}
    tell(place.request, lambda: remove_member(place.actor, place.project, membership.user), done)
    return redirect("board:settings", place.project.slug)


@in_project("POST")
def add_token(place: Place) -> HttpResponse:
    """The secret is shown on this page and never again, so it takes no way around through a redirect."""
    form = TokenForm(place.request.POST)
    if form.is_valid():
        made = attempt(form, lambda: create_token(place.actor, place.project, **form.arguments(place.user)))
        if made is not None:
            return _page(place, secret=made[1])
    return _page(place, token_form=form)


@in_project("GET", "POST")
def drop_token(place: Place, token: int) -> HttpResponse:
    """Ask first: what uses the token stops working, and a revoked token cannot be brought back."""
    found = get_object_or_404(Token.objects.select_related("project"), project=place.project, pk=token)
    if place.request.method == "GET":
        if place.target == "dialog":
            return place.fragment("_fragments/_revoke_dialog.html", {"token": found})
        return place.page("revoke_token.html", {"token": found}, section="settings")
    tell(place.request, lambda: revoke_token(place.actor, found), _("The token is revoked."))
    return redirect(f"{reverse('board:settings', args=[place.project.slug])}#tokens")


@in_project("GET")
def export(place: Place) -> StreamingHttpResponse:
    """Everything of the project as files that can be imported again."""
    answer = StreamingHttpResponse(project_archive(place.project), content_type=ZIP_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{place.project.slug}.zip"'
    return answer
