"""What activations rested on, from the evidence that is kept with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tracker.candidates.models import Activation
from tracker.problems.models import Problem
from tracker.projects.models import Project

KINDS = ("fixed", "regressed", "other", "unknown")


@dataclass(frozen=True, slots=True)
class KeptReason:
    """Why the gate did not pass then, in the words of then; no problem where it was about all of them, or is gone."""

    problem: Problem | None
    detail: str
    cases: list[str]
    n_cases: int
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class RestedOn:
    """`changes` names the problems by what the activation did to them; `n_revisions`: so many were compared."""

    gate: str
    reasons: list[KeptReason]
    changes: list[tuple[str, list[Problem]]]
    n_summed: int
    n_left_out: int
    n_revisions: int
    n_stale: int


def rested_on(project: Project, activations: Iterable[Activation]) -> dict[int, RestedOn]:
    """Return what is kept of these activations, by their ids; of a past that was told later nothing is. One query."""
    kept = {activation.pk: activation.evidence for activation in activations if "gate" in activation.evidence}
    slugs = {slug for evidence in kept.values() for slug in _slugs(evidence)}
    found = (
        Problem.objects.filter(project=project, slug__in=slugs).only("number", "title", "slug")
        if slugs
        else []
    )
    problems = {problem.slug: problem for problem in found}
    return {pk: _rested_on(evidence, problems) for pk, evidence in kept.items()}


def _slugs(evidence: Mapping[str, Any]) -> Iterable[str]:
    yield from (reason["problem"] for reason in evidence["gate"]["reasons"] if reason["problem"])
    for kind in KINDS:
        yield from evidence["problems"][kind]


def _rested_on(evidence: Mapping[str, Any], problems: Mapping[str, Problem]) -> RestedOn:
    titles = {
        "fixed": _("Fixed by it"),
        "regressed": _("Regressed with it"),
        "other": _("Changed otherwise"),
        "unknown": _("Stayed unknown"),
    }
    named = {
        kind: [problems[slug] for slug in evidence["problems"][kind] if slug in problems] for kind in KINDS
    }
    return RestedOn(
        gate=evidence["gate"]["verdict"],
        reasons=[
            KeptReason(problems.get(reason["problem"]), reason["detail"], reason["cases"], reason["n_cases"])
            for reason in evidence["gate"]["reasons"]
        ],
        changes=[(titles[kind], found) for kind, found in named.items() if found],
        n_summed=len(evidence["impact"]["problems"]),
        n_left_out=evidence["impact"]["n_left_out"],
        n_revisions=len(evidence["revisions"]),
        n_stale=evidence["n_stale"],
    )
