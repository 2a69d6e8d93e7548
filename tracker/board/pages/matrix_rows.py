"""Rows, columns and cells of the matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.types import JSON
from tracker.board.pages.case_facts import CaseFacts, case_facts
from tracker.board.pages.cell_words import cell_look, cell_words
from tracker.board.pages.matrix_links import Links
from tracker.board.pages.pattern_rows import source_words
from tracker.board.revisions import AtRevision
from tracker.candidates.models import CandidateModel, Stage
from tracker.triage.case_matrix import CaseMatrix, Cell


@dataclass(frozen=True, slots=True)
class Column:
    model: CandidateModel
    path: str

    @property
    def is_active(self) -> bool:
        return self.model.stage == Stage.ACTIVE


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """`path` leads on from the address of its row."""

    look: str
    words: str
    path: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    case_id: int
    key: str
    input: JSON
    base: JSON
    n_patterns: int
    sources: list[str]
    url: str
    cells: list[MatrixCell]


def matrix_columns(links: Links, models: Sequence[CandidateModel]) -> list[Column]:
    return [Column(model, links.cell(model.version)) for model in models]


def matrix_rows(
    at: AtRevision, links: Links, matrix: CaseMatrix, columns: Sequence[Column], case_ids: Sequence[int]
) -> list[MatrixRow]:
    """Return the rows of these cases, in their order; three queries."""
    facts = case_facts(at, case_ids)
    draw = _Drawing(columns)
    return [
        _row(links, facts[case_id], draw.cells(matrix.cells(case_id)))
        for case_id in case_ids
        if case_id in facts
    ]


class _Drawing:
    """Draws cells; there are many of them and few kinds, so each kind is put into words once."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._drawn: dict[tuple[int, Cell], MatrixCell] = {}

    def cells(self, cells: Sequence[Cell]) -> list[MatrixCell]:
        return [self._cell(place, cell) for place, cell in enumerate(cells)]

    def _cell(self, place: int, cell: Cell) -> MatrixCell:
        key = (place, cell)
        if key not in self._drawn:
            column = self._columns[place]
            words = cell_words(column.model.version, cell)
            self._drawn[key] = MatrixCell(cell_look(cell), words, column.path)
        return self._drawn[key]


def _row(links: Links, facts: CaseFacts, cells: list[MatrixCell]) -> MatrixRow:
    first = facts.first
    return MatrixRow(
        case_id=first.case_id,
        key=facts.key,
        input=first.example.input,
        base=first.base.input if first.base else None,
        n_patterns=facts.n_patterns,
        sources=source_words(facts.sources),
        url=links.case(first.case_id),
        cells=cells,
    )
