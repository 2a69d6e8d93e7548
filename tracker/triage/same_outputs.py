"""Do two models say the same? Where their lineages tell nothing apart, this may."""

from __future__ import annotations

from enum import StrEnum

from tracker.candidates.models import CandidateModel, Output
from tracker.triage.moments import Answers


class SameOutputs(StrEnum):
    """Of the examples that both answered: `same` where every answer is; not known where there is no such example."""

    SAME = "same"
    DIFFERENT = "different"
    NOT_KNOWN = "not_known"


def outputs_now(base: CandidateModel, head: CandidateModel) -> SameOutputs:
    """Compare what two models say now, of whatever example; they may be one. Two queries at most."""
    if base.pk != head.pk and Output.objects.answered_otherwise(by=head.pk, than=base.pk).exists():
        return SameOutputs.DIFFERENT
    both = Output.objects.answered_too(by=head.pk, than=base.pk)
    return SameOutputs.SAME if both.exists() else SameOutputs.NOT_KNOWN


def outputs_between(then: Answers, now: Answers) -> SameOutputs:
    """Compare answers that were read."""
    both = then.keys() & now.keys()
    if any(then[example] != now[example] for example in both):
        return SameOutputs.DIFFERENT
    return SameOutputs.SAME if both else SameOutputs.NOT_KNOWN
