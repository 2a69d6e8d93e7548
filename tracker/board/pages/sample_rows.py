"""Samples as pages tell of them: how far they are, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from evaluation.types import JSON
from tracker.board.expectation_words import expectation_words
from tracker.problems.models import Problem
from tracker.problems.sample_models import Decision, Sample, SampledInput, SampleOrigin, SampleStatus

SAMPLES_SHOWN = 5
PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One sample. `decided` of `drawn`; `to_add` are labelled and no test patterns yet."""

    sample: Sample
    title: str
    outcome: str
    origin: str
    drawn: int
    decided: int
    labelled: int
    to_add: int

    @property
    def is_open(self) -> bool:
        return self.sample.status == SampleStatus.OPEN

    @property
    def undecided(self) -> int:
        return self.drawn - self.decided


@dataclass(frozen=True, slots=True)
class InputRow:
    """A drawn input with what was decided of it. What any model says of it has no place here."""

    item: SampledInput
    input: JSON
    words: str


def sample_rows(problem: Problem) -> list[SampleRow]:
    """Return the newest samples of a problem; one query."""
    return [sample_row(sample) for sample in problem.samples.with_counts()[:SAMPLES_SHOWN]]


def sample_row(sample: Any) -> SampleRow:
    """Return one that was read `with_counts`."""
    return SampleRow(
        sample=sample,
        title=_("%(drawn)s of %(pool)s inputs with seed %(seed)s")
        % {"drawn": sample.n_drawn, "pool": sample.pool, "seed": sample.seed},
        outcome=", ".join(_outcome(sample)),
        origin=str(SampleOrigin(sample.origin).label),
        drawn=sample.n_drawn,
        decided=sample.n_drawn - sample.n_undecided,
        labelled=sample.n_labelled,
        to_add=sample.n_labelled - sample.n_added,
    )


def _outcome(sample: Any) -> Iterable[str]:
    yield _("%(n)s labelled") % {"n": sample.n_labelled}
    if sample.n_cannot_be_said:
        yield _("%(n)s cannot be said") % {"n": sample.n_cannot_be_said}
    if sample.n_not_this_problem:
        yield _("%(n)s not of this problem") % {"n": sample.n_not_this_problem}
    if sample.n_undecided:
        yield _("%(n)s not decided") % {"n": sample.n_undecided}


def input_page(sample: Sample, number: str | None) -> Page[SampledInput]:
    """Return a page of the drawn inputs, with `rows` in place of them; two queries."""
    items = sample.inputs.in_order().select_related("example")
    page = Paginator(items, PAGE_SIZE).get_page(number)
    rows = [InputRow(item, item.example.input, decision_words(item)) for item in page.object_list]
    page.object_list = rows  # type: ignore[assignment]
    return page


def decision_words(item: SampledInput) -> str:
    """Return what was decided of an input."""
    if item.decision == Decision.LABELLED:
        return expectation_words(item.expectation_fields)
    return str(Decision(item.decision).label)
