"""The words of the timeline: what follows the name of who did it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.problems.models import Status
from tracker.triage.field_words import field_list
from tracker.triage.stability_words import answers_changed, answers_flaky, answers_unknown, answers_unsettled
from tracker.triage.status_words import status_reason

Evidence = Mapping[str, Any]


def event_words(kind: str, evidence: Evidence) -> str:
    """Return what happened, in words; a kind that is not known here is shown by its name."""
    words = _WORDS.get(kind)
    return words(evidence) if words else kind.replace("_", " ")


def _problem_created(_evidence: Evidence) -> str:
    return _("created the problem")


def _problem_changed(evidence: Evidence) -> str:
    return _("changed %(fields)s") % {"fields": field_list(evidence)}


def _patterns_added(evidence: Evidence) -> str:
    count = int(evidence.get("added") or 0)
    if not count:
        return _("recorded where test patterns come from (revision %(revision)s)") % evidence
    text = ngettext(
        "added %(added)s test pattern (revision %(revision)s)",
        "added %(added)s test patterns (revision %(revision)s)",
        count,
    )
    return text % evidence


def _pattern_relabelled(evidence: Evidence) -> str:
    return _("relabelled a test pattern (revision %(revision)s)") % evidence


def _pattern_retired(evidence: Evidence) -> str:
    return _("retired a test pattern (revision %(revision)s)") % evidence


def _pattern_restored(evidence: Evidence) -> str:
    return _("brought a retired test pattern back (revision %(revision)s)") % evidence


def _patterns_restored(evidence: Evidence) -> str:
    text = ngettext(
        "brought %(restored)s retired test pattern back (revision %(revision)s)",
        "brought %(restored)s retired test patterns back (revision %(revision)s)",
        int(evidence["restored"]),
    )
    return text % evidence


def _addition_undone(evidence: Evidence) -> str:
    text = ngettext(
        "took back what revision %(added_in)s added: %(retired)s test pattern retired (revision %(revision)s)",
        "took back what revision %(added_in)s added: %(retired)s test patterns retired (revision %(revision)s)",
        int(evidence["retired"]),
    )
    return text % evidence


def _sample_drawn(evidence: Evidence) -> str:
    return _("drew a sample: %(drawn)s of %(pool)s inputs with seed %(seed)s, to be labelled") % evidence


def _sample_added(evidence: Evidence) -> str:
    return (
        _("added %(added)s labelled inputs of the sample with seed %(seed)s; %(undecided)s are left")
        % evidence
    )


def _sample_finished(evidence: Evidence) -> str:
    return (
        _(
            "finished the sample of %(drawn)s of %(pool)s inputs with seed %(seed)s: %(labelled)s labelled, "
            "%(cannot_be_said)s cannot be said, %(not_this_problem)s not of this problem"
        )
        % evidence
    )


def _sample_cancelled(evidence: Evidence) -> str:
    return (
        _("cancelled the sample with seed %(seed)s, of which %(labelled)s of %(drawn)s were labelled")
        % evidence
    )


def _reports_linked(evidence: Evidence) -> str:
    count = len(evidence["reports"])
    return ngettext("linked %(count)s report", "linked %(count)s reports", count) % {"count": count}


def _reports_unlinked(evidence: Evidence) -> str:
    count = len(evidence["reports"])
    told = {"count": count, "to": evidence.get("to")}
    if told["to"]:
        return ngettext("moved %(count)s report to %(to)s", "moved %(count)s reports to %(to)s", count) % told
    return ngettext("unlinked %(count)s report", "unlinked %(count)s reports", count) % told


def _commented(_evidence: Evidence) -> str:
    return _("commented")


def _moved(evidence: Evidence) -> str:
    told = {
        "to": Status(evidence["to"]).label,
        "reason": evidence.get("reason"),
        "of": evidence.get("duplicate_of"),
    }
    if evidence["to"] == Status.FIXED:
        text = _("closed it by hand")
    elif evidence["to"] == Status.REJECTED:
        text = _("rejected it")
    elif evidence["to"] == Status.DUPLICATE:
        text = _("marked it as a duplicate of %(of)s")
    else:
        text = _("moved it to %(to)s")
    return (text + (": %(reason)s" if told["reason"] else "")) % told


def _merged_in(evidence: Evidence) -> str:
    return _("marked %(problem)s as a duplicate of this problem") % evidence


def _merge_undone(evidence: Evidence) -> str:
    return _("undid that %(problem)s is a duplicate of this problem") % evidence


def _status_changed(evidence: Evidence) -> str:
    told = {"from": Status(evidence["from"]).label, "to": Status(evidence["to"]).label}
    text = _("changed the status from %(from)s to %(to)s") % told
    reason = status_reason(evidence)
    return f"{text}: {reason}" if reason else text


_WORDS: dict[str, Callable[[Evidence], str]] = {
    "problem_created": _problem_created,
    "problem_changed": _problem_changed,
    "patterns_added": _patterns_added,
    "pattern_relabelled": _pattern_relabelled,
    "pattern_retired": _pattern_retired,
    "pattern_restored": _pattern_restored,
    "patterns_restored": _patterns_restored,
    "addition_undone": _addition_undone,
    "sample_drawn": _sample_drawn,
    "sample_added": _sample_added,
    "sample_finished": _sample_finished,
    "sample_cancelled": _sample_cancelled,
    "reports_linked": _reports_linked,
    "reports_unlinked": _reports_unlinked,
    "commented": _commented,
    "moved": _moved,
    "merged_in": _merged_in,
    "merge_undone": _merge_undone,
    "status_changed": _status_changed,
    "answers_changed": answers_changed,
    "answers_flaky": answers_flaky,
    "answers_unsettled": answers_unsettled,
    "answers_unknown": answers_unknown,
}
