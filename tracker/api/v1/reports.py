"""Reports: filed by people and products, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from django.utils.translation import gettext as _
from msgspec import UNSET, UnsetType
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.bulk import Bulk, BulkAnswer, Single, bulk_answer
from tracker.api.operations import Operation, Takes
from tracker.api.pages import Key, Page, PageQuery, page_of
from tracker.api.view import ProjectView, created
from tracker.api.wording import body_as
from tracker.projects.errors import Invalid
from tracker.triage.intake import file_report, file_reports
from tracker.triage.merges import merged_into, merges
from tracker.triage.models import Report, ReportQuerySet
from tracker.triage.report_bodies import ReportBody
from tracker.triage.report_links import dismiss_report, link_report, reopen_report

StatusName = Literal["new", "linked", "dismissed"]


class ReportShown(msgspec.Struct, kw_only=True):
    """A report without its reporter, who is nobody's business."""

    id: int
    status: str
    problem: str | None
    input: Any
    predicted: str | dict[str, Any]
    expected: str | dict[str, Any] | None
    comment: str | None
    model: str | None
    external_id: str | None
    occurred_at: datetime
    received_at: datetime
    dismissed_because: str | None


class ReportFiled(msgspec.Struct):
    """All that a token learns that may only file reports."""

    id: int


class ReportQuery(PageQuery, forbid_unknown_fields=True, kw_only=True):
    status: StatusName | None = None
    problem: Annotated[
        str, msgspec.Meta(description="A slug; the reports of its duplicates are listed with its own.")
    ] = ""
    model: str = ""


class ReportChanges(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Where a report belongs: a problem's slug, or null and a status."""

    problem: str | UnsetType | None = UNSET
    status: StatusName | UnsetType = UNSET
    reason: str = ""


class Reports(ProjectView):
    """Reports, newest first."""

    @Operation("List reports", {200: Page[ReportShown]}, query=ReportQuery)
    def get(self, request: Request, query: ReportQuery) -> Response:
        reports = _with_all(self.project.reports.all())
        if query.status:
            reports = reports.filter(status=query.status)
        if query.problem:
            reports = reports.filter(problem__in=self._counting_for(query.problem))
        if query.model:
            reports = reports.filter(model__version=query.model)
        return Response(page_of(request, query, reports, shown_reports, by=[Key("pk", descending=True)]))

    def _counting_for(self, slug: str) -> set[int]:
        """Return the problem with those merged into it: their reports are its own as long as they are merged."""
        target = self.project.problems.filter(slug=slug).values_list("pk", flat=True).first()
        return set() if target is None else {target, *merged_into(merges(self.project)).get(target, ())}

    @Operation(
        "File a report, or many",
        {201: (ReportShown, ReportFiled), 200: (BulkAnswer, ReportShown, ReportFiled)},
        takes=Takes(ReportBody, bulk=True),
        for_reporting_tokens=True,
    )
    def post(self, request: Request, body: Single | Bulk) -> Response:
        if isinstance(body, Bulk):
            return Response(bulk_answer(file_reports(self.actor, self.project, body.items)))
        report, is_new = file_report(self.actor, self.project, body_as(body.value, ReportBody))
        if self.actor.only_files_reports:
            return created(ReportFiled(report.pk), is_new=is_new)
        return created(shown_report(report), is_new=is_new)


class OneReport(ProjectView):
    """One report."""

    @Operation("Show a report", {200: ReportShown})
    def get(self, request: Request, report_id: int) -> Response:
        return Response(shown_report(self._report(report_id)))

    @Operation("Link, dismiss or reopen a report", {200: ReportShown}, takes=Takes(ReportChanges))
    def patch(self, request: Request, report_id: int, body: ReportChanges) -> Response:
        report = self._report(report_id)
        if isinstance(body.problem, str):
            report = self._linked(report, body)
        elif body.status == "dismissed":
            report = dismiss_report(self.actor, report, body.reason)
        elif body.status == "linked":
            raise Invalid({"problem": [_("Name the problem that the report belongs to.")]})
        elif body.status == "new" or body.problem is None:
            report = reopen_report(self.actor, report)
        else:
            raise Invalid({"body": [_("Give a problem or a status.")]})
        return Response(shown_report(report))

    def _linked(self, report: Report, body: ReportChanges) -> Report:
        if body.status not in {UNSET, "linked"}:
            raise Invalid({"status": [_("A report that belongs to a problem is linked.")]})
        problem = self.project.problems.filter(slug=body.problem).first()
        if problem is None:
            raise Invalid({"problem": [_("There is no such problem in this project.")]})
        return link_report(self.actor, report, problem)

    def _report(self, report_id: int) -> Report:
        report = _with_all(self.project.reports.filter(pk=report_id)).first()
        if report is None:
            raise NotFound
        return report


def _with_all(reports: ReportQuerySet) -> ReportQuerySet:
    return reports.select_related("example", "problem", "model")


def shown_reports(reports: Sequence[Report]) -> list[ReportShown]:
    return [shown_report(report) for report in reports]


def shown_report(report: Report) -> ReportShown:
    return ReportShown(
        id=report.pk,
        status=report.status,
        problem=report.problem.slug if report.problem else None,
        input=msgspec.Raw(report.example.content.encode()),
        predicted=_as_sent(report.predicted),
        expected=_as_sent(report.expected) if report.expected is not None else None,
        comment=report.comment or None,
        model=report.model.version if report.model else None,
        external_id=report.external_id,
        occurred_at=report.occurred_at,
        received_at=report.received_at,
        dismissed_because=report.dismissed_because or None,
    )


def _as_sent(output: dict[str, Any]) -> str | dict[str, Any]:
    """Return an output that is no more than a label as that label."""
    return output["label"] if output.keys() == {"label"} else output
