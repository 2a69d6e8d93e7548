"""The words of pages for whether a model's answers stay."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.drift import Stability
from tracker.board.figures import count
from tracker.candidates.models import CandidateModel
from tracker.runs.stability_models import StabilityCheck
from tracker.triage.stability_words import p_words

SYMBOLS = {
    Stability.STEADY: "fixed",
    Stability.FLAKY: "inconclusive",
    Stability.CHANGED: "failing",
    Stability.UNSETTLED: "unscored",
    Stability.UNKNOWN: "unscored",
}
"""A check is drawn by the shape of a verdict."""


def stability_word(stability: str) -> str:
    words = {
        Stability.STEADY: _("as before"),
        Stability.FLAKY: _("varies"),
        Stability.CHANGED: _("changed"),
        Stability.UNSETTLED: _("too few to tell"),
        Stability.UNKNOWN: _("not known"),
    }
    return words[Stability(stability)]


def stability_sentence(check: StabilityCheck, model: CandidateModel) -> str:
    """Return what the newest check says of the model, in a sentence."""
    told = {"changed": count(check.n_changed), "asked": count(check.n_asked)}
    if check.stability == Stability.UNKNOWN:
        return _unknown_words(check)
    if model.frozen:
        return _of_frozen(check) % told
    words = {
        Stability.STEADY: _("It answers as before."),
        Stability.FLAKY: _(
            "Its answers vary from one time to the next, and nothing says that it has changed."
        ),
        Stability.CHANGED: _(
            "It has changed under the same version: asked again, it kept to %(new)s of %(repeated)s new answers, where "
            "chance would make it half."
        ),
        Stability.UNSETTLED: _(
            "%(changed)s of %(asked)s answers changed in the last run: too few to tell whether it has changed or "
            "varies."
        ),
    }
    told |= {
        "new": count(check.n_nearer_new),
        "repeated": count(check.n_nearer_new + check.n_nearer_former),
    }
    text = words[Stability(check.stability)] % told
    varies_too = check.stability == Stability.CHANGED and (check.n_nearer_former or check.n_differing)
    return f"{text} {_('Besides, its answers vary.')}" if varies_too else text


def _of_frozen(check: StabilityCheck) -> str:
    """Any other answer breaks the promise; whether the model was exchanged or varies is another question."""
    if check.stability == Stability.STEADY:
        return ngettext(
            "Frozen, and so it answers: %(asked)s known input was repeated in the last run that asked, with the "
            "same answer.",
            "Frozen, and so it answers: %(asked)s known inputs were repeated in the last run that asked, with the "
            "same answers.",
            check.n_asked,
        )
    if check.stability == Stability.CHANGED:
        return ngettext(
            "Said to be frozen, but it answers %(changed)s of %(asked)s repeated input otherwise, and keeps to that. "
            "What is stored stays; register what answers now as a new version.",
            "Said to be frozen, but it answers %(changed)s of %(asked)s repeated inputs otherwise, and keeps to that. "
            "What is stored stays; register what answers now as a new version.",
            check.n_asked,
        )
    if check.stability == Stability.FLAKY:
        return ngettext(
            "Said to be frozen, but its answers vary: it answers %(changed)s of %(asked)s repeated input otherwise, "
            "and not so each time. What is stored stays; register it anew as volatile.",
            "Said to be frozen, but its answers vary: it answers %(changed)s of %(asked)s repeated inputs otherwise, "
            "and not all of them so each time. What is stored stays; register it anew as volatile.",
            check.n_asked,
        )
    return ngettext(
        "Said to be frozen, but it answers %(changed)s of %(asked)s repeated input otherwise: too few to tell whether "
        "it has changed or varies. What is stored stays; the next run repeats others.",
        "Said to be frozen, but it answers %(changed)s of %(asked)s repeated inputs otherwise: too few to tell whether "
        "it has changed or varies. What is stored stays; the next run repeats others.",
        check.n_asked,
    )


def _unknown_words(check: StabilityCheck) -> str:
    text = ngettext(
        "Whether its answers stay is not known: in the last run that asked, %(missing)s input that was to be asked "
        "again was not answered. Evaluate it again once its server answers.",
        "Whether its answers stay is not known: in the last run that asked, %(missing)s inputs that were to be asked "
        "again were not answered. Evaluate it again once its server answers.",
        check.n_missing,
    )
    return text % {"missing": count(check.n_missing)}


def stability_lead(check: StabilityCheck | None, model: CandidateModel) -> str:
    """Return how a change was told from chance, with the figures."""
    if check is None or not check.n_changed:
        return ""
    repeated = check.n_nearer_new + check.n_nearer_former
    told = {
        "new": count(check.n_nearer_new),
        "repeated": count(repeated),
        "p": p_words(check.p_value),
        "word": stability_word(check.stability),
    }
    if model.frozen:
        return _frozen_lead(check)
    if not repeated:
        return _("None of them could be asked a second time, so a change cannot be told from chance.")
    return (
        _(
            "Asked a second time within the run, %(new)s of %(repeated)s were nearer to the new answer than to the "
            "former one. By chance alone it would be half of them (%(p)s): %(word)s."
        )
        % told
    )


def _frozen_lead(check: StabilityCheck) -> str:
    told = {
        "kept": count(check.n_kept),
        "changed": count(check.n_changed),
        "p": p_words(check.p_value),
        "word": stability_word(check.stability),
    }
    text = ngettext(
        "Asked again up to %(times)s time each, %(kept)s of %(changed)s kept to the new answer (%(p)s): %(word)s.",
        "Asked again up to %(times)s times each, %(kept)s of %(changed)s kept to the new answer (%(p)s): %(word)s.",
        check.n_times,
    )
    return text % (told | {"times": count(check.n_times)})
