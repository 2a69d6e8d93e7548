"""Adding test patterns: one by a form, many texts with one answer, JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.board.forms.pattern_forms import (
    PatternForm,
    PatternLinesForm,
    SameForAllForm,
    fitting_types,
    types_without_base,
)
from tracker.board.frame import Place, in_project
from tracker.board.pages.bulk_words import Remembered, outcome_words, preview_words, refused_lines
from tracker.board.problems import problem_at
from tracker.board.refusals import attempt, status_of
from tracker.board.undo import Undo, tell_with_undo
from tracker.board.uploads import numbered_values
from tracker.board.views.pattern_undos import patterns_of
from tracker.problems.models import Pattern, Problem
from tracker.problems.pattern_lines import PatternReader
from tracker.problems.pattern_preview import preview_patterns
from tracker.problems.revisions import BulkOutcome, add_pattern, import_patterns
from tracker.projects.models import InputKind

KEPT_FOR_ANOTHER = ("type", "label", "source")
"""What the next pattern most likely has in common with the one just written."""


@in_project("GET", "POST")
def add_patterns(place: Place, number: int) -> HttpResponse:
    """One pattern, by a form that fits the type of its expectation."""
    found = problem_at(place, number)
    form = _one(place)
    if "switch" in place.request.POST:
        return _page(place, found, one=form.kept())
    if form.is_valid():
        line = form.line()
        added = attempt(
            form, lambda: add_pattern(place.actor, found, PatternReader(place.project).read(1, line))
        )
        if added is not None:
            _tell_added(place, found, *added)
            return redirect(_next_page(place, found))
    return _page(place, found, one=form)


def _tell_added(place: Place, found: Problem, pattern: Pattern, is_new: bool) -> None:
    if is_new:
        undo = reverse("board:retire_pattern", args=[place.project.slug, found.number, pattern.pk])
        tell_with_undo(place.request, _("The test pattern is added."), Undo(undo))
    else:
        messages.success(place.request, _("That test pattern is already there."))


def _next_page(place: Place, found: Problem) -> str:
    sent = place.request.POST
    if "another" not in sent:
        return patterns_of(place, found)
    kept = {name: sent[name] for name in KEPT_FOR_ANOTHER if sent.get(name)}
    address = reverse("board:add_patterns", args=[place.project.slug, found.number])
    return f"{address}?{urlencode(kept)}"


@in_project("POST")
def add_same(place: Place, number: int) -> HttpResponse:
    """Many texts with one answer for all."""
    found = problem_at(place, number)
    form = _same(place)
    if "switch" in place.request.POST:
        return _page(place, found, same=form.kept())
    if not form.is_valid():
        return _page(place, found, same=form)
    items = form.lines()
    if "preview" in place.request.POST:
        return _page(place, found, same=form, preview=preview_patterns(found, items))
    outcome = attempt(form, lambda: import_patterns(place.actor, place.project, items, problem=found))
    if outcome is None or outcome.rejected:
        return _page(place, found, same=form, outcome=outcome)
    _tell_outcome(place, found, outcome)
    return redirect(patterns_of(place, found))


@in_project("POST")
def import_lines(place: Place, number: int) -> HttpResponse:
    """Many patterns; good lines are stored, bad ones come back with what is wrong."""
    found = problem_at(place, number)
    form = PatternLinesForm(place.request.POST, place.request.FILES)
    if not form.is_valid():
        return _page(place, found, lines=form)
    text = form.cleaned_data["lines"]
    items = Remembered(numbered_values(text, form.cleaned_data["file"]), text.split("\n"))
    if "preview" in place.request.POST:
        return _page(place, found, lines=form, preview=attempt(form, lambda: preview_patterns(found, items)))
    outcome = attempt(form, lambda: import_patterns(place.actor, place.project, items, problem=found))
    if outcome is None:
        return _page(place, found, lines=form)
    if outcome.rejected:
        kept = PatternLinesForm(initial={"lines": items.refused(outcome)})
        return _page(place, found, lines=kept, outcome=outcome)
    _tell_outcome(place, found, outcome)
    return redirect(patterns_of(place, found))


def _tell_outcome(place: Place, found: Problem, outcome: BulkOutcome) -> None:
    if not outcome.accepted:
        messages.success(place.request, outcome_words(outcome))
        return
    revision = outcome.revisions[found.pk]
    undo = reverse("board:undo_addition", args=[place.project.slug, found.number, revision])
    tell_with_undo(place.request, outcome_words(outcome), Undo(undo))


def asked_type(place: Place, types: Mapping[str, Any]) -> str:
    """Return the type of expectation that was chosen, else the first; to choose another keeps what was typed."""
    sent = place.request.POST
    kind = sent.get("switch") or sent.get("type") or place.request.GET.get("type", "")
    return kind if kind in types else next(iter(types))


def _one(place: Place) -> PatternForm:
    is_sent = place.request.method == "POST"
    kept = {name: place.request.GET[name] for name in KEPT_FOR_ANOTHER[1:] if name in place.request.GET}
    return PatternForm(
        place.request.POST if is_sent else None,
        place.request.FILES if is_sent else None,
        project=place.project,
        kind=asked_type(place, fitting_types(place.project)),
        initial=kept,
    )


def _same(place: Place) -> SameForAllForm:
    kind = asked_type(place, types_without_base(place.project))
    return SameForAllForm(place.request.POST, project=place.project, kind=kind)


def _page(
    place: Place,
    found: Problem,
    *,
    one: PatternForm | None = None,
    same: SameForAllForm | None = None,
    lines: PatternLinesForm | None = None,
    outcome: BulkOutcome | None = None,
    preview: BulkOutcome | None = None,
) -> HttpResponse:
    """Return the page with its forms: the one that was sent as it was sent, the others empty."""
    types, same_types = fitting_types(place.project), types_without_base(place.project)
    shown = outcome or preview
    if same is None and place.project.input_kind == InputKind.TEXT:
        same = SameForAllForm(project=place.project, kind=next(iter(same_types)))
    context = {
        "problem": found,
        "form": one or PatternForm(project=place.project, kind=next(iter(types))),
        "types": types,
        "same_form": same,
        "same_types": same_types,
        "lines_form": lines or PatternLinesForm(),
        "outcome": outcome_words(outcome) if outcome else preview_words(preview) if preview else "",
        "refused": refused_lines(shown) if shown else [],
        "is_preview": preview is not None,
        "same_was_sent": same is not None and same.is_bound,
    }
    forms_sent: Iterable[forms.Form] = [form for form in (one, same, lines) if form is not None]
    status = max([200 if outcome is None else 400, *(status_of(form) for form in forms_sent)])
    return place.page("add_patterns.html", context, section="board", status=status)
