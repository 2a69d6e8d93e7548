"""Making and editing problems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.board.forms.problem_forms import EditProblemForm, NewProblemForm
from tracker.board.frame import Place, in_project
from tracker.board.pages.report_rows import report_rows, with_all
from tracker.board.problem_making import MadeProblem, make_problem
from tracker.board.problems import problem_at
from tracker.board.refusals import attempt, carried_out, status_of
from tracker.board.whole_numbers import whole_numbers
from tracker.problems.problem_changes import update_problem
from tracker.triage.models import Report

MOST_REPORTS = 500


@in_project("GET", "POST")
def new_problem(place: Place) -> HttpResponse:
    """A new problem, maybe out of reports that the address or the form names."""
    posted = place.request.method == "POST"
    reports = _chosen(place, place.request.POST if posted else place.request.GET)
    data = place.request.POST if posted else None
    form = NewProblemForm(data, project=place.project, has_reports=bool(reports))
    if form.is_valid():
        made = attempt(form, lambda: _make(place, form, reports))
        if made is not None:
            messages.success(place.request, _made_words(made))
            return redirect("board:problem", place.project.slug, made.problem.number)
    context = {"form": form, "rows": report_rows(reports)}
    return place.page("new_problem.html", context, section="board", status=status_of(form))


def _chosen(place: Place, query: QueryDict) -> list[Report]:
    ids = whole_numbers(query.getlist("report"))[:MOST_REPORTS]
    found = with_all(Report.objects.filter(project=place.project, pk__in=ids))
    return list(found) if ids else []


def _make(place: Place, form: NewProblemForm, reports: Sequence[Report]) -> MadeProblem:
    changes: dict[str, Any] = form.changes()
    with_patterns = bool(form.cleaned_data.get("with_patterns"))
    return make_problem(place.actor, place.project, changes, reports, with_patterns=with_patterns)


def _made_words(made: MadeProblem) -> str:
    text = _("Problem #%(number)s is created. It begins in triage.") % {"number": made.problem.number}
    if made.without_pattern:
        n = made.without_pattern
        also = ngettext(
            "%(n)s report gives no test pattern by itself: say what is expected.",
            "%(n)s reports give no test pattern by themselves: say what is expected.",
            n,
        )
        text += " " + also % {"n": n}
    return text


@in_project("GET", "POST")
def edit_problem(place: Place, number: int) -> HttpResponse:
    found = problem_at(place, number)
    form = EditProblemForm.of(found, place.request.POST if place.request.method == "POST" else None)
    if carried_out(form, lambda: update_problem(place.actor, found, form.changes())):
        messages.success(place.request, _("Saved."))
        return redirect("board:problem", place.project.slug, found.number)
    context = {"form": form, "problem": found}
    return place.page("edit_problem.html", context, section="board", status=status_of(form))
