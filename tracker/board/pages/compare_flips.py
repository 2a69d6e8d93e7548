"""The cases that flipped, with their inputs and what both models say: what people look at first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from evaluation.types import JSON
from tracker.board.csv_rows import Value
from tracker.board.expectation_words import expectation_words, output_words
from tracker.board.figures import plain
from tracker.board.pages.case_facts import shown_key
from tracker.board.pages.cell import Said, said_of
from tracker.board.pages.cell_words import SYMBOLS, outcome_word
from tracker.candidates.models import CandidateModel, Output
from tracker.problems.models import Pattern, Problem
from tracker.triage.case_matrix import Outcome
from tracker.triage.comparison import Comparison
from tracker.triage.flips import Direction, Flip, FlippedPattern, flips_between, flips_in
from tracker.triage.pattern_answers import Said as SaidThere

A_FEW = 6
A_PAGE = 20
FILE_ROWS = 500


@dataclass(frozen=True, slots=True)
class Side:
    """What one model says of a case."""

    model: CandidateModel
    said: Said | None
    detail: str
    """What the expectation reads besides: a score, what was said of the base."""
    outcome: Outcome
    word: str
    symbol: str


@dataclass(frozen=True, slots=True)
class FlipRow:
    """`n_more`: patterns of the case besides the one shown, which is one that makes it flip."""

    problem: Problem
    case_id: int
    key: str
    is_tested: bool
    input: JSON
    base: JSON
    expectation: str
    sides: tuple[Side, Side]
    n_more: int


@dataclass(frozen=True, slots=True)
class FlipGroup:
    """The cases that flipped one way: the first ones, or a page of them."""

    kind: str
    title: str
    total: int
    rows: list[FlipRow]
    page: Page[int] | None

    @property
    def has_more(self) -> bool:
        return self.page is None and self.total > len(self.rows)


def flip_groups(comparison: Comparison, show: str, page: str) -> list[FlipGroup]:
    """Return the first cases of both directions, newly failing first; or a page of the one that is asked for.

    Two queries, whatever there is.
    """
    if show == "newly_failing":
        return [_paged(comparison, "newly_failing", page)]
    if show == "newly_passing":
        return [_paged(comparison, "newly_passing", page)]
    found = flips_between(comparison, limit=A_FEW)
    return [
        FlipGroup(
            kind, _title(kind), _total(comparison, kind), [_row(comparison, flip) for flip in flips], None
        )
        for kind, flips in found.items()
    ]


def _paged(comparison: Comparison, kind: Direction, number: str) -> FlipGroup:
    total = _total(comparison, kind)
    page = Paginator(range(total), A_PAGE).get_page(number)
    start = max(page.start_index() - 1, 0)
    flips = flips_in(comparison, kind, start=start, limit=A_PAGE)
    return FlipGroup(kind, _title(kind), total, [_row(comparison, flip) for flip in flips], page)


def _title(kind: str) -> str:
    return _("Newly failing") if kind == "newly_failing" else _("Newly passing")


def _total(comparison: Comparison, kind: str) -> int:
    return comparison.n_newly_failing if kind == "newly_failing" else comparison.n_newly_passing


def _row(comparison: Comparison, flip: Flip) -> FlipRow:
    first: FlippedPattern = flip.patterns[0]
    pattern, fields = first.pattern, first.pattern.expectation_fields
    return FlipRow(
        problem=flip.problem,
        case_id=flip.case.pk,
        key=_key_to_show(flip, pattern),
        is_tested=flip.unselected,
        input=pattern.example.input,
        base=pattern.base.input if pattern.base else None,
        expectation=expectation_words(fields),
        sides=(_side(comparison.base, first.base, fields), _side(comparison.head, first.head, fields)),
        n_more=flip.n_patterns - 1,
    )


def _key_to_show(flip: Flip, pattern: Pattern) -> str:
    """Return the key that somebody gave the case; empty where it only says the input again that stands beside it."""
    key = shown_key(flip.case)
    return "" if key in (pattern.example.input, pattern.base.input if pattern.base else None) else key


def _side(model: CandidateModel, said: SaidThere, fields: Mapping[str, Any]) -> Side:
    outcome = Outcome.UNSCORED if said.error is None else Outcome.FAIL if said.error > 0 else Outcome.PASS
    return Side(
        model, said_of(said.output), _detail(said, fields), outcome, outcome_word(outcome), SYMBOLS[outcome]
    )


def _detail(said: SaidThere, fields: Mapping[str, Any]) -> str:
    """Return “score 0.61, of the base 0.72”, or what was said of the base; empty where the label is all there is."""
    scores, base_scores = (
        (output.answer.scores or {}) if output is not None and output.answer is not None else {}
        for output in (said.output, said.base_output)
    )
    label = str(fields.get("label"))
    if fields.get("type") in {"score", "directional"} and label in scores:
        told = {"score": plain(scores[label]), "base": plain(base_scores.get(label))}
        return (_("score %(score)s, of the base %(base)s") if told["base"] else _("score %(score)s")) % told
    base = _answer_words(said.base_output)
    return _("of the base: %(answer)s") % {"answer": base} if base else ""


FLIPS_HEADER = (
    "direction",
    "problem",
    "case",
    "input",
    "expectation",
    "base_output",
    "head_output",
    "tested",
)


def flip_lines(comparison: Comparison) -> Iterator[Sequence[Value]]:
    """Yield a line per case that flipped, newly failing first, read piece by piece."""
    directions: tuple[Direction, Direction] = ("newly_failing", "newly_passing")
    for kind in directions:
        for start in range(0, _total(comparison, kind), FILE_ROWS):
            for flip in flips_in(comparison, kind, start=start, limit=FILE_ROWS):
                first = flip.patterns[0]
                yield (
                    kind, flip.problem.slug, flip.case.key, first.pattern.example.content, first.pattern.expectation,
                    _answer_words(first.base.output), _answer_words(first.head.output),
                    "yes" if flip.unselected else "no",
                )  # fmt: skip


def _answer_words(output: Output | None) -> str:
    answer = output.answer if output else None
    return output_words(answer.to_json()) if answer else ""
