"""The inbox: reports that stand as asked for, a page of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from tracker.board.pages.report_rows import ReportRow, report_rows, with_all
from tracker.projects.models import Project
from tracker.triage.models import Report, ReportStatus

REPORTS_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class InboxPage:
    kind: str
    page: Page[Report]
    rows: list[ReportRow]
    query: str


def inbox_page(project: Project, query: QueryDict) -> InboxPage:
    """Return the page that an address asks for: `status` (new if not said) and `page`."""
    asked = query.get("status", "")
    kind = ReportStatus(asked) if asked in ReportStatus else ReportStatus.NEW
    reports = Paginator(with_all(Report.objects.waiting_in(project, kind)), REPORTS_A_PAGE)
    page = reports.get_page(query.get("page"))
    return InboxPage(kind.value, page, report_rows(page.object_list), query.urlencode())
