"""Relabelling and retiring test patterns, and making them from reports."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.board.forms.pattern_forms import RelabelForm, types_for
from tracker.board.frame import Place, in_project
from tracker.board.pages.pattern_rows import pattern_row
from tracker.board.problem_making import pattern_from_report
from tracker.board.problems import problem_at
from tracker.board.refusals import attempt, status_of, tell
from tracker.board.undo import Undo, tell_with_undo
from tracker.board.views.adding_patterns import asked_type
from tracker.board.views.pattern_undos import patterns_of
from tracker.problems.models import Pattern, Problem
from tracker.problems.revisions import relabel_pattern, retire_pattern
from tracker.triage.models import Report


@in_project("GET", "POST")
def relabel(place: Place, number: int, pattern: int) -> HttpResponse:
    found, chosen = _pattern_at(place, number, pattern)
    types = types_for(chosen)
    sent = place.request.POST if place.request.method == "POST" else None
    form = RelabelForm.of(chosen, asked_type(place, types), sent)
    if sent is not None and "switch" in sent:
        form.kept()
    elif form.is_valid():
        made = attempt(form, lambda: relabel_pattern(place.actor, chosen, form.expectation()))
        if made is not None:
            _tell_relabelled(place, found, chosen, made)
            return redirect(patterns_of(place, found))
    context = {"problem": found, "row": pattern_row(chosen), "form": form, "types": types}
    return place.page("relabel_pattern.html", context, section="board", status=status_of(form))


def _tell_relabelled(place: Place, found: Problem, chosen: Pattern, made: Pattern) -> None:
    if made.pk == chosen.pk:
        messages.info(place.request, _("It says so already; nothing was changed."))
        return
    undo = reverse("board:restore_pattern", args=[place.project.slug, found.number, chosen.pk])
    done = _("Relabelled. The old test pattern stays on record.")
    tell_with_undo(place.request, done, Undo(f"{undo}?standing={made.pk}"))


@in_project("GET", "POST")
def retire(place: Place, number: int, pattern: int) -> HttpResponse:
    found, chosen = _pattern_at(place, number, pattern)
    if place.request.method == "POST":
        done = _("Retired. Earlier results with it stay on record.")
        undo = Undo(reverse("board:restore_pattern", args=[place.project.slug, found.number, chosen.pk]))
        tell(place.request, lambda: retire_pattern(place.actor, chosen), done, undo=undo)
        return redirect(patterns_of(place, found))
    return place.page("retire_pattern.html", {"problem": found, "row": pattern_row(chosen)}, section="board")


@in_project("POST")
def pattern_of_report(place: Place, number: int, report: int) -> HttpResponse:
    """A report becomes a test pattern by one press."""
    found = problem_at(place, number)
    reports = Report.objects.of_problem(found).select_related("example", "model", "project")
    chosen = get_object_or_404(reports, pk=report)
    done = _("The report is now a test pattern.")
    tell(place.request, lambda: pattern_from_report(place.actor, chosen, found), done)
    return redirect(patterns_of(place, found))


def _pattern_at(place: Place, number: int, pattern: int) -> tuple[Problem, Pattern]:
    found = problem_at(place, number)
    patterns = Pattern.objects.select_related("case", "example", "base", "project")
    return found, get_object_or_404(patterns.filter(problem=found), pk=pattern)
