"""Do two models say the same? Where their lineages tell nothing apart, this may."""

from __future__ import annotations

from enum import StrEnum

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
    """Compare what two models say now, of whatever example; they may be one. One query, read until an answer differs by
    more than rounding.
    """
    if base.pk == head.pk:
        return (
            SameOutputs.SAME
            if Output.objects.answers().filter(model=base).exists()
            else SameOutputs.NOT_KNOWN
        )
    names = [*OUTPUT_FIELDS, *(f"other_{name}" for name in OUTPUT_FIELDS)]
    pairs = Output.objects.answered_otherwise(by=head.pk, than=base.pk).values_list(*names)
    found = SameOutputs.NOT_KNOWN
    for row in pairs.iterator(chunk_size=CHUNK_ROWS):
        one, other = row[: len(OUTPUT_FIELDS)], row[len(OUTPUT_FIELDS) :]
        if one != other and not same_answer(read_answer(*one), read_answer(*other)):
            return SameOutputs.DIFFERENT
        found = SameOutputs.SAME
    return found


def outputs_between(then: Answers, now: Answers) -> SameOutputs:
    """Compare answers that were read."""
    both = then.keys() & now.keys()
    if any(not same_answer(then[example], now[example]) for example in both):
        return SameOutputs.DIFFERENT
    return SameOutputs.SAME if both else SameOutputs.NOT_KNOWN
