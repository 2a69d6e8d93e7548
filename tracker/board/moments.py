"""Moments as people read them: how long ago in one unit, and the exact time for who wants it."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

MINUTE, HOUR, DAY = 60, 3_600, 86_400
# The largest unit of which there are two comes first, so that no text is off by more than a half: 47 hours are
# not “1 day”. The mean year of the calendar has 365.2425 days.
UNITS = (
    (2 * 365.2425 * DAY, 365.2425 * DAY, ngettext_lazy("%(n)s year ago", "%(n)s years ago", "n"),
     ngettext_lazy("in %(n)s year", "in %(n)s years", "n")),
    (2 * 30.436875 * DAY, 30.436875 * DAY, ngettext_lazy("%(n)s month ago", "%(n)s months ago", "n"),
     ngettext_lazy("in %(n)s month", "in %(n)s months", "n")),
    (14 * DAY, 7 * DAY, ngettext_lazy("%(n)s week ago", "%(n)s weeks ago", "n"),
     ngettext_lazy("in %(n)s week", "in %(n)s weeks", "n")),
    (2 * DAY, DAY, ngettext_lazy("%(n)s day ago", "%(n)s days ago", "n"),
     ngettext_lazy("in %(n)s day", "in %(n)s days", "n")),
    (HOUR, HOUR, ngettext_lazy("%(n)s hour ago", "%(n)s hours ago", "n"),
     ngettext_lazy("in %(n)s hour", "in %(n)s hours", "n")),
    (MINUTE, MINUTE, ngettext_lazy("%(n)s minute ago", "%(n)s minutes ago", "n"),
     ngettext_lazy("in %(n)s minute", "in %(n)s minutes", "n")),
)  # fmt: skip
"""From how many seconds on it is used, its length in seconds, its words for the past and for the future."""


def relative(at: datetime, now: datetime | None = None) -> str:
    """Return “now”, “5 days ago” or “in 2 hours”, as of `now` (None: this very moment)."""
    seconds = ((now or timezone.now()) - at).total_seconds()
    for least, length, past, future in UNITS:
        if abs(seconds) >= least:
            words = past if seconds > 0 else future
            return str(words % {"n": int(abs(seconds) // length)})
    return _("now")


def exact(at: datetime) -> str:
    """Return the moment to the second, with its time zone; the same in every language."""
    return _("%(moment)s UTC") % {"moment": f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"}


def day(at: datetime) -> str:
    """Return the day in UTC, in the reader's writing: “2 Jan 2020”."""
    return date_format(at.astimezone(UTC), "j M Y")


def machine_readable(at: datetime) -> str:
    """Return what the attribute `datetime` of a time takes."""
    return at.astimezone(UTC).isoformat(timespec="seconds")
