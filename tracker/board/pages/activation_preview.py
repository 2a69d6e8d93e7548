"""What would change if a model went live now, as far as the stored verdicts tell."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils import timezone

from evaluation.priority import RemainingImpact
from evaluation.status import Activation
from tracker.board.pages.evidence import ProjectEvidence, project_evidence
from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import Problem, Status
from tracker.projects.models import Project
from tracker.triage.remaining_impact import remaining_impacts_of
from tracker.triage.status_facts import StatusFacts, status_facts

AFTER_ALL = 2**61
"""A sequence behind every activation that stands."""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One problem: its status now and then, its verdict under the active model and under the new one."""

    problem: Problem
    then: str
    verdict_now: str | None
    verdict_then: str | None

    @property
    def changes(self) -> bool:
        return self.problem.status != self.then


@dataclass(frozen=True, slots=True)
class ActivationPreview:
    model: CandidateModel
    active: CandidateModel | None
    changing: list[PreviewRow]
    n_same: int
    n_unknown: int
    """Problems that the model is not evaluated on yet: what stands there stays until it is."""
    impact_now: RemainingImpact | None
    impact_then: RemainingImpact | None


def activation_preview(project: Project, model: CandidateModel) -> ActivationPreview:
    evidence = project_evidence(project)
    problems = evidence.problems
    facts = status_facts(project, [problem.pk for problem in problems])
    rows = [_row(problem, facts[problem.pk], evidence, model) for problem in problems]
    now, then = _impacts(evidence, model)
    changing = [row for row in rows if row.changes]
    return ActivationPreview(
        model=model,
        active=evidence.active,
        changing=sorted(changing, key=lambda row: row.then != Status.REGRESSED),
        n_same=len(rows) - len(changing),
        n_unknown=sum(row.verdict_then is None and row.problem.revision > 0 for row in rows),
        impact_now=now,
        impact_then=then,
    )


def _row(
    problem: Problem, facts: StatusFacts, evidence: ProjectEvidence, model: CandidateModel
) -> PreviewRow:
    now, then = evidence.result(problem, evidence.active), evidence.result(problem, model)
    return PreviewRow(
        problem=problem,
        then=str(_if_active(facts, model, problem.revision).decide().status.value),
        verdict_now=now.verdict if now else None,
        verdict_then=then.verdict if then else None,
    )


def _if_active(facts: StatusFacts, model: CandidateModel, revision: int) -> StatusFacts:
    """Return the same facts with one more: this model went live, at this revision of the problem."""
    live = Activation(model=model.version, at=timezone.now(), sequence=AFTER_ALL, revision=revision)
    models = tuple(
        replace(each, stage="active" if each.version == model.version else "candidate")
        if each.version == model.version or each.stage == Stage.ACTIVE.value
        else each
        for each in facts.models
    )
    return replace(facts, activations=(*facts.activations, live), models=models)


def _impacts(
    evidence: ProjectEvidence, model: CandidateModel
) -> tuple[RemainingImpact | None, RemainingImpact | None]:
    facts = evidence.impact_facts
    if facts.active is None:
        return None, remaining_impacts_of(facts, [model])[0]
    now, then = remaining_impacts_of(facts, [facts.active, model])
    return now, then
