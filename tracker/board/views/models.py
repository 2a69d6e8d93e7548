"""Candidate models: the list, one of them, its outputs and keys."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.board.forms.model_forms import KeysForm, OutputsForm, TryForm
from tracker.board.forms.styled import StyledForm
from tracker.board.frame import Place, in_project
from tracker.board.pages.activation_preview import activation_preview
from tracker.board.pages.bulk_words import outcome_words, refused_lines
from tracker.board.pages.compare_address import Asked, pair_of
from tracker.board.pages.model_page import model_page
from tracker.board.pages.model_rows import model_rows
from tracker.board.pages.model_words import stage_done_words
from tracker.board.pages.policy_words import policy_words, standing_words
from tracker.board.pages.tried import Trial
from tracker.board.pages.work import project_work
from tracker.board.refusals import attempt, status_of, tell
from tracker.board.undo import Undo
from tracker.board.uploads import numbered_values
from tracker.candidates.missing import missing_inputs
from tracker.candidates.model_changes import update_model
from tracker.candidates.models import Activation, CandidateModel, Stage
from tracker.candidates.output_import import import_outputs
from tracker.triage.activation import activate as activate_model
from tracker.triage.activation import undo_activation as undo
from tracker.triage.activation import undoable


@in_project("GET")
def models(place: Place) -> HttpResponse:
    policy = place.project.policy
    query = place.request.GET.get("q", "").strip()
    rows = model_rows(place.project, query)
    context = {
        "rows": rows,
        "usual": pair_of([row.model for row in rows], Asked(), timezone.now()),
        "query": query,
        "work": project_work(place.project),
        "policy_words": policy_words(policy) if policy.is_automatic else "",
        "standing_words": standing_words(place.project),
    }
    return place.page("models.html", context, section="models")


@in_project("GET")
def model(place: Place, version: str) -> HttpResponse:
    return page_of_model(place, model_at(place, version))


def page_of_model(place: Place, chosen: CandidateModel, **more: Any) -> HttpResponse:
    """Return the page of a model; `more` are forms as they were sent, and what came of them."""
    forms = {
        "outputs_form": OutputsForm(),
        "try_form": TryForm(project=place.project),
        "keys_form": KeysForm(model=chosen),
        "trial": Trial(),
    }
    context = {"page": model_page(place.project, chosen), "model": chosen, **forms, **more}
    wrong = more.get("refused") or any(
        isinstance(form, StyledForm) and status_of(form) == 400 for form in more.values()
    )
    return place.page("model.html", context, section="models", status=400 if wrong else 200)


def model_at(place: Place, version: str) -> CandidateModel:
    """Return a model of the project by its version, 404 where there is none."""
    found = get_object_or_404(
        CandidateModel.objects.select_related("file").defer("file__content"),
        project=place.project,
        version=version,
    )
    found.project = place.project
    return found


@in_project("GET", "POST")
def activate(place: Place, version: str) -> HttpResponse:
    """Says first what would change; then makes the model the active one."""
    chosen = model_at(place, version)
    if chosen.stage == Stage.ACTIVE:
        messages.info(
            place.request, _("%(version)s is the active model already.") % {"version": chosen.version}
        )
        return redirect("board:model", place.project.slug, chosen.version)
    if place.request.method == "POST":
        done = _("%(version)s is now the active model.") % {"version": chosen.version}
        tell(place.request, lambda: activate_model(place.actor, chosen), done, undo=lambda _now: _back(place))
        return redirect("board:model", place.project.slug, chosen.version)
    context = {
        "preview": activation_preview(place.project, chosen),
        "model": chosen,
        "work": project_work(place.project),
    }
    return place.page("activate_model.html", context, section="models")


@in_project("POST")
def undo_activation(place: Place, activation: int) -> HttpResponse:
    """Make the model active again that was before, if any was; a second press takes that back."""
    found = get_object_or_404(
        Activation.objects.select_related("model"), project=place.project, pk=activation
    )
    tell(
        place.request,
        lambda: undo(place.actor, found),
        lambda model: (
            _("%(version)s is the active model again.") % {"version": model.version}
            if model
            else _("No model is active now, as before.")
        ),
        undo=lambda _now: _back(place),
    )
    active = place.project.models.filter(stage=Stage.ACTIVE).first()
    return (
        redirect("board:model", place.project.slug, active.version)
        if active
        else redirect("board:models", place.project.slug)
    )


def _back(place: Place) -> Undo | None:
    newest = undoable(place.project)
    return Undo(reverse("board:undo_activation", args=[place.project.slug, newest.pk])) if newest else None


@in_project("POST")
def change_stage(place: Place, version: str) -> HttpResponse:
    chosen = model_at(place, version)
    stage = place.request.POST.get("stage", "")
    undo = Undo(_url(place, "change_stage", chosen), (("stage", chosen.stage),))
    done = stage_done_words(stage, chosen.version)
    tell(place.request, lambda: update_model(place.actor, chosen, {"stage": stage}), done, undo=undo)
    return redirect("board:model", place.project.slug, chosen.version)


def _url(place: Place, name: str, model: CandidateModel) -> str:
    return reverse(f"board:{name}", args=[place.project.slug, model.version])


@in_project("POST")
def bring_outputs(place: Place, version: str) -> HttpResponse:
    """Store recorded outputs; good lines are kept, bad ones named."""
    chosen = model_at(place, version)
    form = OutputsForm(place.request.POST, place.request.FILES)
    if not form.is_valid():
        return page_of_model(place, chosen, outputs_form=form)
    items = numbered_values(form.cleaned_data["lines"], form.cleaned_data["file"])
    outcome = attempt(form, lambda: import_outputs(place.actor, chosen, items))
    if outcome is None:
        return page_of_model(place, chosen, outputs_form=form)
    if outcome.rejected:
        return page_of_model(place, chosen, outcome=outcome_words(outcome), refused=refused_lines(outcome))
    messages.success(place.request, outcome_words(outcome))
    return redirect("board:model", place.project.slug, chosen.version)


@in_project("POST")
def change_keys(place: Place, version: str) -> HttpResponse:
    """Store new keys of a model server; those left empty stay."""
    chosen = model_at(place, version)
    form = KeysForm(place.request.POST, model=chosen)
    changes = {"adapter": form.adapter()} if form.is_valid() else {}
    if changes and attempt(form, lambda: update_model(place.actor, chosen, changes)) is not None:
        messages.success(place.request, _("The new keys are stored. They are used from now on."))
        return redirect("board:model", place.project.slug, chosen.version)
    return page_of_model(place, chosen, keys_form=form)


@in_project("GET")
def missing(place: Place, version: str) -> StreamingHttpResponse:
    """The inputs that the model has no output for, as JSON lines: what to predict next."""
    chosen = model_at(place, version)
    answer = StreamingHttpResponse(missing_inputs(chosen), content_type="application/x-ndjson")
    answer["Content-Disposition"] = 'attachment; filename="missing.jsonl"'
    return answer
