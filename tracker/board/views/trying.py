"""Trying a model with one example: while registering it, and on its page. Nothing is stored."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse

from evaluation.adapters import Exchange
from tracker.board.forms.model_forms import TryForm
from tracker.board.forms.register import RegisterForm
from tracker.board.frame import Place, in_project
from tracker.board.pages.tried import Trial, tried_of, wrong_fields
from tracker.board.refusals import add_errors, refusal_text
from tracker.board.views.models import model_at, page_of_model
from tracker.candidates.trying import try_adapter, try_model
from tracker.projects.errors import Invalid, Refused

FRAGMENT = "tried"


@in_project("POST")
def try_registered(place: Place, version: str) -> HttpResponse:
    """Ask a registered model, with its stored keys."""
    chosen = model_at(place, version)
    form = TryForm(place.request.POST, place.request.FILES, project=place.project)
    if form.is_valid():
        trial = _trial(lambda: try_model(place.actor, chosen, form.input()))
    else:
        trial = Trial(wrong=wrong_fields(form))
    return fragment(place, trial) or page_of_model(place, chosen, try_form=form, trial=trial)


def trial_before_registering(place: Place, form: RegisterForm, example: TryForm) -> Trial:
    """Ask the model that a form describes."""
    if not (form.settings_are_good() and example.is_valid()):
        return Trial(wrong=wrong_fields(form, example), asks_for_file=form.takes_file)
    return _trial(
        lambda: try_adapter(
            place.actor, place.project, form.adapter(), example.input(), file=form.uploaded()
        ),
        asks_for_file=form.takes_file,
        form=form,
    )


def fragment(place: Place, trial: Trial) -> HttpResponse | None:
    """Return what came of it alone, where only that is asked for."""
    if place.target != FRAGMENT:
        return None
    return place.fragment("_fragments/_tried.html", {"trial": trial, "in_place": True})


def _trial(
    ask: Callable[[], Exchange], *, asks_for_file: bool = False, form: RegisterForm | None = None
) -> Trial:
    try:
        return Trial(tried=tried_of(ask()), asks_for_file=asks_for_file)
    except Refused as refused:
        if form is not None and isinstance(refused, Invalid):
            add_errors(form, refused)
            if wrong := wrong_fields(form):
                return Trial(wrong=wrong, asks_for_file=asks_for_file)
        return Trial(refusal=refusal_text(refused), asks_for_file=asks_for_file)
