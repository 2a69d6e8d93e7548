"""Do two models say the same? Where their lineages tell nothing apart, this may."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import Exists

from tracker.candidates.models import CandidateModel, Output
from tracker.triage.moments import Answers


class SameOutputs(StrEnum):
    """Of the examples that both answered: `same` where every answer is; not known where there is no such example."""

    SAME = "same"
    DIFFERENT = "different"
    NOT_KNOWN = "not_known"


def outputs_now(base: CandidateModel, head: CandidateModel) -> SameOutputs:
    """Compare what two models say now, of whatever example; they may be one. One query."""
    if base.pk == head.pk:
        return (
            SameOutputs.SAME
            if Output.objects.answers().filter(model=base).exists()
            else SameOutputs.NOT_KNOWN
        )
    otherwise = Exists(Output.objects.answered_otherwise(by=head.pk, than=base.pk))
    both = Exists(Output.objects.answered_too(by=head.pk, than=base.pk))
    is_different, is_known = CandidateModel.objects.values_list(otherwise, both).get(pk=base.pk)
    if is_different:
        return SameOutputs.DIFFERENT
    return SameOutputs.SAME if is_known else SameOutputs.NOT_KNOWN


def outputs_between(then: Answers, now: Answers) -> SameOutputs:
    """Compare answers that were read."""
    both = then.keys() & now.keys()
    if any(then[example] != now[example] for example in both):
        return SameOutputs.DIFFERENT
    return SameOutputs.SAME if both else SameOutputs.NOT_KNOWN
