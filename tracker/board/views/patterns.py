"""Adding, relabelling and retiring test patterns."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.board.forms.pattern_forms import (
    PatternForm,
    PatternLinesForm,
    RelabelForm,
    fitting_types,
    types_for,
)
from tracker.board.frame import Place, in_project
from tracker.board.pages.bulk_words import Remembered, outcome_words, refused_lines
from tracker.board.pages.pattern_rows import pattern_row
from tracker.board.problem_making import pattern_from_report
from tracker.board.problems import problem_at
from tracker.board.refusals import attempt, carried_out, status_of, tell
from tracker.board.uploads import numbered_values
from tracker.problems.models import Pattern, Problem
from tracker.problems.pattern_lines import PatternReader
from tracker.problems.revisions import (
    BulkOutcome,
    add_pattern,
    import_patterns,
    relabel_pattern,
    retire_pattern,
)
from tracker.triage.models import Report


@in_project("GET", "POST")
def add_patterns(place: Place, number: int) -> HttpResponse:
    """One pattern, by a form that fits the type of its expectation."""
    found = problem_at(place, number)
    asked = place.request.POST if place.request.method == "POST" else place.request.GET
    types = fitting_types(place.project)
    kind = asked.get("type", "")
    kind = kind if kind in types else next(iter(types))
    sent = (place.request.POST, place.request.FILES) if place.request.method == "POST" else (None, None)
    form = PatternForm(*sent, project=place.project, kind=kind)
    if form.is_valid():
        added = attempt(
            form,
            lambda: add_pattern(place.actor, found, PatternReader(place.project).read(1, form.line())),
        )
        if added is not None:
            _pattern, is_new = added
            text = _("The test pattern is added.") if is_new else _("That test pattern is already there.")
            messages.success(place.request, text)
            return redirect(_patterns_of(place, found))
    return _page(place, found, one=form, lines=PatternLinesForm())


@in_project("POST")
def import_lines(place: Place, number: int) -> HttpResponse:
    """Many patterns; good lines are stored, bad ones come back with what is wrong."""
    found = problem_at(place, number)
    form = PatternLinesForm(place.request.POST, place.request.FILES)
    outcome = None
    if form.is_valid():
        text = form.cleaned_data["lines"]
        items = Remembered(numbered_values(text, form.cleaned_data["file"]), text.split("\n"))
        outcome = attempt(form, lambda: import_patterns(place.actor, place.project, items, problem=found))
        if outcome is not None and not outcome.rejected:
            messages.success(place.request, outcome_words(outcome))
            return redirect(_patterns_of(place, found))
        if outcome is not None:
            kept = PatternLinesForm(initial={"lines": items.refused(outcome)})
            return _page(place, found, lines=kept, outcome=outcome, status=400)
    return _page(place, found, lines=form)


def _page(
    place: Place,
    found: Problem,
    *,
    one: PatternForm | None = None,
    lines: PatternLinesForm,
    outcome: BulkOutcome | None = None,
    status: int = 200,
) -> HttpResponse:
    types = fitting_types(place.project)
    form = one or PatternForm(project=place.project, kind=next(iter(types)))
    context = {
        "problem": found,
        "form": form,
        "types": types,
        "lines_form": lines,
        "outcome": outcome_words(outcome) if outcome else "",
        "refused": refused_lines(outcome) if outcome else [],
    }
    status = max(status, status_of(form), status_of(lines))
    return place.page("add_patterns.html", context, section="board", status=status)


@in_project("GET", "POST")
def relabel(place: Place, number: int, pattern: int) -> HttpResponse:
    found, chosen = _pattern_at(place, number, pattern)
    asked = place.request.POST if place.request.method == "POST" else place.request.GET
    types = types_for(chosen)
    kind = asked.get("type", "")
    kind = kind if kind in types else next(iter(types))
    form = RelabelForm.of(chosen, kind, place.request.POST if place.request.method == "POST" else None)
    if carried_out(form, lambda: relabel_pattern(place.actor, chosen, form.expectation())):
        messages.success(place.request, _("Relabelled. The old test pattern stays on record."))
        return redirect(_patterns_of(place, found))
    context = {
        "problem": found,
        "row": pattern_row(chosen),
        "form": form,
        "types": types,
    }
    return place.page("relabel_pattern.html", context, section="board", status=status_of(form))


@in_project("GET", "POST")
def retire(place: Place, number: int, pattern: int) -> HttpResponse:
    found, chosen = _pattern_at(place, number, pattern)
    if place.request.method == "POST":
        done = _("Retired. Earlier results with it stay on record.")
        tell(place.request, lambda: retire_pattern(place.actor, chosen), done)
        return redirect(_patterns_of(place, found))
    return place.page("retire_pattern.html", {"problem": found, "row": pattern_row(chosen)}, section="board")


@in_project("POST")
def pattern_of_report(place: Place, number: int, report: int) -> HttpResponse:
    """A report becomes a test pattern by one press."""
    found = problem_at(place, number)
    reports = Report.objects.of_problem(found).select_related("example", "model", "project")
    chosen = get_object_or_404(reports, pk=report)
    done = _("The report is now a test pattern.")
    tell(place.request, lambda: pattern_from_report(place.actor, chosen, found), done)
    return redirect(_patterns_of(place, found))


def _pattern_at(place: Place, number: int, pattern: int) -> tuple[Problem, Pattern]:
    found = problem_at(place, number)
    patterns = Pattern.objects.select_related("case", "example", "base", "project")
    return found, get_object_or_404(patterns.filter(problem=found), pk=pattern)


def _patterns_of(place: Place, found: Problem) -> str:
    return reverse("board:problem", args=[place.project.slug, found.number]) + "#patterns"
