"""Why a problem has its status, in words, from the stored evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _


def status_reason(evidence: Mapping[str, Any]) -> str:
    """Return what evidence the status rests on, as half a sentence; empty where people's moves decide."""
    text = _REASONS.get(evidence.get("why", ""))
    if text is None:
        return ""
    told = {"model": evidence.get("model"), "revision": evidence.get("revision")}
    told |= {"failed": evidence.get("n_judged_failed"), "judged": evidence.get("n_judged")}
    if told["judged"] is None:
        counts = _("revision %(revision)s") % told
    else:
        counts = _("revision %(revision)s: %(failed)s of %(judged)s judged cases failed") % told
    return f"{text() % told} ({counts})"


_REASONS: dict[str, Callable[[], str]] = {
    "active_fixed": lambda: _("%(model)s, the active model, fixes it"),
    "earlier_active_fixed": lambda: _(
        "%(model)s, active before, fixes it, and the active model has not proven it again"
    ),
    "active_fails_again": lambda: _("%(model)s, the active model, fails what an earlier one had fixed"),
    "earlier_active_fails_again": lambda: _("%(model)s, active before, fails what an earlier one had fixed"),
    "candidate_fixed": lambda: _("%(model)s, a candidate, fixes it"),
}
