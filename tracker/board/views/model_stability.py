"""Whether a model's answers stay: when it is asked again, and which answers changed in a run."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.board.frame import Place, in_project
from tracker.board.pages.model_words import schedule_words
from tracker.board.pages.stability import changes_page
from tracker.board.refusals import tell
from tracker.board.undo import Undo
from tracker.board.views.models import model_at
from tracker.board.whole_numbers import whole_number
from tracker.candidates.model_changes import update_model
from tracker.runs.models import Run


@in_project("POST")
def set_schedule(place: Place, version: str) -> HttpResponse:
    """Set every how many hours a volatile model is asked again; nothing: by hand and on changes only."""
    chosen = model_at(place, version)
    written = place.request.POST.get("hours", "").strip()
    # What is no number is refused by the state change, in its words.
    hours = whole_number(written) or 0 if written else None
    done = _("%(version)s is %(schedule)s now.") % {
        "version": chosen.version,
        "schedule": schedule_words(hours),
    }
    before = "" if chosen.ask_again_every is None else str(chosen.ask_again_every)
    undo = Undo(
        reverse("board:set_schedule", args=[place.project.slug, chosen.version]), (("hours", before),)
    )
    tell(
        place.request, lambda: update_model(place.actor, chosen, {"ask_again_every": hours}), done, undo=undo
    )
    return redirect(reverse("board:model", args=[place.project.slug, chosen.version]) + "#stability")


@in_project("GET")
def changed_answers(place: Place, run_id: int) -> HttpResponse:
    """The inputs that a run found answered otherwise than before."""
    runs = Run.objects.filter(project=place.project).select_related("model")
    run = get_object_or_404(runs, pk=run_id)
    page = changes_page(run.model, run, place.request.GET.get("page"))
    return place.page("changed_answers.html", {"changes": page, "model": run.model}, section="models")
