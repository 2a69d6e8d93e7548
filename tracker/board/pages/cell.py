"""One cell of the matrix: what a model said of a case, pattern by pattern, and how that was scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluation.types import JSON
from evaluation.types import Output as Answer
from tracker.board.expectation_words import expectation_words, output_words
from tracker.board.pages.case_facts import shown_key, sources_at
from tracker.board.pages.cell_words import SYMBOLS, cell_look, cell_words, outcome_word
from tracker.board.pages.matrix_links import Asked, Links
from tracker.board.pages.pattern_rows import source_words
from tracker.board.pages.score_bars import ScoreBars, score_bars
from tracker.board.revisions import AtRevision
from tracker.candidates.models import CandidateModel, Output
from tracker.problems.models import Case, CaseSource, SourceKind
from tracker.triage.case_matrix import CaseMatrix, Cell, Outcome, matrix_at
from tracker.triage.case_scores import CaseScore, PatternScore, case_score, trained_on_any


@dataclass(frozen=True, slots=True)
class Said:
    """What a model said of one input: in words, in full, or the error that came instead."""

    words: str
    text: str
    """The output's text in full, where it has one."""
    error: str
    tries: int


@dataclass(frozen=True, slots=True)
class CellPattern:
    input: JSON
    base: JSON
    expectation: str
    outcome: Outcome
    word: str
    symbol: str
    partial: float | None
    """The error, where it lies between 0 and 1."""
    said: Said | None
    base_said: Said | None
    scores: ScoreBars | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The same case under one of the models."""

    version: str
    url: str
    look: str
    words: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class CellPage:
    model: CandidateModel
    key: str
    sources: list[str]
    outcome: Outcome
    word: str
    symbol: str
    patterns: list[CellPattern]
    neighbours: list[Neighbour]
    judged: str
    """Whether the model is judged on the case, and why not."""
    is_judged: bool
    changed: str
    """Where what is recorded differs from what the model says now."""
    back_url: str


def cell_page(at: AtRevision, case_id: int, model: CandidateModel) -> CellPage | None:
    """Return a cell; None where the problem has no such case at the revision."""
    score = case_score(at.problem, case_id, at.revision, model)
    if score is None:
        return None
    case, sources = score.case, sources_at(at, [case_id])[case_id]
    matrix = matrix_at(at.problem, at.revision)
    cells = dict(zip((each.pk for each in matrix.models), matrix.cells(case.pk), strict=True))
    cell = cells.get(model.pk)
    outcome = cell.outcome if cell and cell.outcome != Outcome.NOT_EVALUATED else score.outcome
    links = Links(at, Asked.nothing())
    return CellPage(
        model=model,
        key=shown_key(case),
        sources=source_words(sources),
        outcome=outcome,
        word=outcome_word(outcome),
        symbol=SYMBOLS[outcome],
        patterns=[_pattern(each) for each in score.patterns],
        neighbours=_neighbours(links, matrix, case, model),
        judged=_judged(sources, score, cell, model),
        is_judged=cell is None or cell.judged,
        changed=_changed(cell, score),
        back_url=links.same(),
    )


def _neighbours(links: Links, matrix: CaseMatrix, case: Case, model: CandidateModel) -> list[Neighbour]:
    return [
        Neighbour(
            each.version,
            links.case(case.pk) + links.cell(each.version),
            cell_look(cell),
            cell_words(each.version, cell),
            each.pk == model.pk,
        )
        for each, cell in zip(matrix.models, matrix.cells(case.pk), strict=True)
    ]


def _pattern(score: PatternScore) -> CellPattern:
    pattern, answer = score.pattern, _answer(score.output)
    base_answer = _answer(score.base_output)
    fields = pattern.expectation_fields
    named = {
        label for label in [fields.get("label"), *_labels(fields.get("labels"))] if isinstance(label, str)
    }
    return CellPattern(
        input=pattern.example.input,
        base=pattern.base.input if pattern.base else None,
        expectation=expectation_words(fields),
        outcome=score.outcome,
        word=outcome_word(score.outcome),
        symbol=SYMBOLS[score.outcome],
        partial=score.error if score.error and score.error < 1 else None,
        said=said_of(score.output),
        base_said=said_of(score.base_output),
        scores=score_bars(
            answer.scores if answer else None,
            base_answer.scores if base_answer else None,
            said=answer.label if answer else None,
            named=named,
        ),
    )


def _labels(labels: JSON) -> list[JSON]:
    return labels if isinstance(labels, list) else []


def _answer(output: Output | None) -> Answer | None:
    return output.answer if output else None


def said_of(output: Output | None) -> Said | None:
    if output is None:
        return None
    answer = output.answer
    words = output_words(answer.to_json()) if answer else ""
    return Said(words, output.text or "", output.error or "", output.tries)


def _judged(sources: Sequence[CaseSource], score: CaseScore, cell: Cell | None, model: CandidateModel) -> str:
    """Return why the model is not judged on the case, or on what the verdict rests."""
    told = {"version": model.version}
    trained = trained_on_any(model, score.patterns)
    if trained:
        return _("Not judged for %(version)s: it says that it was trained on this input.") % told
    if cell is not None and not cell.judged:
        selected = {source.version for source in sources if source.kind == SourceKind.SELECTED_ON}
        if model.version in selected:
            return _("Not judged for %(version)s: the case was filed because %(version)s failed it.") % told
        return _(
            "Not judged: the case was filed because a model failed it, and the problem has enough cases "
            "that were not chosen so."
        )
    if cell is None or cell.outcome == Outcome.NOT_EVALUATED:
        return _("%(version)s is not evaluated on this revision, so no verdict rests on the case.") % told
    if not model.says_trained_on:
        return _("Judged. %(version)s has not said what it was trained on.") % told
    return _("Judged: its verdict rests on this case too.")


def _changed(cell: Cell | None, score: CaseScore) -> str:
    if cell is None or cell.outcome in {Outcome.NOT_EVALUATED, score.outcome}:
        return ""
    return _(
        "The result on record says “%(then)s”. What the model says now, shown below, comes to “%(now)s”: its "
        "output has changed since."
    ) % {"then": outcome_word(cell.outcome), "now": outcome_word(score.outcome)}
