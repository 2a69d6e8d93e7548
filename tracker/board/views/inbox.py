"""The inbox: what becomes of new reports."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.board.forms.report_forms import ReportForm
from tracker.board.frame import Place, in_project
from tracker.board.pages.report_rows import report_rows, with_all
from tracker.board.problems import named_problem, problem_choices
from tracker.board.refusals import attempt, back, refusal_text, status_of, tell
from tracker.projects.errors import Refused
from tracker.triage.intake import file_report
from tracker.triage.models import Report, ReportStatus
from tracker.triage.report_links import dismiss_report, link_reports, reopen_report

REPORTS_A_PAGE = 25
KINDS = (ReportStatus.NEW, ReportStatus.DISMISSED)
ONE_NEW = "new_from"
"""The name of the button beside a report that makes a problem of it alone."""


@in_project("GET")
def inbox(place: Place) -> HttpResponse:
    return _page(place)


def _page(place: Place, *, error: str = "", typed: dict[str, object] | None = None) -> HttpResponse:
    asked = place.request.GET.get("status", "")
    kind = ReportStatus(asked) if asked in KINDS else ReportStatus.NEW
    reports = Paginator(with_all(Report.objects.filter(project=place.project, status=kind)), REPORTS_A_PAGE)
    page = reports.get_page(place.request.GET.get("page"))
    context = {
        "page": page,
        "rows": report_rows(page.object_list),
        "kind": kind.value,
        "problems": problem_choices(place.project) if place.may.write else [],
        "error": error,
        **(typed or {"checked": set(), "problem_text": "", "reason": ""}),
    }
    return place.page("inbox.html", context, section="inbox", status=400 if error else 200)


@in_project("POST")
def settle(place: Place) -> HttpResponse:
    """Link, dismiss, or make a problem of the reports that are ticked, or of the one whose button was pressed."""
    reports = _chosen(place)
    asked = "new" if ONE_NEW in place.request.POST else place.request.POST.get("action", "")
    action = {"link": _link, "dismiss": _dismiss, "new": _new_problem}.get(asked)
    if not reports:
        return _asked_again(place, reports, _("Tick at least one report first."))
    if action is None:
        return _asked_again(place, reports, _("Choose what to do with them."))
    try:
        return action(place, reports)
    except Refused as refused:
        return _asked_again(place, reports, refusal_text(refused))


def _chosen(place: Place) -> list[Report]:
    posted = place.request.POST
    ids = posted.getlist(ONE_NEW) or posted.getlist("report")
    wanted = [int(text) for text in ids if text.isascii() and text.isdigit()]
    return list(Report.objects.filter(project=place.project, pk__in=wanted).select_related("project"))


def _link(place: Place, reports: Sequence[Report]) -> HttpResponse:
    text = place.request.POST.get("problem", "")
    found = named_problem(place.project, text)
    if found is None:
        return _asked_again(place, reports, _("Say which problem: choose one from the list."))
    link_reports(place.actor, reports, found)
    n = len(reports)
    told = {"n": n, "number": found.number, "title": found.title}
    messages.success(
        place.request,
        ngettext(
            "%(n)s report is now part of #%(number)s %(title)s.",
            "%(n)s reports are now part of #%(number)s %(title)s.",
            n,
        )
        % told,
    )
    return redirect("board:inbox", place.project.slug)


def _dismiss(place: Place, reports: Sequence[Report]) -> HttpResponse:
    reason = place.request.POST.get("reason", "").strip()
    if not reason:
        return _asked_again(place, reports, _("Say why they are dismissed."))
    with transaction.atomic():
        for report in reports:
            dismiss_report(place.actor, report, reason)
    n = len(reports)
    text = ngettext("%(n)s report dismissed.", "%(n)s reports dismissed.", n) % {"n": n}
    messages.success(
        place.request, text + " " + _("They are kept under Dismissed, where each can be taken back.")
    )
    return redirect("board:inbox", place.project.slug)


def _new_problem(place: Place, reports: Sequence[Report]) -> HttpResponse:
    query = urlencode([("report", report.pk) for report in reports])
    return redirect(f"{reverse('board:new_problem', args=[place.project.slug])}?{query}")


def _asked_again(place: Place, reports: Sequence[Report], error: str) -> HttpResponse:
    typed: dict[str, object] = {
        "checked": {report.pk for report in reports},
        "problem_text": place.request.POST.get("problem", ""),
        "reason": place.request.POST.get("reason", ""),
    }
    return _page(place, error=error, typed=typed)


@in_project("POST")
def reopen(place: Place, report: int) -> HttpResponse:
    """Back into the inbox: undoes a link or a dismissal."""
    chosen = get_object_or_404(Report.objects.select_related("project"), project=place.project, pk=report)
    tell(place.request, lambda: reopen_report(place.actor, chosen), _("The report is back in the inbox."))
    return back(place.request, reverse("board:inbox", args=[place.project.slug]))


@in_project("GET", "POST")
def file_a_report(place: Place) -> HttpResponse:
    sent = (place.request.POST, place.request.FILES) if place.request.method == "POST" else (None, None)
    initial = {"reporter": place.user.get_username()}
    form = ReportForm(*sent, project=place.project, initial=initial)
    if form.is_valid():
        filed = attempt(form, lambda: file_report(place.actor, place.project, form.body()))
        if filed is not None:
            messages.success(place.request, _("Thank you. The report is in the inbox."))
            return redirect("board:inbox", place.project.slug)
    return place.page("file_report.html", {"form": form}, section="inbox", status=status_of(form))
