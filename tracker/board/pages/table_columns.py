"""The columns of the board's table: what each shows is sorted by, and what it says in a CSV file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracker.board.pages.board_cards import LABELS_SHOWN, Badge, badges
from tracker.problems.models import Problem, Status

VERDICT_ORDER = ("failing", "inconclusive", "unscored", "fixed")
"""Rising: what needs somebody first."""
STATUS_ORDER = list(Status)


@dataclass(frozen=True, slots=True)
class TableRow:
    """`introduced_place` and `fixed_place`: where those models stand in model order."""

    problem: Problem
    verdict: str | None
    verdict_detail: str
    reports_this_week: int
    reach_source: str
    introduced_place: int | None
    fixed_place: int | None

    @property
    def badges(self) -> list[Badge]:
        """What stands beside the status; that the error is provisional is said beside the error."""
        found = badges(self.problem)
        return found[:-1] if self.problem.provisional else found

    @property
    def labels(self) -> list[str]:
        return list(self.problem.labels[:LABELS_SHOWN])

    @property
    def labels_left(self) -> list[str]:
        return list(self.problem.labels[LABELS_SHOWN:])

    @property
    def assignee(self) -> str | None:
        return self.problem.assignee.get_username() if self.problem.assignee else None


@dataclass(frozen=True, slots=True)
class TableColumn:
    """`sort_value`: None where it is unknown. `falls`: whether the first press sorts the largest first."""

    name: str
    title: str | Promise
    hint: str | Promise
    sort_value: Callable[[TableRow], Any]
    falls: bool = False
    is_number: bool = False


def _verdict(row: TableRow) -> int | None:
    return VERDICT_ORDER.index(row.verdict) if row.verdict else None


COLUMNS = (
    TableColumn("number", "#", _("Number of the problem"), lambda row: row.problem.number),
    TableColumn("title", _("Problem"), _("Title of the problem"), lambda row: row.problem.title.casefold()),
    TableColumn(
        "status", _("Status"), _("In the order of the board's columns"),
        lambda row: STATUS_ORDER.index(Status(row.problem.status)),
    ),
    TableColumn(
        "priority", _("Priority"), _("Users affected × error × harm"), lambda row: row.problem.priority,
        falls=True, is_number=True,
    ),
    TableColumn(
        "users", _("Users"), _("Users affected, a percentage of the active users"),
        lambda row: row.problem.users_affected_percent, falls=True, is_number=True,
    ),
    TableColumn(
        "error", _("Error"), _("Error of the active model over the judged cases, 0 to 1"),
        lambda row: row.problem.normalized_error, falls=True, is_number=True,
    ),
    TableColumn(
        "harm", _("Harm"), _("How bad one wrong answer is, with its weight"), lambda row: row.problem.harm,
        falls=True,
    ),
    TableColumn("verdict", _("Verdict"), _("What the cases say of the active model"), _verdict),
    TableColumn(
        "reports", _("Reports"), _("Reports that speak of the last 7 days, those of its duplicates included"),
        lambda row: row.reports_this_week, falls=True, is_number=True,
    ),
    TableColumn(
        "assignee", _("Assignee"), _("Who works on it"),
        lambda row: row.assignee.casefold() if row.assignee else None,
    ),
    TableColumn(
        "labels", _("Labels"), _("Labels of the problem"),
        lambda row: [label.casefold() for label in row.problem.labels] or None,
    ),
    TableColumn(
        "introduced", _("Introduced"), _("The model that brought it, in model order"),
        lambda row: row.introduced_place, falls=True,
    ),
    TableColumn(
        "fixed", _("Fixed in"), _("The model from which on it stays fixed, in model order"),
        lambda row: row.fixed_place, falls=True,
    ),
    TableColumn(
        "created", _("Created"), _("When the problem was made"), lambda row: row.problem.created_at, falls=True
    ),
)  # fmt: skip
BY_NAME = {column.name: column for column in COLUMNS}
