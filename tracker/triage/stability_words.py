"""The words for whether a model's answers stay: what the timeline says, with the figures it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Evidence = Mapping[str, Any]


def answers_changed(evidence: Evidence) -> str:
    told = _figures(evidence)
    if evidence["frozen"]:
        text = ngettext(
            "found that it is not frozen as it is said to be: it answered %(changed)s of %(asked)s known input "
            "otherwise. What is stored stays",
            "found that it is not frozen as it is said to be: it answered %(changed)s of %(asked)s known inputs "
            "otherwise. What is stored stays",
            int(evidence["asked"]),
        )
        return text % told
    text = ngettext(
        "found that it has changed under the same version: it answers %(changed)s of %(asked)s input otherwise than "
        "before. Asked a second time, it kept to %(nearer_new)s of %(repeated)s new answers (%(p)s)",
        "found that it has changed under the same version: it answers %(changed)s of %(asked)s inputs otherwise than "
        "before. Asked a second time, it kept to %(nearer_new)s of %(repeated)s new answers (%(p)s)",
        int(evidence["asked"]),
    )
    return text % told


def answers_flaky(evidence: Evidence) -> str:
    told = _figures(evidence)
    if evidence["frozen"]:
        text = ngettext(
            "found that its answers vary, although it is said to be frozen: it answered %(changed)s of %(asked)s known "
            "input otherwise, and not so each time",
            "found that its answers vary, although it is said to be frozen: it answered %(changed)s of %(asked)s known "
            "inputs otherwise, and not all of them so each time",
            int(evidence["asked"]),
        )
    elif evidence["differing"]:
        text = ngettext(
            "found that its answers vary: asked twice in a run, it answered %(differing)s of %(sampled)s input in two "
            "ways",
            "found that its answers vary: asked twice in a run, it answered %(differing)s of %(sampled)s inputs in two "
            "ways",
            int(evidence["sampled"]),
        )
    else:
        text = _(
            "found that its answers vary: asked a second time, it went back to the former answer for "
            "%(nearer_former)s of %(repeated)s changed ones"
        )
    return text % told


def answers_unsettled(evidence: Evidence) -> str:
    text = ngettext(
        "found that it answered %(changed)s of %(asked)s input otherwise than before: too few to tell whether it has "
        "changed or varies",
        "found that it answered %(changed)s of %(asked)s inputs otherwise than before: too few to tell whether it has "
        "changed or varies",
        int(evidence["asked"]),
    )
    return text % _figures(evidence)


def answers_unknown(evidence: Evidence) -> str:
    text = ngettext(
        "could not find out whether its answers stay: %(missing)s input that was to be asked again was not answered",
        "could not find out whether its answers stay: %(missing)s inputs that were to be asked again were not "
        "answered",
        int(evidence["missing"]),
    )
    return text % _figures(evidence)


def p_words(p_value: float | None) -> str:
    """Return “p = 0.012”, or “p < 0.001”, in one piece; empty without one."""
    if p_value is None:
        return ""
    if p_value < 0.001:
        words = _("p < %(p)s") % {"p": number_format("0.001", use_l10n=True)}
    else:
        digits = 3 if p_value < 0.1 else 2
        words = _("p = %(p)s") % {"p": number_format(f"{p_value:.{digits}f}", use_l10n=True)}
    return words.replace(" ", "\N{NO-BREAK SPACE}")


def _figures(evidence: Evidence) -> dict[str, str]:
    names = ("asked", "changed", "nearer_new", "nearer_former", "sampled", "differing", "missing")
    counts = {name: int(evidence.get(name) or 0) for name in names}
    counts["repeated"] = counts["nearer_new"] + counts["nearer_former"]
    words = {name: number_format(n, use_l10n=True, force_grouping=True) for name, n in counts.items()}
    return words | {"p": p_words(evidence.get("p_value"))}
