"""What an activation rested on, as it is kept with it and told in the timeline."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from tracker.projects.rights import Actor
from tracker.triage.activation_outlook import ActivationOutlook
from tracker.triage.gate import GateOutcome

KINDS = ("fixed", "regressed", "other", "unknown")

Evidence = dict[str, Any]


def who(actor: Actor) -> Evidence:
    """Return who or what activated: a person, a token, or the tracker itself (by a command)."""
    kind = "token" if actor.token else "person" if actor.user else "tracker"
    return {"by": {"kind": kind, "name": actor.name}}


def by_policy(policy: Evidence) -> Evidence:
    return {"by": {"kind": "policy", "name": "policy", "policy": policy}}


def activation_evidence(outlook: ActivationOutlook, outcome: GateOutcome) -> Evidence:
    """Return the evidence at the moment of an activation: gate, impacts, what changes, on which revisions."""
    return {
        "former": outlook.active.version if outlook.active else None,
        "gate": _gate(outcome),
        "impact": impact_evidence(outlook) | {"problems": [problem.slug for problem in outlook.summed]},
        "problems": {kind: [row.problem.slug for row in outlook.of_kind(kind)] for kind in KINDS},
        "revisions": {row.problem.slug: row.problem.revision for row in outlook.rows if row.problem.revision},
        "n_stale": outlook.n_stale,
        "at": timezone.now().isoformat(),
    }


def told_of(evidence: Evidence) -> Evidence:
    """Return the part of it that stands in the timeline."""
    impact = {name: evidence["impact"][name] for name in ("former", "new", "cut", "n_silent")}
    problems = {kind: len(slugs) for kind, slugs in evidence["problems"].items()}
    return {
        "by": evidence["by"]["kind"],
        "gate": evidence["gate"]["verdict"],
        "impact": impact,
        "problems": problems,
    }


def impact_evidence(outlook: ActivationOutlook) -> Evidence:
    impact = outlook.impact
    return {
        "former": impact.before.total if impact.before else None,
        "new": impact.after.total,
        "cut": impact.cut,
        "n_silent": impact.n_silent,
        "n_left_out": impact.after.n_left_out,
    }


def _gate(outcome: GateOutcome) -> Evidence:
    return {
        "verdict": str(outcome.verdict),
        "reasons": [
            {
                "problem": reason.problem.slug if reason.problem else None,
                "kind": str(reason.kind),
                "detail": reason.detail,
                "cases": list(reason.cases),
                "n_cases": reason.n_cases,
            }
            for reason in outcome.reasons
        ],
    }
