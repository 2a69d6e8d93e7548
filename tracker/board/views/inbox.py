"""The inbox, and reporting by hand."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tracker.board.forms.report_forms import ReportForm
from tracker.board.frame import Place, in_project
from tracker.board.pages.inbox_page import inbox_page
from tracker.board.refusals import attempt, status_of
from tracker.triage.intake import file_report


@in_project("GET")
def inbox(place: Place) -> HttpResponse:
    context = {"inbox": inbox_page(place.project, place.request.GET)}
    return place.page("inbox.html", context, section="inbox")


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
