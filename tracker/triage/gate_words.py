"""Why a gate does not pass, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.gate import ReasonKind
from tracker.candidates.models import CandidateModel


def reason_words(
    kind: ReasonKind, *, model: CandidateModel, active: CandidateModel | None, n_cases: int
) -> str:
    """Return one sentence; the problem that it is about is named beside it."""
    facts = {"model": model.version, "active": active.version if active else "", "n": n_cases}
    match kind:
        case ReasonKind.PROTECTED_FAILING:
            text = ngettext(
                "It is fixed and would come back: %(model)s is failing, on %(n)s judged case.",
                "It is fixed and would come back: %(model)s is failing, on %(n)s judged cases.",
                n_cases,
            )
        case ReasonKind.WORSE:
            text = ngettext(
                "%(model)s is significantly worse than the active %(active)s: %(n)s unselected case newly fails.",
                "%(model)s is significantly worse than the active %(active)s: %(n)s unselected cases newly fail.",
                n_cases,
            )
        case ReasonKind.PROTECTED_NOT_FIXED:
            text = _("It is fixed, and the cases do not prove that it stays so under %(model)s.")
        case ReasonKind.NOT_EVALUATED:
            text = _("Not everything that is known now has been evaluated on it.")
        case ReasonKind.UNSCORED:
            text = ngettext(
                "%(model)s could not be scored on %(n)s case, so that it cannot be told whether it is worse.",
                "%(model)s could not be scored on %(n)s cases, so that it cannot be told whether it is worse.",
                n_cases,
            )
        case ReasonKind.NO_ACTIVE_MODEL:
            text = _("No model is active, so there is nothing to compare %(model)s with.")
        case ReasonKind.IS_ACTIVE:
            text = _("%(model)s is the active model itself, so there is nothing to compare it with.")
        case ReasonKind.NOTHING_TO_COMPARE:
            text = _(
                "There is no unselected case that both %(model)s and the active %(active)s are scored on."
            )
    return text % facts
