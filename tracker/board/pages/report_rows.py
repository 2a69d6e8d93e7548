"""Reports as pages list them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count

from evaluation.types import JSON
from tracker.board.expectation_words import output_words
from tracker.problems.models import Pattern, Problem
from tracker.projects.models import Project
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


def with_all(reports: ReportQuerySet) -> ReportQuerySet:
    """Reports with what a row shows, newest first."""
    return reports.select_related("example", "model", "user", "problem").order_by("-pk")


def report_rows(
    project: Project, reports: Iterable[Report], *, problem: Problem | None = None
) -> list[ReportRow]:
    """Return rows for the reports of one page; four queries, however many there are."""
    shown = list(reports)
    counts = _same_input(project, shown)
    by_reporter = _by_reporter(project, shown)
    stands = reproductions(shown)
    patterns = _pattern_examples(problem, shown) if problem else set()
    return [
        ReportRow(
            report=report,
            input=report.example.input,
            predicted=output_words(report.predicted),
            expected=output_words(report.expected),
            same_input=counts.get(report.example_id, (1, 0))[0],
            reporters=counts.get(report.example_id, (1, 0))[1],
            by_this_reporter=by_reporter.get(report.reporter, 1) if report.reporter else 1,
            reproduced=stands[report.pk].agrees,
            says_now=_says_now(stands[report.pk]),
            is_pattern=report.example_id in patterns,
        )
        for report in shown
    ]


def _same_input(project: Project, reports: Sequence[Report]) -> dict[int, tuple[int, int]]:
    found = Report.objects.filter(project=project, example__in={report.example_id for report in reports})
    rows = found.order_by().values_list("example_id", "reporter").annotate(n=Count("pk"))
    counts: dict[int, tuple[int, int]] = {}
    for example_id, reporter, n in rows:
        total, reporters = counts.get(example_id, (0, 0))
        counts[example_id] = (total + n, reporters + bool(reporter))
    return counts


def _by_reporter(project: Project, reports: Sequence[Report]) -> dict[str, int]:
    named = {report.reporter for report in reports} - {""}
    found = Report.objects.filter(project=project, reporter__in=named).order_by()
    return dict(found.values_list("reporter").annotate(n=Count("pk")))


def _says_now(stand: Reproduction) -> str:
    if stand.agrees is not False or stand.answer is None:
        return ""
    return output_words(stand.answer.to_json())


def _pattern_examples(problem: Problem, reports: Sequence[Report]) -> set[int]:
    alive = Pattern.objects.alive_at(problem.revision).filter(problem=problem)
    examples = {report.example_id for report in reports}
    return set(alive.filter(example__in=examples).values_list("example_id", flat=True))
