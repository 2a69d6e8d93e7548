"""Each problem under both models: the rows of the dumbbell chart, of its table and of its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.board.csv_rows import Value
from tracker.board.pages.compare_change import signed
from tracker.board.pages.compare_words import change_word, p_words
from tracker.problems.models import Problem
from tracker.triage.comparison import ComparedProblem, Comparison

MOST_DRAWN = 40
"""A chart of more rows is read by nobody; the table has them all."""


@dataclass(frozen=True, slots=True)
class CompareRow:
    """`change` is improved, worse or unproven; `delta` how much the error rose, None where nothing is scored."""

    compared: ComparedProblem
    delta: float | None
    change: str
    word: str
    p_words: str
    delta_words: str

    @property
    def problem(self) -> Problem:
        return self.compared.problem


def compare_rows(comparison: Comparison) -> list[CompareRow]:
    """Return the problems by how much their error changed: what got worse first, what cannot be told last."""
    rows = [_row(compared) for compared in comparison.problems]
    return sorted(rows, key=lambda row: -row.delta if row.delta is not None else float("inf"))


def _row(compared: ComparedProblem) -> CompareRow:
    before, after = compared.base_error, compared.head_error
    return CompareRow(
        compared=compared,
        delta=None if before is None or after is None else after - before,
        change=str(compared.test.change),
        word=change_word(str(compared.test.change)),
        p_words=p_words(compared.test.adjusted_p_value),
        delta_words="" if before is None or after is None else signed(after - before),
    )


def dumbbell_numbers(comparison: Comparison, rows: Sequence[CompareRow]) -> dict[str, Any]:
    """Return the numbers of the chart; of many rows those whose error changed most."""
    known = [row for row in rows if row.delta is not None]
    if len(known) > MOST_DRAWN:
        half = MOST_DRAWN // 2
        known = [*known[:half], *known[-half:]]
    return {
        "base": comparison.base.version,
        "head": comparison.head.version,
        "problems": [
            {
                "name": str(row.problem),
                "base": row.compared.base_error,
                "head": row.compared.head_error,
                "change": row.change,
                "word": row.word,
                "p": row.p_words,
            }
            for row in known
        ],
    }


PROBLEMS_HEADER = (
    "number", "problem", "title", "cases", "compared", "base_error", "head_error", "newly_failing", "newly_passing",
    "tested_newly_failing", "tested_newly_passing", "p_value", "adjusted_p_value", "change",
)  # fmt: skip


def problem_lines(comparison: Comparison) -> Iterator[Sequence[Value]]:
    """Yield a line per problem, in the order of the table."""
    for row in compare_rows(comparison):
        each = row.compared
        yield (
            each.problem.number, each.problem.slug, each.problem.title, each.n_cases, each.n_compared,
            each.base_error, each.head_error, len(each.newly_failing), len(each.newly_passing),
            each.test.flips.newly_failing, each.test.flips.newly_passing, each.test.p_value,
            each.test.adjusted_p_value, row.change,
        )  # fmt: skip
