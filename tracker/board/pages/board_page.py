"""The board: everything that is on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from tracker.board.pages.board_cards import (
    CARDS_SHOWN,
    CARDS_SHOWN_ALONE,
    WEEK,
    Card,
    Column,
    card,
    column,
    in_column_order,
    reports_since,
)
from tracker.board.pages.board_filters import BoardFilters, FilterChoices, filter_choices
from tracker.board.pages.evidence import ProjectEvidence, criterion_in_force, project_evidence
from tracker.board.pages.first_steps import FirstStep, first_steps
from tracker.board.pages.head_strip import HeadStrip, head_strip
from tracker.problems.models import Problem
from tracker.projects.models import Project
from tracker.triage.moves import legal_moves


@dataclass(frozen=True, slots=True)
class BoardPage:
    filters: BoardFilters
    choices: FilterChoices
    columns: list[Column]
    strip: HeadStrip
    steps: list[FirstStep]
    """What to do first; empty once the project has been through the loop."""

    @property
    def count(self) -> int:
        return sum(column.count for column in self.columns)


def board_page(project: Project, filters: BoardFilters, *, may_move: bool) -> BoardPage:
    """Return the board in a number of queries that does not depend on how many problems and models there are."""
    evidence = project_evidence(project)
    problems: Sequence[Problem] = evidence.problems
    if filters.is_set:
        problems = [problem for problem in filters.problems(project) if filters.keeps(problem, evidence)]
    return BoardPage(
        filters=filters,
        choices=filter_choices(project, problems, filters, evidence),
        columns=_columns(project, filters, problems, evidence, may_move=may_move),
        strip=head_strip(evidence),
        steps=[] if filters.is_set else first_steps(project, evidence, problems),
    )


def _columns(
    project: Project,
    filters: BoardFilters,
    problems: Sequence[Problem],
    evidence: ProjectEvidence,
    *,
    may_move: bool,
) -> list[Column]:
    by_status: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_status[problem.status].append(problem)
    n_shown = CARDS_SHOWN_ALONE if filters.status else CARDS_SHOWN
    ordered = {status: in_column_order(status, by_status[status]) for status in filters.statuses}
    shown = {status: found[:n_shown] for status, found in ordered.items()}
    reports = reports_since(project, timezone.now() - WEEK)
    moves = (
        legal_moves(project, [problem for found in shown.values() for problem in found]) if may_move else {}
    )

    def cards(found: list[Problem]) -> list[Card]:
        return [
            card(
                problem,
                evidence,
                criterion=criterion_in_force(problem),
                reports=reports.get(problem.pk, 0),
                moves=moves,
            )
            for problem in found
        ]

    return [column(status, found, cards(shown[status])) for status, found in ordered.items()]
