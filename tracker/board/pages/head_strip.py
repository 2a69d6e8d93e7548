"""The figures above the board: the active model, what impact remains, and what the best candidate would change."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.priority import RemainingImpact
from tracker.board.figures import count, figure, share
from tracker.board.pages.evidence import ProjectEvidence
from tracker.candidates.models import CandidateModel
from tracker.triage.overall import Overall, overall_of
from tracker.triage.remaining_impact import BestCandidate, best_candidate, remaining_impacts_of


@dataclass(frozen=True, slots=True)
class HeadStrip:
    active: CandidateModel | None
    overall: Overall | None
    impact: RemainingImpact | None
    best: BestCandidate | None
    best_sentence: str
    best_basis: str


def head_strip(evidence: ProjectEvidence) -> HeadStrip:
    active = evidence.active
    best = best_candidate(evidence.impact_facts) if active and len(evidence.models) > 1 else None
    return HeadStrip(
        active=active,
        overall=overall_of(evidence.of_model(active)) if active else None,
        impact=remaining_impacts_of(evidence.impact_facts, [active])[0] if active else None,
        best=best,
        best_sentence=best_sentence(best) if best else "",
        best_basis=best_basis(best) if best else "",
    )


def best_sentence(best: BestCandidate) -> str:
    """Return “would remove 38 % of the impact: 4 problems fixed, 1 regressed”, without the candidate's name."""
    changes = []
    if best.newly_fixed:
        n = len(best.newly_fixed)
        changes.append(ngettext("%(n)s problem fixed", "%(n)s problems fixed", n) % {"n": n})
    if best.regressed:
        changes.append(_("%(n)s regressed") % {"n": len(best.regressed)})
    told = ", ".join(changes) or _("no verdict changes")
    if best.cut is None:
        return _("leaves no impact, as the active model does: %(changes)s") % {"changes": told}
    if best.n_silent:
        return _sentence_at_worst(best.cut, told)
    if best.cut > 0:
        return _("would remove %(cut)s of the impact: %(changes)s") % {
            "cut": share(best.cut),
            "changes": told,
        }
    if best.cut == 0:
        return _("would change nothing in the impact: %(changes)s") % {"changes": told}
    return _("comes closest and would add %(cut)s to the impact: %(changes)s") % {
        "cut": share(-best.cut),
        "changes": told,
    }


def best_basis(best: BestCandidate) -> str:
    """Return what the sentence is counted over: not the cases that all models are scored on, as the list of models."""
    impacts = _("Remaining impact: %(before)s → %(after)s.") % {
        "before": figure(best.active_impact),
        "after": figure(best.candidate_impact),
    }
    summed = ngettext(
        "Summed over %(n)s problem, on the cases that %(active)s is scored on.",
        "Summed over %(n)s problems, on the cases that %(active)s is scored on.",
        best.n_problems,
    )
    parts = [impacts, summed % {"n": count(best.n_problems), "active": best.active}]
    if best.n_silent:
        n = best.n_silent
        silent = ngettext(
            "%(n)s of them that %(version)s is not scored on counts as failed.",
            "%(n)s of them that %(version)s is not scored on count as failed.",
            n,
        )
        parts.append(silent % {"n": count(n), "version": best.version})
    if best.n_left_out:
        n = best.n_left_out
        left_out = ngettext(
            "%(n)s problem is left out: unknown reach or harm, or no scored case.",
            "%(n)s problems are left out: unknown reach or harm, or no scored case.",
            n,
        )
        parts.append(left_out % {"n": count(n)})
    return " ".join(parts)


def _sentence_at_worst(cut: float, changes: str) -> str:
    """What it gives no answer to counts as failed, so that more may go, or less come."""
    told = {"cut": share(abs(cut)), "changes": changes}
    if cut > 0:
        return _("would remove at least %(cut)s of the impact: %(changes)s") % told
    return _("comes closest and might add up to %(cut)s to the impact: %(changes)s") % told
