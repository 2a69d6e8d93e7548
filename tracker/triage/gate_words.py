"""Why a gate does not pass, in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.comparison import Flips
from evaluation.gate import ReasonKind
from evaluation.verdicts import Judgement
from tracker.candidates.models import CandidateModel
from tracker.runs.unheard import Unheard
from tracker.triage.verdict_sentences import settling_words


def reason_words(
    kind: ReasonKind,
    *,
    model: CandidateModel,
    active: CandidateModel | None,
    unheard: Sequence[Unheard],
    n_cases: int,
    judgement: Judgement | None,
    flips: Flips | None,
) -> str:
    """Return one sentence; the problem that it is about is named beside it.

    `n_cases` cases are named with it, `judgement` is the model's on the problem, `flips` are those that were tested,
    `unheard` the volatile models of which it is not known what they say now.
    """
    if kind == ReasonKind.NOT_ASKED_AGAIN:
        return " ".join(_unheard(each) for each in unheard)
    facts = {
        "model": model.version,
        "active": active.version if active else "",
        "n": n_cases,
        "settles": settling_words(judgement) if judgement else _("it has no test patterns"),
        "better": _newly_pass(flips.newly_passing if flips else 0),
    }
    return _text(kind, n_cases) % facts


def _text(kind: ReasonKind, n_cases: int) -> str:
    if kind == ReasonKind.WORSE:
        return ngettext(
            "%(model)s is significantly worse than the active %(active)s: of the unselected cases %(n)s newly "
            "fails, %(better)s.",
            "%(model)s is significantly worse than the active %(active)s: of the unselected cases %(n)s newly "
            "fail, %(better)s.",
            n_cases,
        )
    if kind == ReasonKind.UNSCORED and n_cases:
        return ngettext(
            "%(model)s is unscored on %(n)s case, so that it cannot be told whether it is worse.",
            "%(model)s is unscored on %(n)s cases, so that it cannot be told whether it is worse.",
            n_cases,
        )
    return {
        ReasonKind.PROTECTED_FAILING: _("It is fixed and would come back with %(model)s: %(settles)s."),
        ReasonKind.PROTECTED_NOT_FIXED: _(
            "It is fixed, and not proven to stay so with %(model)s: %(settles)s."
        ),
        ReasonKind.NOT_EVALUATED: _("Not everything that is known now has been evaluated on it."),
        ReasonKind.UNSCORED: _("It is fixed, and %(model)s is unscored on it: %(settles)s."),
        ReasonKind.ARCHIVED: _("%(model)s is archived: nothing is asked of it, and it cannot go live."),
        ReasonKind.NO_ACTIVE_MODEL: _("No model is active, so there is nothing to compare %(model)s with."),
        ReasonKind.IS_ACTIVE: _(
            "%(model)s is the active model itself, so there is nothing to compare it with."
        ),
        ReasonKind.NOTHING_TO_COMPARE: _(
            "There is no unselected case that both %(model)s and the active %(active)s are scored on."
        ),
    }[kind]


def _unheard(unheard: Unheard) -> str:
    n = unheard.n_older
    if n is None:
        text = _(
            "%(model)s: volatile, and not asked again to the end, so that what it says now is not known."
        )
    else:
        text = ngettext(
            "%(model)s: volatile, and when it was last asked %(n)s answer did not come: an older one stands, so that "
            "what it says now is not known.",
            "%(model)s: volatile, and when it was last asked %(n)s answers did not come: older ones stand, so that "
            "what it says now is not known.",
            n,
        )
    return text % {"model": unheard.model.version, "n": n}


def _newly_pass(n: int) -> str:
    return ngettext("%(n)s newly passes", "%(n)s newly pass", n) % {"n": n}
