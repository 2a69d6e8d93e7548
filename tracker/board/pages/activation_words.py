"""What an activation rested on, in words: on the timeline of a model, and before it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.board.figures import figure, share
from tracker.board.moments import day
from tracker.triage.activation import NO_MODEL


def impact_words(former: float | None, new: float | None, cut: float | None, n_silent: int = 0) -> str:
    """Return “the remaining impact falls by 41 % (12.3 → 7.2)”; empty where it cannot be said.

    With silent cases, which count as failed, it is what can be said at worst.
    """
    if former is None or new is None:
        return ""
    if n_silent:
        return _words_at_worst(former, new, cut, n_silent)
    told = {"former": figure(former), "new": figure(new)}
    if cut is None:
        return _("the remaining impact goes from %(former)s to %(new)s") % told
    if cut > 0:
        return _("the remaining impact falls by %(cut)s (%(former)s → %(new)s)") % {**told, "cut": share(cut)}
    if cut < 0:
        return _("the remaining impact rises by %(cut)s (%(former)s → %(new)s)") % {
            **told,
            "cut": share(-cut),
        }
    return _("the remaining impact stays as it is (%(former)s)") % told


def _words_at_worst(former: float, new: float, cut: float | None, n_silent: int) -> str:
    told = {"former": figure(former), "new": figure(new), "cut": share(abs(cut or 0))}
    if cut is not None and cut > 0:
        text = _("the remaining impact falls by at least %(cut)s (%(former)s → %(new)s)")
    elif cut is not None and cut < 0:
        text = _("the remaining impact may rise by up to %(cut)s (%(former)s → %(new)s)")
    else:
        text = _("the remaining impact goes from %(former)s to %(new)s at most")
    silent = ngettext(
        "%(n)s case that it leaves unscored counts as failed",
        "%(n)s cases that it leaves unscored count as failed",
        n_silent,
    )
    return f"{text % told}; {silent % {'n': n_silent}}"


def gate_words(verdict: str) -> str:
    words = {
        "pass": _("gate passed"),
        "fail": _("gate failed"),
        "inconclusive": _("gate inconclusive"),
    }
    return words.get(verdict, verdict)


def activation_event_words(kind: str, told: Mapping[str, Any]) -> str:
    """Return what a line of a model's timeline says after the name of who did it."""
    if kind == "activation_undone" and told.get("back") is None:
        return _("undid its activation: no model is active, as before it")
    if kind == "activation_undone":
        return _("made %(version)s the active model again in its place") % {"version": told["back"]}
    if told.get("told_later"):
        return _told_later_words(told)
    former = {"former": told.get("former")}
    if told.get("undoes") == NO_MODEL:
        text = _("took an undo back: this is the active model again")
    elif told.get("undoes"):
        text = _("undid the activation of %(undone)s: this is the active model again") % {
            "undone": told["undoes"]
        }
    elif told.get("by") == "policy":
        text = _("activated it by policy in place of %(former)s") % former
    elif former["former"]:
        text = _("activated it in place of %(former)s") % former
    else:
        text = _("activated it")
    impact = told.get("impact") or {}
    reasons = [
        gate_words(told["gate"]) if told.get("gate") and former["former"] else "",
        impact_words(impact.get("former"), impact.get("new"), impact.get("cut"), impact.get("n_silent", 0)),
        _problem_words(told.get("problems") or {}),
    ]
    rested = "; ".join(reason for reason in reasons if reason)
    return f"{text}: {rested}" if rested else text


def _told_later_words(told: Mapping[str, Any]) -> str:
    facts = {"day": day(datetime.fromisoformat(told["at"])), "former": told.get("former")}
    if facts["former"]:
        return (
            _(
                "told later that it went live on %(day)s in place of %(former)s; what that rested on then is not "
                "known, so nothing is kept of it"
            )
            % facts
        )
    return (
        _(
            "told later that it went live on %(day)s; what that rested on then is not known, so nothing is kept of it"
        )
        % facts
    )


def _problem_words(counts: Mapping[str, int]) -> str:
    """Return “2 problems fixed, 1 regressed, 1 changed otherwise”; empty where nothing changed."""
    words = (
        (ngettext("%(n)s problem fixed", "%(n)s problems fixed", counts.get("fixed", 0)), "fixed"),
        (_("%(n)s regressed"), "regressed"),
        (_("%(n)s changed otherwise"), "other"),
        (_("%(n)s unknown"), "unknown"),
    )
    return ", ".join(text % {"n": counts[kind]} for text, kind in words if counts.get(kind))
