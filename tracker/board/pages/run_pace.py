"""How fast a run goes and how long it will take, where that can be said."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.runs.models import Run, RunStatus

SURE_AFTER_SECONDS = 5
SURE_AFTER_DONE = 10


def seconds_left(run: Run, now: datetime) -> float | None:
    """Return the time that what is left takes at the pace so far; None where too little is done to tell."""
    pace = _pace(run, now)
    return None if pace is None or run.total < run.done else (run.total - run.done) / pace


def left_words(run: Run) -> str:
    """Return for people how long a run will take; empty where that cannot be said."""
    seconds = seconds_left(run, timezone.now())
    if seconds is None:
        return ""
    if seconds < 60:
        return _("under a minute left")
    if seconds < 90 * 60:
        return _("about %(n)d min left") % {"n": round(seconds / 60)}
    return _("about %(n)d h left") % {"n": round(seconds / 3600)}


def rate_words(run: Run) -> str:
    """Return for people how much of a run is done per second, or minute where it is slow; empty where unknown."""
    pace = _pace(run, timezone.now())
    if pace is None:
        return ""
    if pace >= 1:
        return _("about %(n)d a second") % {"n": round(pace)}
    return _("about %(n)d a minute") % {"n": max(round(pace * 60), 1)}


def _pace(run: Run, now: datetime) -> float | None:
    """Return how much of a running run is done per second; None where too little is done to tell."""
    if run.status != RunStatus.RUNNING or run.started_at is None or run.done < SURE_AFTER_DONE:
        return None
    seconds = (now - run.started_at).total_seconds()
    return run.done / seconds if seconds >= SURE_AFTER_SECONDS else None
