"""The numbers of the regression chart as rows of a file, a model a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tracker.board.csv_rows import Value
from tracker.board.pages.overlays import Overlay
from tracker.board.revisions import AtRevision
from tracker.runs.models import Result
from tracker.triage.history import ModelAtRevision

HEADER = (
    "problem", "revision", "model", "trained_at", "stage", "verdict",
    "n_judged", "n_judged_scored", "n_judged_failed", "judged_error", "judged_error_low", "judged_error_high",
    "n_cases", "n_scored", "n_failed", "error", "error_low", "error_high",
)  # fmt: skip
OVERLAID = ("verdict", "n_judged", "n_judged_failed", "judged_error")


def history_header(lines: Sequence[Overlay]) -> list[str]:
    """Return the names of the columns; each problem laid over has its own, such as `problem_12_verdict`."""
    return [*HEADER, *(f"problem_{line.problem.number}_{name}" for line in lines for name in OVERLAID)]


def history_rows(
    at: AtRevision, rows: Sequence[ModelAtRevision], lines: Sequence[Overlay]
) -> Iterator[list[Value]]:
    for row in rows:
        model, result = row.model, row.result
        trained = model.trained_at.isoformat() if model.trained_at else None
        yield [
            *(at.problem.slug, at.revision, model.version, trained, str(model.stage)),
            *(_numbers(result) if result else [None] * (len(HEADER) - 5)),
            *(value for line in lines for value in _overlaid(line.results.get(model.pk))),
        ]


def _numbers(result: Result) -> list[Value]:
    return [
        *(result.verdict, result.n_judged, result.n_judged_scored, result.n_judged_failed),
        *(result.judged_error, *_ends(result.judged_interval)),
        *(result.n_cases, result.n_scored, result.n_failed, result.error, *_ends(result.interval)),
    ]


def _ends(interval: list[float] | None) -> tuple[float | None, float | None]:
    return (interval[0], interval[1]) if interval else (None, None)


def _overlaid(result: Result | None) -> list[Value]:
    if result is None:
        return [None] * len(OVERLAID)
    return [result.verdict, result.n_judged, result.n_judged_failed, result.judged_error]
