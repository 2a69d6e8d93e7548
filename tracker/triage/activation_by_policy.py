"""Automatic activation: which model goes live by itself, if any.

A function of stored facts, asked anew whenever one may have changed: it never acts while an evaluation is under way or
anything is stale, and asking it twice does nothing twice. What a person decided is left alone: a model that was live
before is not put live again, and after an undo only models count that were registered since.
"""

from __future__ import annotations

from django.db.models import Max

from tracker.candidates.models import CandidateModel, Stage
from tracker.projects.models import Project
from tracker.runs.models import Run
from tracker.runs.staleness import stale_models
from tracker.triage.activation import activate_as_policy
from tracker.triage.gate import gate
from tracker.triage.remaining_impact import impact_facts, ranked_candidates

SLACK = 1e-12
"""Shares are compared with so much of it: 10 % of 1.1 are 10 %."""


def activate_by_policy(project: Project) -> CandidateModel | None:
    """Put the best candidate live if the project's policy says so and the evidence allows it; return it."""
    # Asked without holding anything first: mostly there is nothing to do.
    return activate_as_policy(project.pk, _choice) if _choice(project) is not None else None


def _choice(project: Project) -> CandidateModel | None:
    """Return the candidate that cuts most of the remaining impact of those that may go live by themselves."""
    policy = project.policy
    if not policy.is_automatic:
        return None
    eligible = eligible_models(project)
    if not eligible or not is_settled(project):
        return None
    for found in ranked_candidates(impact_facts(project)):
        model = eligible.get(found.version)
        if model is None or not found.cut or found.cut < max(0.0, policy.min_cut - SLACK):
            continue
        if gate(project, model).verdict == "pass":
            return model
    return None


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
