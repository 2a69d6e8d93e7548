"""The board as a table: the same problems, in an order that the address names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.board.csv_rows import Value
from tracker.board.pages.board_address import BoardAddress, Chip
from tracker.board.pages.board_cards import WEEK, reach_source, reports_since
from tracker.board.pages.board_filters import FilterChoices, filter_choices
from tracker.board.pages.evidence import ProjectEvidence, project_evidence
from tracker.board.pages.head_strip import HeadStrip, head_strip
from tracker.board.pages.table_columns import BY_NAME, COLUMNS, TableColumn, TableRow
from tracker.board.pages.verdict_words import result_words
from tracker.board.words import status_word, verdict_word
from tracker.problems.models import Problem
from tracker.projects.models import Project

ROWS_A_PAGE = 100
USUAL = "-priority"


@dataclass(frozen=True, slots=True)
class TableHead:
    """`sorted`: ascending, descending or empty, as in `aria-sort`; `address`: sorts by it, the other way if it is."""

    column: TableColumn
    sorted: str
    address: str


@dataclass(frozen=True, slots=True)
class BoardTable:
    address: BoardAddress
    choices: FilterChoices
    strip: HeadStrip
    heads: list[TableHead]
    rows: Page[TableRow]
    chips: list[Chip]

    @property
    def count(self) -> int:
        return self.rows.paginator.count

    @property
    def previous(self) -> str:
        return self.address.to(page=str(self.rows.previous_page_number())) if self.rows.has_previous() else ""

    @property
    def next(self) -> str:
        return self.address.to(page=str(self.rows.next_page_number())) if self.rows.has_next() else ""


def board_table(project: Project, address: BoardAddress) -> BoardTable:
    """Return one page of the table, in a number of queries that does not depend on how many problems there are.

    It is sorted here: half of the columns are stored nowhere, and the figures above need all problems anyway.
    """
    evidence = project_evidence(project)
    rows = table_rows(project, address, evidence)
    problems = [row.problem for row in rows]
    return BoardTable(
        address=address,
        choices=filter_choices(project, problems, address.filters, evidence),
        strip=head_strip(evidence),
        heads=[_head(column, address) for column in COLUMNS],
        rows=Paginator(rows, ROWS_A_PAGE).get_page(address.page),
        chips=address.chips(),
    )


def table_rows(project: Project, address: BoardAddress, evidence: ProjectEvidence) -> list[TableRow]:
    """Return all rows, in order."""
    filters = address.filters
    found = filters.problems(project).defer("description", "users_affected_reason").order_by("number")
    problems = [problem for problem in found if filters.keeps(problem, evidence)]
    reports = reports_since(project, timezone.now() - WEEK)
    places = {model.version: place for place, model in enumerate(evidence.models)}
    rows = [_row(problem, evidence, reports.get(problem.pk, 0), places) for problem in problems]
    column, falling = _order(address.sort)
    return in_order(rows, column, falling=falling)


def in_order(rows: Sequence[TableRow], column: TableColumn, *, falling: bool) -> list[TableRow]:
    """Sort rows that stand by number; equal ones stay so, unknown values come last either way."""
    values = [(column.sort_value(row), row) for row in rows]
    known = [pair for pair in values if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=falling)
    return [row for _value, row in known] + [row for value, row in values if value is None]


def _order(sort: str) -> tuple[TableColumn, bool]:
    """Return the column and whether the largest comes first; an order that does not exist is the usual one."""
    name = sort.removeprefix("-")
    if name not in BY_NAME:
        return _order(USUAL)
    return BY_NAME[name], sort.startswith("-")


def _head(column: TableColumn, address: BoardAddress) -> TableHead:
    by, falling = _order(address.sort)
    if column != by:
        return TableHead(column, "", address.to(sort=("-" if column.falls else "") + column.name))
    turned = column.name if falling else f"-{column.name}"
    return TableHead(column, "descending" if falling else "ascending", address.to(sort=turned))


def _row(problem: Problem, evidence: ProjectEvidence, reports: int, places: dict[str, int]) -> TableRow:
    active = evidence.active
    result = evidence.result(problem, active)
    return TableRow(
        problem=problem,
        verdict=result.verdict if result else None,
        verdict_detail=f"{active.version}: {result_words(result)}" if active else _("No model is active yet"),
        reports_this_week=reports,
        reach_source=reach_source(problem),
        introduced_place=places.get(problem.introduced_in["by"]) if problem.introduced_in else None,
        fixed_place=places.get(problem.fixed_in["by"]) if problem.fixed_in else None,
    )


CSV_HEADER = (
    "number", "title", "status", "priority", "provisional", "users_affected_percent", "normalized_error", "harm",
    "harm_name", "verdict", "reports_this_week", "assignee", "labels", "introduced_after", "introduced_by",
    "fixed_after", "fixed_by", "created_at",
)  # fmt: skip


def csv_row(row: TableRow) -> list[Value]:
    """Return a row for machines: numbers in full, words as the pages say them, a range as its two ends."""
    problem = row.problem
    introduced, fixed = problem.introduced_in or {}, problem.fixed_in or {}
    return [
        problem.number, problem.title, status_word(problem.status), problem.priority,
        "yes" if problem.provisional else "no", problem.users_affected_percent, problem.normalized_error,
        problem.harm, problem.harm_name, verdict_word(row.verdict), row.reports_this_week, row.assignee,
        ", ".join(problem.labels), introduced.get("after"), introduced.get("by"), fixed.get("after"),
        fixed.get("by"), problem.created_at.isoformat(),
    ]  # fmt: skip
