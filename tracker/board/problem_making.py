"""A problem out of reports: made, linked and described in one go, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tracker.problems.models import Pattern, Problem
from tracker.problems.pattern_lines import PatternReader
from tracker.problems.problem_changes import create_problem
from tracker.problems.revisions import add_pattern, import_patterns
from tracker.projects.errors import Invalid
from tracker.projects.models import Project
from tracker.projects.rights import Actor
from tracker.triage.models import Report
from tracker.triage.report_links import link_reports
from tracker.triage.report_patterns import pattern_line_from_report


@dataclass(frozen=True, slots=True)
class MadeProblem:
    """`without_pattern` counts the reports that name no label to ask for."""

    problem: Problem
    without_pattern: int


def make_problem(
    actor: Actor,
    project: Project,
    fields: Mapping[str, Any],
    reports: Sequence[Report] = (),
    *,
    with_patterns: bool = False,
) -> MadeProblem:
    """Create a problem of these reports. Raises NotAllowed, Invalid, Conflict; then nothing is stored."""
    with transaction.atomic():
        problem = create_problem(actor, project, **fields)
        if reports:
            link_reports(actor, reports, problem)
        lines = [_line(report) for report in reports] if with_patterns else []
        known = [line for line in lines if line is not None]
        if known:
            outcome = import_patterns(actor, project, enumerate(known, start=1), problem=problem)
            if outcome.rejected:
                raise Invalid(outcome.rejected[0]["errors"])
        problem.refresh_from_db()
    return MadeProblem(problem, len(lines) - len(known))


def pattern_from_report(actor: Actor, report: Report, problem: Problem) -> tuple[Pattern, bool]:
    """Make a report's example a test pattern of the problem; return it and whether it is new."""
    line = PatternReader(problem.project).read(1, pattern_line_from_report(report))
    return add_pattern(actor, problem, line)


def _line(report: Report) -> Mapping[str, Any] | None:
    try:
        return pattern_line_from_report(report)
    except Invalid:
        return None
