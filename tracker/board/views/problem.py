"""The page of a problem, and what is written on it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker.board.forms.report_forms import CommentForm
from tracker.board.frame import Place, in_project
from tracker.board.pages.overlays import overlaid_numbers
from tracker.board.pages.problem_evidence import freshness
from tracker.board.pages.problem_page import problem_page
from tracker.board.pages.report_rows import report_rows, with_all
from tracker.board.problems import problem_at
from tracker.board.refusals import carried_out, status_of, tell
from tracker.board.revisions import NOTHING, AtRevision, at_revision
from tracker.board.whole_numbers import whole_number
from tracker.problems.models import Problem
from tracker.problems.problem_changes import delete_problem
from tracker.runs.requests import request_runs
from tracker.triage.comments import add_comment
from tracker.triage.models import Report

REPORTS_A_PAGE = 25


@in_project("GET")
@at_revision
def problem(place: Place, at: AtRevision) -> HttpResponse:
    return _page(place, at, CommentForm())


def _page(place: Place, at: AtRevision, form: CommentForm) -> HttpResponse:
    query, found = place.request.GET, at.problem
    may = place.may if at.is_newest else NOTHING
    page = problem_page(
        place.project,
        found,
        page=query.get("page"),
        before=whole_number(query.get("before", "")),
        may_write=may.write,
        revision=at.revision,
        overlaid=overlaid_numbers(query),
    )
    context = {"page": page, "problem": found, "comment_form": form, "at": at, "may": may}
    return place.page("problem.html", context, section="board", status=status_of(form))


@in_project("POST")
def comment(place: Place, number: int) -> HttpResponse:
    found = problem_at(place, number)
    form = CommentForm(place.request.POST)
    if carried_out(
        form, lambda: add_comment(place.actor, found, form.cleaned_data["text"].replace("\r\n", "\n"))
    ):
        return redirect(f"{_url(place, found)}#timeline")
    return _page(place, AtRevision(found, found.revision), form)


@in_project("GET")
def problem_reports(place: Place, number: int) -> HttpResponse:
    found = problem_at(place, number)
    reports = Paginator(with_all(Report.objects.of_problem(found), problem=found), REPORTS_A_PAGE)
    page = reports.get_page(place.request.GET.get("page"))
    rows = report_rows(page.object_list)
    return place.page("problem_reports.html", {"problem": found, "page": page, "rows": rows}, section="board")


@in_project("GET")
def problem_freshness(place: Place, number: int) -> HttpResponse:
    """The line that says how far the evaluation is; when it is done, the page's results refresh."""
    found = problem_at(place, number)
    state = freshness(found)
    answer = place.fragment("_fragments/_freshness.html", {"freshness": state, "problem": found})
    if state.work is None:
        answer["HX-Trigger"] = "results-changed"
    return answer


@in_project("POST")
def evaluate_problem(place: Place, number: int) -> HttpResponse:
    found = problem_at(place, number)
    done = _("The evaluation is under way.")
    tell(place.request, lambda: request_runs(place.actor, place.project, problem_ids=[found.pk]), done)
    return redirect(_url(place, found))


@in_project("POST")
def delete(place: Place, number: int) -> HttpResponse:
    found = problem_at(place, number)
    if tell(place.request, lambda: delete_problem(place.actor, found), _("The problem is deleted.")):
        return redirect("board:board", place.project.slug)
    return redirect(_url(place, found))


def _url(place: Place, found: Problem) -> str:
    return reverse("board:problem", args=[place.project.slug, found.number])
