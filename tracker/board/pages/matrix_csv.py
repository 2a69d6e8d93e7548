"""The matrix as rows of a file, a case a row: read and sent piece by piece."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.board.csv_rows import Value
from tracker.board.pages.case_facts import case_facts
from tracker.board.pages.matrix_links import Asked
from tracker.board.revisions import AtRevision
from tracker.problems.models import CaseSource
from tracker.triage.case_matrix import CaseMatrix
from tracker.triage.case_pieces import CaseOrder, all_pieces

ROWS = 500
HEADER = (
    "problem",
    "revision",
    "case",
    "input",
    "n_patterns",
    "sources",
    "n_models_failing",
    "not_judged_for",
)


def matrix_header(matrix: CaseMatrix) -> list[str]:
    """Return the names of the columns; each model has its own, named as it is."""
    return [*HEADER, *(model.version for model in matrix.models)]


def matrix_lines(at: AtRevision, matrix: CaseMatrix, asked: Asked) -> Iterator[list[Value]]:
    """Yield the cases that are asked for: pass, fail, unscored or not_evaluated under each model."""
    versions = [model.version for model in matrix.models]
    cases = CaseOrder(at.problem, at.revision, matrix, asked.show, asked.order)
    for case_ids in all_pieces(cases, ROWS):
        facts = case_facts(at, case_ids)
        for case_id in case_ids:
            if case_id not in facts:
                continue
            told, cells = facts[case_id], matrix.cells(case_id)
            left_out = [version for version, cell in zip(versions, cells, strict=True) if not cell.judged]
            yield [
                at.problem.slug,
                at.revision,
                told.first.case.key,
                told.first.example.content,
                told.n_patterns,
                "; ".join(map(_source, told.sources)),
                sum(cell.outcome == "fail" for cell in cells),
                "; ".join(left_out),
                *(str(cell.outcome) for cell in cells),
            ]


def _source(source: CaseSource) -> str:
    return f"{source.kind}:{source.version}" if source.version else source.kind
