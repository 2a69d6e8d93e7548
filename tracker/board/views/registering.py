"""A new candidate model."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tracker.board.forms.model_forms import TryForm
from tracker.board.forms.register import REGISTER_FORMS, RegisterForm, adapter_kinds
from tracker.board.frame import Place, in_project
from tracker.board.pages.tried import Trial, wrong_fields
from tracker.board.refusals import attempt, status_of
from tracker.board.views.trying import fragment, trial_before_registering
from tracker.candidates.model_changes import register_model


@in_project("GET", "POST")
def register(place: Place) -> HttpResponse:
    """Ask for a model and register it; or, by the other button, try it first."""
    posted = place.request.method == "POST"
    kind = (place.request.POST if posted else place.request.GET).get("kind", "recorded")
    kind = kind if kind in adapter_kinds() else "recorded"
    sent = (place.request.POST, place.request.FILES) if posted else (None, None)
    form = REGISTER_FORMS[kind](*sent)
    example = TryForm(*sent, project=place.project)
    if "try" in place.request.POST and form.can_be_tried:
        trial = trial_before_registering(place, form, example)
        return fragment(place, trial) or _page(place, form, example, trial)
    if form.is_valid():
        made = attempt(form, lambda: register_model(place.actor, place.project, **form.arguments()))
        if made is not None:
            messages.success(place.request, _registered_words(form))
            return redirect("board:model", place.project.slug, made.version)
    return _page(place, form, example.unchecked(), Trial())


def _registered_words(form: RegisterForm) -> str:
    if form.can_be_tried:
        return _("The model is registered. It is evaluated on every problem now.")
    return _("The model is registered. Add its outputs here: it is evaluated on what they answer.")


def _page(place: Place, form: RegisterForm, example: TryForm, trial: Trial) -> HttpResponse:
    context = {
        "form": form,
        "try_form": example,
        "trial": trial,
        "wrong": () if trial.wrong else wrong_fields(form),
        "kinds": adapter_kinds(),
        "kind": form.kind,
    }
    return place.page(
        "register_model.html", context, section="models", status=400 if trial.wrong else status_of(form)
    )
