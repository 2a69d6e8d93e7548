"""What would change if a model went live now, as far as the stored verdicts tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.priority import RemainingImpact
from evaluation.status import Activation
from evaluation.types import Verdict
from tracker.board.pages.evidence import ProjectEvidence, project_evidence
from tracker.candidates.models import CandidateModel, Stage
from tracker.problems.models import Problem, Status
from tracker.projects.models import Project
from tracker.triage.remaining_impact import remaining_impacts_of
from tracker.triage.status_facts import StatusFacts, status_facts

KINDS = ("regressed", "fixed", "other", "unknown")
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
class PreviewGroup:
    """Problems that would be `fixed`, `regressed` or change in an `other` way; `unknown`: nothing can be told."""

    kind: str
    rows: list[PreviewRow]


@dataclass(frozen=True, slots=True)
class ActivationPreview:
    model: CandidateModel
    active: CandidateModel | None
    groups: list[PreviewGroup]
    sentence: str
    n_stale: int
    """Problems that the model is not evaluated on yet: what stands there stays until it is."""
    impact_now: RemainingImpact | None
    impact_then: RemainingImpact | None


def activation_preview(project: Project, model: CandidateModel) -> ActivationPreview:
    evidence = project_evidence(project)
    problems = evidence.problems
    facts = status_facts(project, [problem.pk for problem in problems])
    rows = [_row(problem, facts[problem.pk], evidence, model) for problem in problems]
    now, then = _impacts(evidence, model)
    groups = [PreviewGroup(kind, [row for row in rows if _kind(row) == kind]) for kind in KINDS]
    return ActivationPreview(
        model=model,
        active=evidence.active,
        groups=[group for group in groups if group.rows],
        sentence=_sentence(model, {group.kind: len(group.rows) for group in groups}, len(rows)),
        n_stale=sum(row.verdict_then is None and row.problem.revision > 0 for row in rows),
        impact_now=now,
        impact_then=then,
    )


def _kind(row: PreviewRow) -> str:
    if row.changes:
        return {Status.REGRESSED.value: "regressed", Status.FIXED.value: "fixed"}.get(row.then, "other")
    decided = row.verdict_then in {Verdict.FIXED.value, Verdict.FAILING.value}
    return "same" if decided or row.problem.revision == 0 else "unknown"


def _sentence(model: CandidateModel, counts: Mapping[str, int], n: int) -> str:
    """Return what would happen, counted, in one sentence."""
    fixed, regressed, other, unknown = (counts[kind] for kind in ("fixed", "regressed", "other", "unknown"))
    same = n - fixed - regressed - other - unknown
    parts = [
        ngettext("%(n)s problem would be fixed", "%(n)s problems would be fixed", fixed) % {"n": fixed},
        ngettext("%(n)s would regress", "%(n)s would regress", regressed) % {"n": regressed},
        *(
            [ngettext("%(n)s would change otherwise", "%(n)s would change otherwise", other) % {"n": other}]
            if other
            else []
        ),
        ngettext("%(n)s stays unknown", "%(n)s stay unknown", unknown) % {"n": unknown},
        ngettext("%(n)s stays as it is", "%(n)s stay as they are", same) % {"n": same},
    ]
    return _("With %(version)s active, %(what)s.") % {"version": model.version, "what": ", ".join(parts)}


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
