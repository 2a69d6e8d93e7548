"""Candidate models: the list, one of them, a new one, its outputs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.board.forms.model_forms import OutputsForm, RegisterForm, adapter_kinds
from tracker.board.frame import Place, in_project
from tracker.board.pages.activation_preview import activation_preview
from tracker.board.pages.activation_words import policy_words
from tracker.board.pages.bulk_words import outcome_words, refused_lines
from tracker.board.pages.model_page import model_page
from tracker.board.pages.model_rows import model_rows
from tracker.board.pages.model_words import stage_done_words
from tracker.board.pages.work import project_work
from tracker.board.refusals import attempt, status_of, tell
from tracker.board.undo import Undo
from tracker.board.uploads import numbered_values
from tracker.candidates.missing import missing_inputs
from tracker.candidates.model_changes import register_model, update_model
from tracker.candidates.models import Activation, CandidateModel, Stage
from tracker.candidates.output_import import import_outputs
from tracker.problems.revisions import BulkOutcome
from tracker.triage.activation import activate as activate_model
from tracker.triage.activation import undo_activation as undo
from tracker.triage.activation import undoable


@in_project("GET")
def models(place: Place) -> HttpResponse:
    policy = place.project.policy
    query = place.request.GET.get("q", "").strip()
    context = {
        "rows": model_rows(place.project, query),
        "query": query,
        "work": project_work(place.project),
        "policy_words": policy_words(policy) if policy.is_automatic else "",
    }
    return place.page("models.html", context, section="models")


@in_project("GET")
def model(place: Place, version: str) -> HttpResponse:
    return _page(place, model_at(place, version), OutputsForm())


def _page(
    place: Place, chosen: CandidateModel, form: OutputsForm, outcome: BulkOutcome | None = None
) -> HttpResponse:
    context = {
        "page": model_page(place.project, chosen),
        "model": chosen,
        "outputs_form": form,
        "outcome": outcome_words(outcome) if outcome else "",
        "refused": refused_lines(outcome) if outcome else [],
    }
    return place.page("model.html", context, section="models", status=400 if outcome else status_of(form))


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
def register(place: Place) -> HttpResponse:
    kinds = adapter_kinds()
    posted = place.request.method == "POST"
    kind = (place.request.POST if posted else place.request.GET).get("kind", "recorded")
    kind = kind if kind in kinds else "recorded"
    data, files = (place.request.POST, place.request.FILES) if posted else (None, None)
    form = RegisterForm(data, files, kind=kind)
    if form.is_valid():
        made = attempt(form, lambda: register_model(place.actor, place.project, **form.arguments()))
        if made is not None:
            messages.success(
                place.request, _("The model is registered. It is evaluated on every problem now.")
            )
            return redirect("board:model", place.project.slug, made.version)
    context = {"form": form, "kinds": kinds, "kind": kind}
    return place.page("register_model.html", context, section="models", status=status_of(form))


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
    """Make the model active again that was before; a second press takes that back."""
    found = get_object_or_404(
        Activation.objects.select_related("model"), project=place.project, pk=activation
    )
    tell(
        place.request,
        lambda: undo(place.actor, found),
        lambda model: _("%(version)s is the active model again.") % {"version": model.version},
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
        return _page(place, chosen, form)
    items = numbered_values(form.cleaned_data["lines"], form.cleaned_data["file"])
    outcome = attempt(form, lambda: import_outputs(place.actor, chosen, items))
    if outcome is None:
        return _page(place, chosen, form)
    if outcome.rejected:
        return _page(place, chosen, OutputsForm(), outcome)
    messages.success(place.request, outcome_words(outcome))
    return redirect("board:model", place.project.slug, chosen.version)


@in_project("GET")
def missing(place: Place, version: str) -> StreamingHttpResponse:
    """The inputs that the model has no output for, as JSON lines: what to predict next."""
    chosen = model_at(place, version)
    answer = StreamingHttpResponse(missing_inputs(chosen), content_type="application/x-ndjson")
    answer["Content-Disposition"] = 'attachment; filename="missing.jsonl"'
    return answer
