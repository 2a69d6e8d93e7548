"""The page of one problem: everything that is on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page

from tracker.board.markdown import mentioned_numbers
from tracker.board.pages.board_cards import Badge, badges
from tracker.board.pages.moves import MoveChoice, move_choices
from tracker.board.pages.other_problems import other_problems
from tracker.board.pages.overlays import Overlays, overlays
from tracker.board.pages.pattern_rows import pattern_page
from tracker.board.pages.pattern_undos import pattern_undos
from tracker.board.pages.problem_evidence import ProblemEvidence, problem_evidence
from tracker.board.pages.problem_facts import Factor, factors, who_set_it
from tracker.board.pages.report_rows import ReportRow, report_rows, with_all
from tracker.board.pages.sample_rows import SampleRow, sample_rows
from tracker.board.pages.written_texts import WrittenTexts, texts_of, written_texts
from tracker.board.problems import has_duplicates, has_samples
from tracker.problems.models import Pattern, Problem
from tracker.projects.models import Project
from tracker.triage.models import Report
from tracker.triage.timeline import timeline

REPORTS_SHOWN = 5
TIMELINE_SHOWN = 30


@dataclass(frozen=True, slots=True)
class ProblemPage:
    problem: Problem
    badges: list[Badge]
    status_reason: str
    factors: list[Factor]
    evidence: ProblemEvidence
    overlays: Overlays
    patterns: Page[Pattern]
    reports: list[ReportRow]
    n_reports: int
    samples: list[SampleRow]
    written: WrittenTexts
    undos: dict[int, str]
    """Where an entry of the timeline is taken back, by its id."""
    older: int | None
    """The entry before which the timeline goes on."""
    moves: list[MoveChoice]
    duplicates: list[Problem]


def problem_page(
    project: Project,
    problem: Problem,
    *,
    page: str | None = None,
    before: int | None = None,
    may_write: bool,
    revision: int | None = None,
    overlaid: Sequence[int] = (),
) -> ProblemPage:
    evidence = problem_evidence(problem, revision)
    reports = with_all(Report.objects.of_problem(problem), problem=problem)[:REPORTS_SHOWN]
    entries = timeline(problem, before=before, limit=TIMELINE_SHOWN + 1)
    shown = entries[:TIMELINE_SHOWN]
    named = mentioned_numbers(texts_of(problem.description, shown))
    others = other_problems(problem, {*named, *overlaid}, duplicates=has_duplicates(problem))
    return ProblemPage(
        problem=problem,
        badges=badges(problem),
        status_reason=who_set_it(problem),
        factors=factors(project, problem, evidence.deciding),
        evidence=evidence,
        overlays=overlays(problem, evidence.rows, overlaid, others.known),
        patterns=pattern_page(problem, page, evidence.active, revision),
        reports=report_rows(reports),
        n_reports=problem.reports_count,
        samples=sample_rows(problem) if has_samples(problem) else [],
        written=written_texts(project, problem.description, shown, others.known),
        undos=pattern_undos(project, problem, shown) if may_write else {},
        older=entries[TIMELINE_SHOWN - 1].id if len(entries) > TIMELINE_SHOWN else None,
        moves=move_choices(problem) if may_write else [],
        duplicates=others.duplicates,
    )
