"""The figures above the board: the active model, what impact remains, and what the best candidate would change."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.priority import RemainingImpact
from tracker.board.figures import share
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


def head_strip(evidence: ProjectEvidence) -> HeadStrip:
    active = evidence.active
    best = best_candidate(evidence.impact_facts) if active and len(evidence.models) > 1 else None
    return HeadStrip(
        active=active,
        overall=overall_of(evidence.of_model(active)) if active else None,
        impact=remaining_impacts_of(evidence.impact_facts, [active])[0] if active else None,
        best=best,
        best_sentence=best_sentence(best) if best else "",
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


def _sentence_at_worst(cut: float, changes: str) -> str:
    """What it gives no answer to counts as failed, so that more may go, or less come."""
    told = {"cut": share(abs(cut)), "changes": changes}
    if cut > 0:
        return _("would remove at least %(cut)s of the impact: %(changes)s") % told
    return _("comes closest and might add up to %(cut)s to the impact: %(changes)s") % told
