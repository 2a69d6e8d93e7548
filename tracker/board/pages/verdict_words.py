"""What a result says, in a clause: the tooltip of a verdict."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tracker.runs.models import Result
from tracker.triage.verdict_sentences import judged_words


def result_words(result: Result | None) -> str:
    """Return “3 of 24 judged cases fail”; what is missing where there is nothing to count."""
    if result is None:
        return _("Not evaluated on the newest test patterns yet")
    if not result.n_judged:
        return _("No judged case")
    return judged_words(
        n_judged=result.n_judged, n_scored=result.n_judged_scored, n_failed=result.n_judged_failed
    )
