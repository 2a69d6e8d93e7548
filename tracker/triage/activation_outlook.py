"""What would change if a model went live now, as far as the stored results tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from evaluation.status import Activation
from evaluation.types import Verdict
from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import Problem, Status
from tracker.triage.gate import GateOutcome
from tracker.triage.remaining_impact import (
    ImpactChange,
    ImpactFacts,
    impact_change,
    impact_facts,
    summed_problems,
)
from tracker.triage.status_facts import StatusFacts, status_facts

AFTER_ALL = 2**61
"""A sequence behind every activation that stands."""


@dataclass(frozen=True, slots=True)
class OutlookRow:
    """One problem: its status now and then, its verdict under the active model and under the new one."""

    problem: Problem
    then: str
    verdict_now: str | None
    verdict_then: str | None

    @property
    def kind(self) -> str:
        """Return `fixed`, `regressed`, `other` (changes otherwise), `unknown` (nothing can be told) or `same`.

        A problem that is fixed and fails under it regresses, whatever its status is called then: it is no regression
        among statuses where it was closed by hand, or where an older model goes live again.
        """
        if self.problem.status != self.then:
            if self.problem.status == Status.FIXED.value and self.verdict_then == Verdict.FAILING.value:
                return "regressed"
            return {Status.REGRESSED.value: "regressed", Status.FIXED.value: "fixed"}.get(self.then, "other")
        decided = self.verdict_then in {Verdict.FIXED.value, Verdict.FAILING.value}
        return "same" if decided or self.problem.revision == 0 else "unknown"


@dataclass(frozen=True, slots=True)
class ActivationOutlook:
    """What the model would change: problem by problem, and in the remaining impact."""

    model: CandidateModel
    active: CandidateModel | None
    rows: Sequence[OutlookRow]
    impact: ImpactChange
    summed: Sequence[Problem]
    """The problems that the impacts are summed over."""

    def of_kind(self, kind: str) -> list[OutlookRow]:
        return [row for row in self.rows if row.kind == kind]

    @property
    def n_stale(self) -> int:
        """Problems that the model is not evaluated on yet: what stands there stays until it is."""
        return sum(row.verdict_then is None and row.problem.revision > 0 for row in self.rows)


def outlook_of(outcome: GateOutcome, *, undoes: bool = False) -> ActivationOutlook:
    """Return what would change beside what the gate says, from what that was read from; at most six queries, and three
    more where no model is active. `undoes`: it would be an undo.
    """
    project, model, comparison = outcome.project, outcome.model, outcome.comparison
    facts = comparison.facts if comparison is not None else impact_facts(project)
    statuses = status_facts(project, [problem.pk for problem in facts.problems])
    rows = [_row(problem, statuses[problem.pk], facts, model, undoes=undoes) for problem in facts.problems]
    return ActivationOutlook(
        model=model,
        active=facts.active,
        rows=rows,
        impact=impact_change(facts, facts.active, model),
        summed=summed_problems(facts, facts.active, model),
    )


def _row(
    problem: Problem, known: StatusFacts, facts: ImpactFacts, model: CandidateModel, *, undoes: bool
) -> OutlookRow:
    live = Activation(
        model=model.version,
        at=timezone.now(),
        sequence=AFTER_ALL,
        revision=problem.revision,
        undoes=undoes,
    )
    return OutlookRow(
        problem=problem,
        then=str(_with(known, live).decide().status.value),
        verdict_now=facts.verdict(problem, facts.active),
        verdict_then=facts.verdict(problem, model),
    )


def _with(facts: StatusFacts, live: Activation) -> StatusFacts:
    """Return the same facts with one more: this model went live."""
    models = tuple(
        replace(each, stage="active" if each.version == live.model else "candidate")
        if each.version == live.model or each.stage == Stage.ACTIVE.value
        else each
        for each in facts.models
    )
    return replace(facts, activations=(*facts.activations, live), models=models)
