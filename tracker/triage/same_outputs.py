"""Do two models say the same? Where their lineages tell nothing apart, this may."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import Exists

from evaluation.drift import same_answer
from evaluation.types import OUTPUT_FIELDS
from tracker.candidates.models import CandidateModel, Output, read_answer
from tracker.projects.bulk_rows import CHUNK_ROWS
from tracker.triage.moments import Answers


class SameOutputs(StrEnum):
    """Of the examples that both answered: `same` where every answer is; not known where there is no such example."""

    SAME = "same"
    DIFFERENT = "different"
    NOT_KNOWN = "not_known"


def outputs_now(base: CandidateModel, head: CandidateModel) -> SameOutputs:
    """Compare what two models say now, of whatever example; they may be one. One query, and one more where some answer
    is not the same to the last digit.
    """
    if base.pk == head.pk:
        return (
            SameOutputs.SAME
            if Output.objects.answers().filter(model=base).exists()
            else SameOutputs.NOT_KNOWN
        )
    otherwise = Exists(Output.objects.answered_otherwise(by=head.pk, than=base.pk))
    both = Exists(Output.objects.answered_too(by=head.pk, than=base.pk))
    is_different, is_known = CandidateModel.objects.values_list(otherwise, both).get(pk=base.pk)
    if is_different and _differ(base, head):
        return SameOutputs.DIFFERENT
    return SameOutputs.SAME if is_known else SameOutputs.NOT_KNOWN


def outputs_between(then: Answers, now: Answers) -> SameOutputs:
    """Compare answers that were read."""
    both = then.keys() & now.keys()
    if any(not same_answer(then[example], now[example]) for example in both):
        return SameOutputs.DIFFERENT
    return SameOutputs.SAME if both else SameOutputs.NOT_KNOWN


def _differ(base: CandidateModel, head: CandidateModel) -> bool:
    """Return whether some answers differ by more than rounding; read until two do."""
    names = [*OUTPUT_FIELDS, *(f"other__{name}" for name in OUTPUT_FIELDS)]
    pairs = Output.objects.beside(by=head.pk, than=base.pk).values_list(*names)
    return any(
        one != other and not same_answer(read_answer(*one), read_answer(*other))
        for row in pairs.iterator(chunk_size=CHUNK_ROWS)
        for one, other in [(row[: len(OUTPUT_FIELDS)], row[len(OUTPUT_FIELDS) :])]
    )
