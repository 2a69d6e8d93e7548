"""A verdict in sentences: what stands, what would settle it, and what all models together say."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.finding import Finding, JudgedModel
from evaluation.history import ModelRange
from evaluation.types import Verdict
from evaluation.verdicts import Judgement


def finding_sentence(finding: Finding, *, any_model: bool) -> str:
    """Return the sentence under the regression chart; `any_model`: whether the project has one to evaluate."""
    if finding.fixed_by is None and finding.not_fixed_by is None:
        return _("No model is evaluated on this yet.") if any_model else _("There is no model yet.")
    parts = [
        _fixed_sentence(finding.fixed_by) if finding.fixed_by else "",
        _not_fixed_sentence(finding.not_fixed_by) if finding.not_fixed_by else "",
        _introduced_sentence(finding.introduced_in, undecided_between=finding.undecided_between),
    ]
    return " ".join(part for part in parts if part)


def settling_words(judgement: Judgement) -> str:
    """Return what stands and what would settle it: one or two clauses without a full stop."""
    if judgement.verdict == Verdict.UNSCORED:
        return _unscored_words(judgement)
    stands, settles = _standing_words(judgement), _needed_words(judgement)
    if judgement.verdict == Verdict.FIXED:
        return _("%(stands)s, few enough") % {"stands": stands} if judgement.n_failed else stands
    return _("%(stands)s; %(settles)s") % {"stands": stands, "settles": settles}


def judged_words(*, n_judged: int, n_scored: int, n_failed: int) -> str:
    """Return “0 of 24 judged cases fail, 2 unscored”."""
    n, unscored = n_scored, n_judged - n_scored
    if not n:
        text = ngettext("none of %(n)s judged case scored", "none of %(n)s judged cases scored", unscored)
        return text % {"n": unscored}
    cases = ngettext("%(n)s judged case", "%(n)s judged cases", n) % {"n": n}
    text = _fails(n_failed, cases)
    if not unscored:
        return text
    return _("%(text)s, %(unscored)s unscored") % {"text": text, "unscored": unscored}


def _fails(n_failed: int, of: str) -> str:
    told = {"failed": n_failed, "of": of}
    return ngettext("%(failed)s of %(of)s fails", "%(failed)s of %(of)s fail", n_failed) % told


def _standing_words(judgement: Judgement) -> str:
    n = judgement.n_scored
    if judgement.n_failed:
        stands = _fails(judgement.n_failed, str(n))
    elif n == 1:
        stands = _("the only one passes")
    else:
        stands = ngettext("all %(n)s pass", "all %(n)s pass", n) % {"n": n}
    unscored = judgement.n_judged - n
    if not unscored:
        return stands
    return ngettext(
        "%(stands)s where scored, %(n)s is unscored", "%(stands)s where scored, %(n)s are unscored", unscored
    ) % {"stands": stands, "n": unscored}


def _needed_words(judgement: Judgement) -> str:
    if judgement.verdict == Verdict.FAILING:
        return _allowed_words(judgement)
    unscored = judgement.n_judged - judgement.n_scored
    if not unscored:
        missing = judgement.clean_cases_missing or 0
        return _would_prove(_more_cases(missing), missing, judgement)
    answers = ngettext("an answer that passes", "answers that pass", unscored)
    missing = judgement.clean_cases_missing_if_answered or 0
    if missing:
        answers = _("%(answers)s and %(cases)s") % {"answers": answers, "cases": _more_cases(missing)}
    return _would_prove(answers, unscored + missing, judgement)


def _allowed_words(judgement: Judgement) -> str:
    if not judgement.inference:
        return _("every case must pass")
    allowed = judgement.failures_allowed
    if allowed is None:
        return _("too few cases to prove a fix yet")
    if not allowed:
        return _("none may")
    return ngettext("at most %(n)s may", "at most %(n)s may", allowed) % {"n": allowed}


def _unscored_words(judgement: Judgement) -> str:
    n = judgement.n_judged
    if n == 1:
        return _("the only judged case could not be scored; answers are needed first")
    if n:
        return ngettext(
            "none of the %(n)s judged cases could be scored; answers are needed first",
            "none of the %(n)s judged cases could be scored; answers are needed first",
            n,
        ) % {"n": n}
    missing = judgement.clean_cases_missing_if_answered or 0
    cases = ngettext("%(n)s clean case that passes", "%(n)s clean cases that pass", missing) % {"n": missing}
    return _("no clean case to judge by; %(settles)s") % {"settles": _would_prove(cases, missing, judgement)}


def _more_cases(n: int) -> str:
    return ngettext("%(n)s more clean case", "%(n)s more clean cases", n) % {"n": n}


def _would_prove(what: str, n: int, judgement: Judgement) -> str:
    """Return “… would prove it”; all cases passing settle it, and prove nothing, where no inference is claimed."""
    if judgement.inference:
        return ngettext("%(what)s would prove it", "%(what)s would prove it", n) % {"what": what}
    return ngettext("%(what)s would settle it", "%(what)s would settle it", n) % {"what": what}


def _fixed_sentence(model: JudgedModel) -> str:
    judgement = model.judgement
    if judgement is None:
        return ""
    n = judgement.n_judged
    judged = judged_words(n_judged=n, n_scored=judgement.n_scored, n_failed=judgement.n_failed)
    told = {"version": model.version, "judged": judged, "n": n}
    if judgement.inference:
        if model.is_active:
            return _("Fixed by the active %(version)s (%(judged)s).") % told
        return _("Fixed by %(version)s (%(judged)s).") % told
    if model.is_active:
        text = ngettext(
            "The one case passes with the active %(version)s.",
            "All %(n)s cases pass with the active %(version)s.",
            n,
        )
    else:
        text = ngettext(
            "The one case passes with %(version)s.",
            "All %(n)s cases pass with %(version)s.",
            n,
        )
    return text % told


def _not_fixed_sentence(model: JudgedModel) -> str:
    name = _("The active %(version)s") % {"version": model.version} if model.is_active else model.version
    judgement = model.judgement
    if judgement is None:
        return _("%(name)s is not evaluated on this yet.") % {"name": name}
    told = {"name": name, "failed": judgement.n_failed, "n": judgement.n_scored}
    if judgement.verdict == Verdict.FAILING:
        return _("%(name)s fails %(failed)s of %(n)s.") % told
    told["settles"] = settling_words(judgement)
    if judgement.verdict == Verdict.UNSCORED:
        return _("%(name)s is unscored: %(settles)s.") % told
    return _("%(name)s is inconclusive: %(settles)s.") % told


def _introduced_sentence(introduced_in: ModelRange | None, *, undecided_between: bool) -> str:
    if introduced_in is None:
        return ""
    if introduced_in["after"] is None:
        return _("There since %(by)s, the first decided model.") % introduced_in
    if undecided_between:
        return _("Introduced after %(after)s, at the latest in %(by)s.") % introduced_in
    return _("Introduced in %(by)s.") % introduced_in
