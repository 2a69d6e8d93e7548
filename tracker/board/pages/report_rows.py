"""Reports as pages list them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from evaluation.types import JSON
from tracker.board.expectation_words import output_words
from tracker.problems.models import Pattern, Problem
from tracker.triage.models import Report, ReportQuerySet
from tracker.triage.reproduction import Reproduction, reproductions


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report, with how many reports the same input has, from how many reporters (0: none of them is known).

    `reproduced`: whether the model's output agrees; None where that cannot be told. `says_now`: what the model says for
    the input now, where it does not agree. `is_pattern`: whether the problem
    on whose page the report stands has a living test pattern of this input.
    """

    report: Report
    input: JSON
    predicted: str
    expected: str
    same_input: int
    reporters: int
    by_this_reporter: int
    reproduced: bool | None
    says_now: str
    is_pattern: bool


def with_all(reports: ReportQuerySet, *, problem: Problem | None = None) -> ReportQuerySet:
    """Reports with what a row shows, newest first; with the problem on whose page they stand."""
    same_input = Report.objects.filter(example=OuterRef("example")).order_by().values("example")
    same_reporter = Report.objects.filter(project=OuterRef("project"), reporter=OuterRef("reporter"))
    patterns = Pattern.objects.none()
    if problem is not None:
        patterns = Pattern.objects.alive_at(problem.revision).filter(
            problem=problem, example=OuterRef("example")
        )
    return (
        reports.select_related("example", "model", "user", "problem")
        .annotate(
            same_input=Subquery(same_input.annotate(n=Count("pk")).values("n")),
            reporters=Subquery(
                same_input.annotate(n=Count("reporter", filter=~Q(reporter=""), distinct=True)).values("n")
            ),
            by_this_reporter=Subquery(
                same_reporter.order_by().values("reporter").annotate(n=Count("pk")).values("n")
            ),
            is_pattern=Exists(patterns),
        )
        .order_by("-pk")
    )


def report_rows(reports: Iterable[Any]) -> list[ReportRow]:
    """Return rows for the reports of one page, fetched `with_all`; two queries, however many there are."""
    shown = list(reports)
    stands = reproductions(shown)
    return [
        ReportRow(
            report=report,
            input=report.example.input,
            predicted=output_words(report.predicted),
            expected=output_words(report.expected),
            same_input=report.same_input,
            reporters=report.reporters,
            by_this_reporter=report.by_this_reporter if report.reporter else 1,
            reproduced=stands[report.pk].agrees,
            says_now=_says_now(stands[report.pk]),
            is_pattern=report.is_pattern,
        )
        for report in shown
    ]


def _says_now(stand: Reproduction) -> str:
    if stand.agrees is not False or stand.answer is None:
        return ""
    return output_words(stand.answer.to_json())
