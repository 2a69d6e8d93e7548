"""The words of a model's page: its settings, its lineage, its timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.board.examples import in_words
from tracker.board.figures import count
from tracker.board.pages.activation_words import activation_event_words
from tracker.board.words import adapter_word, stage_word
from tracker.triage.event_words import event_words
from tracker.triage.field_words import field_word

LONGEST = 300


def setting_words(value: Any) -> str:
    """Return a setting as people write it."""
    return _short(in_words(value))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def stage_done_words(stage: str, version: str) -> str:
    """Return what a change of a model's stage came to."""
    words = {
        "candidate": _(
            "%(version)s is a candidate now: evaluated on every problem, and a fix where it has one."
        ),
        "shadow": _(
            "%(version)s is a shadow now: it runs beside the active model and is evaluated as before."
        ),
        "archived": _(
            "%(version)s is archived: its outputs stay, nothing is asked of it, and it counts nowhere."
        ),
    }
    return words.get(stage, _("The stage of %(version)s is changed.")) % {"version": version}


def schedule_words(hours: int | None) -> str:
    """Return how often a volatile model is asked about everything."""
    if hours is None:
        return _("asked again by hand and on changes only")
    if hours % 24 == 0 and hours > 24:
        return ngettext("asked again every %(n)s day", "asked again every %(n)s days", hours // 24) % {
            "n": hours // 24
        }
    if hours == 24:
        return _("asked again every day")
    return ngettext("asked again every %(n)s hour", "asked again every %(n)s hours", hours) % {"n": hours}


def model_event_words(kind: str, evidence: Mapping[str, Any]) -> str:
    """Return what happened to a model."""
    if kind == "model_registered":
        return _("registered it (%(adapter)s)") % {"adapter": adapter_word(evidence.get("adapter", ""))}
    if kind in {"model_activated", "activation_undone"}:
        return activation_event_words(kind, evidence)
    if kind == "model_changed":
        return ", ".join(_change(field, told) for field, told in evidence.items())
    if kind == "outputs_imported":
        n = int(evidence.get("accepted") or 0)
        text = ngettext("added %(n)s output", "added %(n)s outputs", n) % {"n": count(n)}
        changed = int(evidence.get("changed") or 0)
        otherwise = ngettext(
            "%(n)s of them otherwise than before", "%(n)s of them otherwise than before", changed
        )
        return f"{text}, {otherwise % {'n': count(changed)}}" if changed else text
    if kind == "trained_on_added":
        n = int(evidence.get("accepted") or 0)
        return ngettext(
            "named %(n)s input that it was trained on", "named %(n)s inputs that it was trained on", n
        ) % {"n": count(n)}
    if kind == "run_cancelled":
        told = {"run": evidence.get("run", "")}
        text = _("cancelled run %(run)s")
        if evidence.get("archived"):
            text = _("cancelled run %(run)s, since nothing is asked of an archived model")
        return text % told
    return event_words(kind, evidence)


def _change(field: str, told: Any) -> str:
    if field == "stage" and isinstance(told, Mapping):
        return _("moved it from %(from)s to %(to)s") % {
            end: stage_word(told.get(end, "")) for end in ("from", "to")
        }
    if field == "ask_again_every" and isinstance(told, Mapping):
        return _("set: %(schedule)s") % {"schedule": schedule_words(told.get("to"))}
    return _("changed its %(field)s") % {"field": field_word(field)}
