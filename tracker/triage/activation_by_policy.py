"""Automatic activation: which model goes live by itself, if any.

A function of stored facts, asked anew whenever one may have changed: it never acts while an evaluation is under way or
anything is stale, and asking it twice does nothing twice. What a person decided is left alone: a model that was live
before is not put live again, and after an undo only models count that were registered since.
"""

from __future__ import annotations

from functools import partial

from django.db.models import Max

from evaluation.gate import GateVerdict
from tracker.candidates.models import CandidateModel, Stage
from tracker.projects.models import Project
from tracker.runs.models import Run
from tracker.runs.staleness import stale_models
from tracker.runs.unheard import unheard_models
from tracker.triage.activation import activate_as_policy
from tracker.triage.comparison import compare_models, comparison_facts
from tracker.triage.gate import GateOutcome, gate, passes_gate
from tracker.triage.remaining_impact import ImpactFacts, impact_change, ranked_candidates

SLACK = 1e-12
"""Shares are compared with so much of it: 10 % of 1.1 are 10 %."""


def activate_by_policy(project: Project) -> CandidateModel | None:
    """Put the best candidate live if the project's policy says so and the evidence allows it; return it."""
    # Asked without holding anything: mostly there is nothing to do. What was chosen is asked again while all is held.
    chosen = _choice(project)
    return None if chosen is None else activate_as_policy(project.pk, partial(_confirmed, chosen.version))


def _choice(project: Project) -> CandidateModel | None:
    """Return the candidate that cuts most of the remaining impact of those that may go live by themselves. What all
    gates rest on is read once.
    """
    eligible = _eligible_now(project)
    models = list(project.models.taking_part().in_model_order()) if eligible else []
    active = next((model for model in models if model.stage == Stage.ACTIVE), None)
    if active is None:
        return None
    given = comparison_facts(project, {model.pk for model in models})
    unheard = unheard_models(models)
    for found in ranked_candidates(ImpactFacts(given.problems, models, given.results)):
        model = eligible.get(found.version)
        if (
            model is not None
            and _cuts_enough(project, found.cut)
            and passes_gate(compare_models(project, active, model, given=given), unheard)
        ):
            return model
    return None


def _confirmed(version: str, project: Project) -> GateOutcome | None:
    """Return what the gate says of the chosen model if it may still go live."""
    model = _eligible_now(project).get(version)
    outcome = gate(project, model) if model is not None else None
    if outcome is None or outcome.comparison is None or outcome.verdict != GateVerdict.PASS:
        return None
    change = impact_change(outcome.comparison.facts, outcome.active, outcome.model)
    return outcome if _cuts_enough(project, change.cut) else None


def _eligible_now(project: Project) -> dict[str, CandidateModel]:
    """Return what may go live by itself now, by version: nothing by hand, or while anything is being evaluated."""
    eligible = eligible_models(project) if project.policy.is_automatic else {}
    return eligible if eligible and is_settled(project) else {}


def _cuts_enough(project: Project, cut: float | None) -> bool:
    return cut is not None and cut > 0 and cut >= project.policy.min_cut - SLACK


def eligible_models(project: Project) -> dict[str, CandidateModel]:
    """Return the candidates that the policy may put live, by version. A shadow is a person's to put live."""
    candidates = project.models.filter(stage=Stage.CANDIDATE, activations=None)
    undone = project.activations.aggregate(last=Max("undone_at"))["last"]
    if undone is not None:
        candidates = candidates.filter(registered_at__gt=undone)
    return {model.version: model for model in candidates}


def is_settled(project: Project) -> bool:
    """Return whether nothing is being evaluated or waits to be."""
    return not Run.objects.to_wait_for().filter(project=project).exists() and not stale_models(project)
